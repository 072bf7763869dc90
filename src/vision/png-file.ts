/** A PNG file around compressed lines; and the lines of a picture, filtered. */
import { deflateSync } from "node:zlib";
import { crc32 } from "./crc32.js";
import type { Image } from "./image.js";
import { colourTypes, pngSignature } from "./png-chunks.js";

/** `lines`: each with the number of its filter in front. 8 bits a sample. */
export function pngFile({ width, height, colourType, palette, lines }: { readonly width: number; readonly height: number; readonly colourType: number; readonly palette?: Uint8Array; readonly lines: Uint8Array }): Uint8Array {
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = colourType;
  return Buffer.concat([
    pngSignature,
    chunk("IHDR", header),
    ...(palette === undefined ? [] : [chunk("PLTE", palette)]),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** length | type | body | checksum of type and body */
function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + body.length);
  bytes.writeUInt32BE(body.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(body, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + body.length)), 8 + body.length);
  return bytes;
}

/** What a filter expects of a byte, from those to the left, above, and above to the left; in PNG's order (section 9.2). */
const expectations: readonly ((left: number, up: number, corner: number) => number)[] = [
  () => 0,
  (left) => left,
  (_, up) => up,
  (left, up) => (left + up) >> 1,
  (left, up, corner) => {
    const [a, b, c] = [Math.abs(up - corner), Math.abs(left - corner), Math.abs(left + up - 2 * corner)];
    return a <= b && a <= c ? left : b <= c ? up : corner;
  },
];

/** An image as a PNG: each line has the filter that leaves the smallest numbers. */
export function encodePng({ width, height, channels, data }: Image): Uint8Array {
  const row = width * channels;
  const lines = new Uint8Array((row + 1) * height);
  for (let y = 0; y < height; y++) {
    const at = (i: number, up: 0 | 1): number => (i < 0 || y < up ? 0 : data[(y - up) * row + i]!);
    let least = Infinity;
    for (const [filter, expected] of expectations.entries()) {
      const line = Uint8Array.from({ length: row }, (_, i) => at(i, 0) - expected(at(i - channels, 0), at(i, 1), at(i - channels, 1)));
      const size = line.reduce((sum, value) => sum + Math.min(value, 256 - value), 0);
      if (size >= least) continue;
      least = size;
      lines[y * (row + 1)] = filter;
      lines.set(line, y * (row + 1) + 1);
    }
  }
  return pngFile({ width, height, colourType: channels === 1 ? colourTypes.grey : colourTypes.colour, lines });
}
