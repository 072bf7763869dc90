import { inflateSync } from "node:zlib";
import { ImageProblem } from "./image-problem.js";
import { colourTypes, type PngChunks } from "./png-chunks.js";

/** The samples of a PNG as they are stored: palette indices, or values of `depth` bits; channels together, row by row. */
export interface PngSamples {
  readonly channels: number;
  readonly data: Uint8Array | Uint16Array;
}

interface Pass {
  readonly x: number;
  readonly y: number;
  readonly stepX: number;
  readonly stepY: number;
}

const wholeImage: readonly Pass[] = [{ x: 0, y: 0, stepX: 1, stepY: 1 }];

/** Adam7: each pass is an image of its own, spread over the whole. */
const interlacedPasses: readonly Pass[] = [
  { x: 0, y: 0, stepX: 8, stepY: 8 },
  { x: 4, y: 0, stepX: 8, stepY: 8 },
  { x: 0, y: 4, stepX: 4, stepY: 8 },
  { x: 2, y: 0, stepX: 4, stepY: 4 },
  { x: 0, y: 2, stepX: 2, stepY: 4 },
  { x: 1, y: 0, stepX: 2, stepY: 2 },
  { x: 0, y: 1, stepX: 1, stepY: 2 },
];

const channelsOf: Readonly<Record<number, number>> = {
  [colourTypes.grey]: 1,
  [colourTypes.colour]: 3,
  [colourTypes.palette]: 1,
  [colourTypes.greyAlpha]: 2,
  [colourTypes.colourAlpha]: 4,
};

/** Decompresses and unfilters the pixels of a PNG. Throws `ImageProblem` where they are damaged or too few. */
export function readPngPixels(png: PngChunks): PngSamples {
  const channels = channelsOf[png.colourType]!;
  const bits = channels * png.depth;
  const passes = (png.interlaced ? interlacedPasses : wholeImage)
    .map((pass) => ({
      ...pass,
      width: Math.ceil((png.width - pass.x) / pass.stepX),
      height: Math.ceil((png.height - pass.y) / pass.stepY),
    }))
    .filter(({ width, height }) => width > 0 && height > 0);
  const rowBytes = (width: number): number => Math.ceil((width * bits) / 8);
  const expected = passes.reduce((sum, pass) => sum + (rowBytes(pass.width) + 1) * pass.height, 0);

  const raw = inflate(png.pixels, expected);
  const data = new (png.depth === 16 ? Uint16Array : Uint8Array)(png.width * png.height * channels);
  let at = 0;
  for (const pass of passes) {
    const length = rowBytes(pass.width);
    let above: Uint8Array = new Uint8Array(length);
    for (let row = 0; row < pass.height; row++) {
      const line = raw.subarray(at + 1, at + 1 + length);
      unfilter(raw[at]!, line, above, Math.max(1, bits >> 3));
      const start = ((pass.y + row * pass.stepY) * png.width + pass.x) * channels;
      unpack(line, png.depth, channels, pass.width, data, start, pass.stepX * channels);
      above = line;
      at += length + 1;
    }
  }
  return { channels, data };
}

function inflate(parts: readonly Uint8Array[], expected: number): Uint8Array {
  let raw: Uint8Array;
  try {
    // The limit keeps a small hostile file from filling the memory. A few bytes too many are let pass, as elsewhere.
    const inflated = inflateSync(Buffer.concat(parts), { maxOutputLength: expected + 1024 });
    raw = new Uint8Array(inflated.buffer, inflated.byteOffset, inflated.byteLength);
  } catch (error) {
    throw new ImageProblem("broken", `the pixels of the PNG file are damaged (${(error as Error).message})`);
  }
  if (raw.length < expected) throw new ImageProblem("broken", "the PNG file has fewer pixels than its header states");
  return raw;
}

/** Turns differences back into values, in place. `above` is the finished line above, zeros for the first. */
function unfilter(filter: number, line: Uint8Array, above: Uint8Array, pixel: number): void {
  const length = line.length;
  switch (filter) {
    case 0:
      return;
    case 1:
      for (let i = pixel; i < length; i++) line[i] = line[i]! + line[i - pixel]!;
      return;
    case 2:
      for (let i = 0; i < length; i++) line[i] = line[i]! + above[i]!;
      return;
    case 3:
      for (let i = 0; i < length; i++) {
        const left = i < pixel ? 0 : line[i - pixel]!;
        line[i] = line[i]! + ((left + above[i]!) >> 1);
      }
      return;
    case 4:
      for (let i = 0; i < length; i++) {
        const left = i < pixel ? 0 : line[i - pixel]!;
        const corner = i < pixel ? 0 : above[i - pixel]!;
        line[i] = line[i]! + nearestOf(left, above[i]!, corner);
      }
      return;
    default:
      throw new ImageProblem("broken", `the PNG file uses line filter ${filter}, which does not exist`);
  }
}

/** Paeth's predictor: whichever of the three is nearest to left + above - corner. */
function nearestOf(left: number, above: number, corner: number): number {
  const toLeft = Math.abs(above - corner);
  const toAbove = Math.abs(left - corner);
  const toCorner = Math.abs(left + above - 2 * corner);
  if (toLeft <= toAbove && toLeft <= toCorner) return left;
  return toAbove <= toCorner ? above : corner;
}

/** Puts the samples of a line at `start`, `step` between pixels. */
function unpack(
  line: Uint8Array,
  depth: number,
  channels: number,
  width: number,
  data: Uint8Array | Uint16Array,
  start: number,
  step: number,
): void {
  if (depth === 8 && step === channels) {
    data.set(line, start);
    return;
  }
  for (let x = 0; x < width; x++) {
    for (let c = 0; c < channels; c++) {
      const i = x * channels + c;
      data[start + x * step + c] =
        depth === 8 ? line[i]!
        : depth === 16 ? line[2 * i]! * 256 + line[2 * i + 1]!
        : (line[(i * depth) >> 3]! >> (8 - depth - ((i * depth) & 7))) & ((1 << depth) - 1);
    }
  }
}
