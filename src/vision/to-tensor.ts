import type { Image } from "./image.js";

/** How a network wants its pixels: `(byte / 255 * scale - mean[c]) / std[c]`, where c counts the tensor's channels. */
export interface Preparation {
  readonly channels: 1 | 3;
  /** The order of the tensor's channels; `mean` and `std` follow it. No meaning for one channel. */
  readonly order: "rgb" | "bgr";
  /** 1: values 0..1, 255: values 0..255. */
  readonly scale: number;
  /** One number for each channel. */
  readonly mean: readonly number[];
  readonly std: readonly number[];
}

/**
 * The pixels of an image as a float32 tensor [1, channels, height, width]. Colour becomes grey by
 * 0.299 R + 0.587 G + 0.114 B, unrounded; grey becomes colour by repeating it.
 */
export function toTensor(image: Image, preparation: Preparation): Float32Array {
  const { channels, order, scale, mean, std } = preparation;
  if (mean.length !== channels || std.length !== channels) {
    throw new RangeError(`mean and std need ${channels} numbers each, one for each channel`);
  }
  const area = image.width * image.height;
  const tensor = new Float32Array(channels * area);
  for (let c = 0; c < channels; c++) {
    const plane = tensor.subarray(c * area, (c + 1) * area);
    const prepare = (value: number): number => ((value / 255) * scale - mean[c]!) / std[c]!;
    if (image.channels === 3 && channels === 1) {
      for (let i = 0; i < area; i++) plane[i] = prepare(grey(image.data, 3 * i));
      continue;
    }
    const ofByte = Float32Array.from({ length: 256 }, (_, byte) => prepare(byte));
    const source = image.channels === 1 ? 0 : order === "rgb" ? c : 2 - c;
    for (let i = 0; i < area; i++) plane[i] = ofByte[image.data[i * image.channels + source]!]!;
  }
  return tensor;
}

const grey = (data: Uint8Array, at: number): number =>
  (299 * data[at]! + 587 * data[at + 1]! + 114 * data[at + 2]!) / 1000;
