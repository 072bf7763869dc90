import { deflateSync } from "node:zlib";
import { decode, encode, type ImageData } from "fast-png";
import { expect, test } from "vitest";
import { crc32 } from "../../src/vision/crc32.js";
import { ImageProblem } from "../../src/vision/image-problem.js";
import { encodePng } from "../../src/vision/png-file.js";
import { decodeImage, decodeLabels } from "../../src/vision/read-image.js";

/** Noise, so that every filter and every bit is used. */
function noise(length: number, limit: number): number[] {
  let state = 1;
  return Array.from({ length }, () => ((state = (Math.imul(state, 1103515245) + 12345) >>> 0) >>> 8) % limit);
}

const [width, height] = [13, 11];
const kinds: readonly (readonly [channels: 1 | 2 | 3 | 4, depth: 8 | 16])[] = [
  [1, 8], [2, 8], [3, 8], [4, 8], [1, 16], [2, 16], [3, 16], [4, 16],
];

test.each(kinds.flatMap((kind) => (["null", "Adam7"] as const).map((interlace) => [...kind, interlace] as const)))(
  "%i channels of %i bits, interlace %s, as another library writes it",
  async (channels, depth, interlace) => {
    const samples = noise(width * height * channels, 2 ** depth);
    const data = depth === 8 ? Uint8Array.from(samples) : Uint16Array.from(samples);
    const image = await decodeImage(encode({ width, height, channels, depth, data } as ImageData, { interlace }));
    const kept = channels >= 3 ? 3 : 1;
    const expected = samples
      .filter((_, i) => i % channels < kept)
      .map((value) => Math.round((value * 255) / (2 ** depth - 1)));
    expect(image).toEqual({ width, height, channels: kept, data: Uint8Array.from(expected) });
  },
);

test.each([1, 3] as const)("a written picture of %i channels is what another library reads", async (channels) => {
  const data = Uint8Array.from(noise(width * height * channels, 256), (value, i) => (i % 7 < 4 ? i : value));
  const file = encodePng({ width, height, channels, data });
  expect(decode(file)).toMatchObject({ width, height, channels, depth: 8, data });
  expect(await decodeImage(file)).toEqual({ width, height, channels, data });
});

test.each([1, 2, 4, 8])("grey and palette of %i bits, against another library", async (depth) => {
  for (const colourType of [0, 3]) {
    const file = packedPng(depth, colourType);
    const stored = decode(file);
    const image = await decodeImage(file);
    const labels = decodeLabels(file);
    const indices = noise(width * height, 2 ** depth);
    expect([...labels.data]).toEqual(indices);
    if (colourType === 0) expect([...image.data]).toEqual(indices.map((v) => Math.round((v * 255) / (2 ** depth - 1))));
    else expect([...image.data]).toEqual(indices.flatMap((v) => stored.palette![v]!));
  }
});

test("damaged files are said to be so", async () => {
  const good = encode({ width, height, channels: 3, data: Uint8Array.from(noise(width * height * 3, 256)) });
  const problem = async (file: Uint8Array): Promise<unknown> => decodeImage(file).catch((error: unknown) => error);
  const flipped = good.slice();
  flipped[60]! ^= 1;
  const huge = good.slice();
  new DataView(huge.buffer).setUint32(16, 10_000_000);
  for (let cut = 0; cut < good.length; cut += 7) expect(await problem(good.slice(0, cut))).toBeInstanceOf(ImageProblem);
  expect(await problem(flipped)).toMatchObject({ kind: "broken", message: expect.stringContaining("checksum") });
  expect(await problem(resealed(huge))).toMatchObject({ kind: "too-large" });
  const taller = good.slice();
  new DataView(taller.buffer).setUint32(20, height + 1);
  expect(await problem(resealed(taller))).toMatchObject({ kind: "broken", message: expect.stringContaining("fewer pixels") });
  expect(await problem(Buffer.from("GIF89a..."))).toMatchObject({ kind: "unsupported" });
  expect(await problem(Buffer.from("hello"))).toMatchObject({ kind: "unknown" });
  expect(() => decodeLabels(good)).toThrow("label image");
});

/** Puts the right checksum behind a header that was changed. */
function resealed(file: Uint8Array): Uint8Array {
  new DataView(file.buffer).setUint32(29, crc32(file.subarray(12, 29)));
  return file;
}

function packedPng(depth: number, colourType: number): Uint8Array {
  const indices = noise(width * height, 2 ** depth);
  const row = Math.ceil((width * depth) / 8);
  const lines = new Uint8Array((row + 1) * height);
  indices.forEach((value, i) => {
    const bit = (i % width) * depth;
    lines[Math.floor(i / width) * (row + 1) + 1 + (bit >> 3)]! |= value << (8 - depth - (bit & 7));
  });
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header.set([depth, colourType], 8);
  const chunk = (type: string, body: Uint8Array): Buffer => {
    const bytes = Buffer.concat([Buffer.alloc(4), Buffer.from(type), body, Buffer.alloc(4)]);
    bytes.writeUInt32BE(body.length, 0);
    bytes.writeUInt32BE(crc32(bytes.subarray(4, -4)), bytes.length - 4);
    return bytes;
  };
  return Buffer.concat([
    Uint8Array.of(0x89, 0x50, 0x4e, 0x47, 0x0d, 0x0a, 0x1a, 0x0a),
    chunk("IHDR", header),
    ...(colourType === 3 ? [chunk("PLTE", Uint8Array.from(noise(3 * 2 ** depth, 256)))] : []),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", Buffer.alloc(0)),
  ]);
}
