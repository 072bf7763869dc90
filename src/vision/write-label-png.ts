import { replaceFile } from "../weights/temporary-file.js";
import type { LabelMap } from "./image.js";
import { vocPalette } from "./palette.js";
import { colourTypes } from "./png-chunks.js";
import { pngFile } from "./png-file.js";

/**
 * A label map as an 8-bit palette PNG: the stored numbers are the labels, the palette is only for the eye. `palette` holds
 * red, green, blue of up to 256 entries and must reach every label.
 */
export function encodeLabelPng(labels: LabelMap, palette: Uint8Array = vocPalette): Uint8Array {
  const { width, height, data } = labels;
  if (data.length !== width * height) throw new RangeError(`${width} x ${height} labels are not ${data.length}`);
  if (palette.length % 3 !== 0 || palette.length > 768) throw new RangeError("a palette has up to 256 entries of 3 bytes");
  if (data.some((label) => 3 * label >= palette.length)) throw new RangeError("a label lies beyond the palette");
  // A leading 0 (no filter) on each line: differences of labels compress worse than labels.
  const lines = Buffer.alloc((width + 1) * height);
  for (let y = 0; y < height; y++) lines.set(data.subarray(y * width, (y + 1) * width), y * (width + 1) + 1);
  return pngFile({ width, height, colourType: colourTypes.palette, palette, lines });
}

/** Writes `encodeLabelPng` to a file; an older one is replaced only by a whole new one. Rejects with the system's error. */
export const writeLabelPng = (path: string, labels: LabelMap, palette?: Uint8Array): Promise<void> =>
  replaceFile(path, encodeLabelPng(labels, palette));
