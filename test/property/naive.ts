/**
 * Sizes of operators on plain numbers, written apart from the compiler: by counting and by the formulas of the frameworks'
 * manuals, not by exact expressions. A size here is a function of one side of the input image.
 */
export type Size = (n: number) => number;

/** Remembers what it gave: maps are read by several others. */
export function remembered(size: Size): Size {
  const known = new Map<number, number>();
  return (n) => {
    let value = known.get(n);
    if (value === undefined) known.set(n, (value = size(n)));
    return value;
  };
}

export interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

/** How many times a window fits into n padded elements. */
export function windows(n: number, { kernel, stride, dilation, before, after }: Window): number {
  let count = 0;
  for (let start = 0; start + dilation * (kernel - 1) < n + before + after; start += stride) count++;
  return count;
}

/** The same where a last window may hang over the end, if it begins on the map or in the padding before it. */
export function windowsCeil(n: number, window: Window): number {
  const { kernel, stride, dilation, before, after } = window;
  const room = n + before + after - (dilation * (kernel - 1) + 1);
  let count = Math.ceil(room / stride) + 1;
  if ((count - 1) * stride >= n + before) count--;
  return count;
}

/** Whether each window of a pooling has a real element. */
export function allFilled(n: number, count: number, { kernel, stride, dilation, before }: Window): boolean {
  for (let j = 0; j < count; j++) {
    let filled = false;
    for (let tap = 0; tap < kernel; tap++) {
      const at = j * stride - before + tap * dilation;
      if (at >= 0 && at < n) filled = true;
    }
    if (!filled) return false;
  }
  return true;
}

/** Whether the last window reaches the last real element. */
export const reachesEnd = (n: number, count: number, { kernel, stride, dilation, before }: Window): boolean =>
  (count - 1) * stride + dilation * (kernel - 1) >= before + n - 1;

/** Where the last element of a transposed convolution lands, less what is cut. */
export const spread = (n: number, { kernel, stride, dilation, before, after }: Window, extra: number): number =>
  (n - 1) * stride + dilation * (kernel - 1) + 1 + extra - before - after;

/** `same` padding: extent - 1 in all, the odd one behind. */
export function samePads(kernel: number, dilation: number): readonly [number, number] {
  const total = dilation * (kernel - 1);
  return [Math.floor(total / 2), Math.ceil(total / 2)];
}
