import { deflateSync } from "node:zlib";
import { replaceFile } from "../weights/temporary-file.js";
import { crc32 } from "./crc32.js";
import type { LabelMap } from "./image.js";
import { vocPalette } from "./palette.js";
import { colourTypes, pngSignature } from "./png-chunks.js";

/**
 * A label map as an 8-bit palette PNG: the stored numbers are the labels, the palette is only for the eye. `palette` holds
 * red, green, blue of up to 256 entries and must reach every label.
 */
export function encodeLabelPng(labels: LabelMap, palette: Uint8Array = vocPalette): Uint8Array {
  const { width, height, data } = labels;
  if (data.length !== width * height) throw new RangeError(`${width} x ${height} labels are not ${data.length}`);
  if (palette.length % 3 !== 0 || palette.length > 768) throw new RangeError("a palette has up to 256 entries of 3 bytes");
  if (data.some((label) => 3 * label >= palette.length)) throw new RangeError("a label lies beyond the palette");
  const header = Buffer.alloc(13);
  header.writeUInt32BE(width, 0);
  header.writeUInt32BE(height, 4);
  header[8] = 8;
  header[9] = colourTypes.palette;
  // A leading 0 (no filter) on each line: differences of labels compress worse than labels.
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) lines.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return Buffer.concat([
    pngSignature,
    chunk("IHDR", header),
    chunk("PLTE", palette),
    chunk("IDAT", deflateSync(lines)),
    chunk("IEND", new Uint8Array(0)),
  ]);
}

/** Writes `encodeLabelPng` to a file; an older one is replaced only by a whole new one. Rejects with the system's error. */
export const writeLabelPng = (path: string, labels: LabelMap, palette?: Uint8Array): Promise<void> =>
  replaceFile(path, encodeLabelPng(labels, palette));

/** length | type | body | checksum of type and body */
function chunk(type: string, body: Uint8Array): Uint8Array {
  const bytes = Buffer.alloc(12 + body.length);
  bytes.writeUInt32BE(body.length, 0);
  bytes.write(type, 4, "latin1");
  bytes.set(body, 8);
  bytes.writeUInt32BE(crc32(bytes.subarray(4, 8 + body.length)), 8 + body.length);
  return bytes;
}
