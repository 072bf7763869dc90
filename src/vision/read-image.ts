import { readFile } from "node:fs/promises";
import { ImageProblem } from "./image-problem.js";
import type { Image, LabelMap } from "./image.js";
import { pngSignature } from "./png-chunks.js";
import { readJpeg } from "./read-jpeg.js";
import { readPng, readPngLabels } from "./read-png.js";
import { readPnm } from "./read-pnm.js";

/** Reads a PNG, JPEG, PGM or PPM file. Rejects with `ImageProblem`, or the system's error where there is no such file. */
export const readImage = async (path: string): Promise<Image> => decodeImage(await readFile(path));

/** Decodes an image; its first bytes tell the format, whatever the file is called. Rejects with `ImageProblem`. */
export async function decodeImage(file: Uint8Array): Promise<Image> {
  if (begins(file, pngSignature)) return readPng(file);
  if (begins(file, [0xff, 0xd8, 0xff])) return readJpeg(file);
  if (begins(file, [0x50, 0x35]) || begins(file, [0x50, 0x36])) return readPnm(file);
  throw unknownFormat(file);
}

/** Reads a label image: the class numbers of a palette or grey PNG. Rejects as `readImage`. */
export const readLabels = async (path: string): Promise<LabelMap> => decodeLabels(await readFile(path));

/** As `readLabels`, from bytes. */
export function decodeLabels(file: Uint8Array): LabelMap {
  if (begins(file, pngSignature)) return readPngLabels(file);
  throw new ImageProblem("unsupported", "a label image is an 8-bit palette or grey PNG: other formats change the class numbers");
}

const begins = (file: Uint8Array, bytes: ArrayLike<number>): boolean =>
  file.length >= bytes.length && Array.from(bytes).every((byte, index) => file[index] === byte);

const others: readonly (readonly [name: string, bytes: readonly number[]])[] = [
  ["a GIF", [0x47, 0x49, 0x46]],
  ["a BMP", [0x42, 0x4d]],
  ["a WebP", [0x52, 0x49, 0x46, 0x46]],
  ["a TIFF", [0x49, 0x49, 0x2a, 0]],
  ["a TIFF", [0x4d, 0x4d, 0, 0x2a]],
  ["a text PNM", [0x50, 0x32]],
  ["a text PNM", [0x50, 0x33]],
];

function unknownFormat(file: Uint8Array): ImageProblem {
  const other = others.find(([, bytes]) => begins(file, bytes));
  return other === undefined
    ? new ImageProblem("unknown", "this is no image that is known here: PNG, JPEG, binary PGM and PPM are read")
    : new ImageProblem("unsupported", `this is ${other[0]} file, and PNG, JPEG, binary PGM and PPM are read`);
}
