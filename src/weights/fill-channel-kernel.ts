/**
 * Weights [a, b, ...kernel] in which each first channel has one kernel and zeros elsewhere: entry i of the first axis
 * at i mod b of the second. For b = a that is the diagonal; for a grouped or depthwise convolution, whose second axis
 * counts inside the group, it is each channel's own place. `target` may be any part of the tensor.
 */
export function fillChannelKernel(
  target: Float32Array,
  shape: readonly number[],
  kernel: Float32Array,
  offset: number,
): void {
  target.fill(0);
  const area = kernel.length;
  const second = shape[1] ?? 1;
  const row = second * area;
  const end = offset + target.length;
  for (let first = Math.floor(offset / row); first * row < end; first++) {
    const start = first * row + (first % second) * area - offset;
    const from = Math.max(0, -start);
    const to = Math.min(area, target.length - start);
    if (from < to) target.set(kernel.subarray(from, to), start + from);
  }
}

/** Product over the axes of a weight for each position: `along(position, size)`. Row-major. */
export function separableKernel(sizes: readonly number[], along: (position: number, size: number) => number): Float32Array {
  let kernel = [1];
  for (const size of sizes) {
    kernel = kernel.flatMap((value) => Array.from({ length: size }, (_, position) => value * along(position, size)));
  }
  return Float32Array.from(kernel);
}

/** The triangle that enlarges by `factor = floor((size + 1) / 2)` (FCN's `upsample_filt`). */
export function bilinearAlong(position: number, size: number): number {
  const factor = Math.floor((size + 1) / 2);
  const centre = size % 2 === 1 ? factor - 1 : factor - 0.5;
  return 1 - Math.abs(position - centre) / factor;
}

/** One at the middle (the earlier of two), zero elsewhere. */
export const identityAlong = (position: number, size: number): number => (position === (size - 1) >> 1 ? 1 : 0);
