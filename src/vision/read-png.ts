import { ImageProblem } from "./image-problem.js";
import type { Image, LabelMap } from "./image.js";
import { colourTypes, readPngChunks } from "./png-chunks.js";
import { readPngPixels } from "./png-pixels.js";

/**
 * A PNG as 8-bit grey or colour. Palettes become colours, 16 bits are rounded to 8, fewer are stretched to 0..255, and
 * transparency is left out (the colours stay as stored). Throws `ImageProblem`.
 */
export function readPng(file: Uint8Array): Image {
  const png = readPngChunks(file);
  const { width, height, depth } = png;
  const samples = readPngPixels(png);
  const pixels = width * height;
  if (png.colourType === colourTypes.palette) {
    return { width, height, channels: 3, data: throughPalette(samples.data, png.palette!) };
  }
  const channels = samples.channels >= 3 ? 3 : 1;
  const largest = 2 ** depth - 1;
  if (channels === samples.channels && samples.data instanceof Uint8Array && largest === 255) {
    return { width, height, channels, data: samples.data };
  }
  const data = new Uint8Array(pixels * channels);
  for (let i = 0; i < pixels; i++) {
    for (let c = 0; c < channels; c++) {
      data[i * channels + c] = Math.round((samples.data[i * samples.channels + c]! * 255) / largest);
    }
  }
  return { width, height, channels, data };
}

/**
 * The stored numbers of a label PNG: palette indices, or grey values as they are (not stretched). Throws `ImageProblem`,
 * for a colour image too: its classes cannot be told from its colours.
 */
export function readPngLabels(file: Uint8Array): LabelMap {
  const png = readPngChunks(file);
  if ((png.colourType !== colourTypes.palette && png.colourType !== colourTypes.grey) || png.depth === 16) {
    throw new ImageProblem("unsupported", "a label image is an 8-bit palette or grey PNG, and this one has colours, transparency or 16 bits");
  }
  return { width: png.width, height: png.height, data: readPngPixels(png).data as Uint8Array };
}

function throughPalette(indices: Uint8Array | Uint16Array, palette: Uint8Array): Uint8Array {
  const data = new Uint8Array(indices.length * 3);
  for (let i = 0; i < indices.length; i++) {
    const entry = indices[i]! * 3;
    if (entry >= palette.length) {
      throw new ImageProblem("broken", `a pixel of the PNG file refers to colour ${indices[i]}, and its palette has ${palette.length / 3}`);
    }
    data[3 * i] = palette[entry]!;
    data[3 * i + 1] = palette[entry + 1]!;
    data[3 * i + 2] = palette[entry + 2]!;
  }
  return data;
}
