import type { Image, LabelMap } from "./image.js";

/** The inputs that one output is made of: `weights.length` of them from `start` on. The weights sum to 1. */
interface Taps {
  readonly start: number;
  readonly weights: Float64Array;
}

/**
 * Bilinear, with the centres of pixels at halves. When shrinking, the triangle widens to cover all inputs (antialias), as
 * Pillow and torchvision do. Returns the image itself where the size stays.
 */
export function resizeImage(image: Image, width: number, height: number): Image {
  if (width === image.width && height === image.height) return image;
  const { channels } = image;
  const row = image.width * channels;
  // Each row across first, then the rows together; rounded once, at the end.
  const across = taps(image.width, width);
  const between = new Float32Array(image.height * width * channels);
  let to = 0;
  for (let y = 0; y < image.height; y++) {
    for (let x = 0; x < width; x++) {
      const { start, weights } = across[x]!;
      for (let c = 0; c < channels; c++) {
        let sum = 0;
        for (let k = 0; k < weights.length; k++) sum += weights[k]! * image.data[y * row + (start + k) * channels + c]!;
        between[to++] = sum;
      }
    }
  }
  const line = width * channels;
  const data = new Uint8Array(height * line);
  const sums = new Float64Array(line);
  taps(image.height, height).forEach(({ start, weights }, y) => {
    sums.fill(0.5); // rounds, once cut off
    weights.forEach((weight, k) => {
      const from = (start + k) * line;
      for (let i = 0; i < line; i++) sums[i]! += weight * between[from + i]!;
    });
    for (let i = 0; i < line; i++) data[y * line + i] = sums[i]!;
  });
  return { width, height, channels, data };
}

function taps(from: number, to: number): readonly Taps[] {
  const scale = from / to;
  const reach = Math.max(1, scale);
  return Array.from({ length: to }, (_, index) => {
    const centre = (index + 0.5) * scale;
    const start = Math.max(0, Math.floor(centre - reach + 0.5));
    const end = Math.min(from, Math.floor(centre + reach + 0.5));
    const weights = Float64Array.from({ length: end - start }, (_, k) =>
      Math.max(0, 1 - Math.abs(start + k + 0.5 - centre) / reach),
    );
    const sum = weights.reduce((a, b) => a + b, 0);
    return { start, weights: weights.map((weight) => weight / sum) };
  });
}

/** Nearest, with the centres of pixels at halves: class numbers are never mixed. */
export function resizeLabels(labels: LabelMap, width: number, height: number): LabelMap {
  if (width === labels.width && height === labels.height) return labels;
  const columns = nearest(labels.width, width);
  const rows = nearest(labels.height, height);
  const data = new Uint8Array(width * height);
  for (let y = 0; y < height; y++) {
    const from = rows[y]! * labels.width;
    for (let x = 0; x < width; x++) data[y * width + x] = labels.data[from + columns[x]!]!;
  }
  return { width, height, data };
}

const nearest = (from: number, to: number): Uint32Array =>
  Uint32Array.from({ length: to }, (_, index) => Math.min(from - 1, Math.floor(((index + 0.5) * from) / to)));
