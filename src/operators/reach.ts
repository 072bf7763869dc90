/**
 * Where, along one axis, an output element looks in its input. Sizes, receptive fields and centres all follow from this.
 *
 *   window   out j reads  stride*j - before + dilation*{0 .. kernel-1}          convolution, pooling
 *   spread   out j reads  every i with j = stride*i + dilation*t - before        transposed convolution
 *   shift    out j reads  j + by                                                 crop, slice, pad; elementwise is `by: 0`
 *   resample out j reads  around  (numerator*j + offset) / denominator           resize
 *   all      out j reads everything                                              global pooling, attention
 *   none     only the size is looked at                                          `like:`
 */
import { type Dim, add, ceilDiv, constant, floorDiv, minimum, sub, times } from "../tensor/index.js";

export type Reach =
  | { readonly kind: "window"; readonly kernel: number; readonly stride: number; readonly before: number; readonly dilation: number }
  | { readonly kind: "spread"; readonly kernel: number; readonly stride: number; readonly before: number; readonly dilation: number }
  | { readonly kind: "shift"; readonly by: Dim }
  | {
      readonly kind: "resample";
      /** Source coordinate = (numerator*j + offset) / denominator; `denominator` > 0. */
      readonly numerator: number;
      readonly offset: number;
      readonly denominator: number;
      /** Source pixels read to the left of floor(coordinate), and to its right. */
      readonly taps: Pairs;
      readonly step: Step;
    }
  | { readonly kind: "all" }
  | { readonly kind: "none" };

/**
 * How sure the fraction is: `given` at every size, as with a factor; or taken from the two sizes, whose ratio (`corners`: each less
 * one) is the fraction at some sizes only.
 */
export type Step = "given" | "sizes" | "corners";

type Pairs = readonly [left: number, right: number];

export const pointwise: Reach = { kind: "shift", by: constant(0) };
export const everything: Reach = { kind: "all" };
export const nothing: Reach = { kind: "none" };

/** Input elements that a window spans. */
export const extent = (kernel: number, dilation: number): number => dilation * (kernel - 1) + 1;

/** Output size of a window that slides over n elements with padding `before` and `after`; undefined where it cannot be written. */
export function slide(n: Dim, window: { kernel: number; stride: number; dilation: number; before: number; after: number }): Dim | undefined {
  const room = window.before + window.after - extent(window.kernel, window.dilation);
  // Most windows go on by one: then nothing is rounded, and a size that stays is the same object.
  if (window.stride === 1) return add(n, constant(room + 1));
  const steps = floorDiv(add(n, constant(room)), window.stride);
  return steps && add(steps, constant(1));
}

/** The same with ceiling division; a last window that would begin in the far padding is dropped, as PyTorch and Caffe do. */
export function slideCeil(
  n: Dim,
  window: { kernel: number; stride: number; dilation: number; before: number; after: number },
): Dim | undefined {
  const room = add(n, constant(window.before + window.after - extent(window.kernel, window.dilation)));
  const rounded = ceilDiv(room, window.stride);
  // The last window must begin at or before the last real element: (out - 1) * stride <= n + before - 1.
  const last = floorDiv(add(n, constant(window.before - 1)), window.stride);
  if (rounded === undefined || last === undefined) return undefined;
  const steps = minimum(rounded, last);
  return steps && add(steps, constant(1));
}

/** Output size of a transposed convolution: (n - 1) * stride + extent - before - after + extra. */
export const grow = (
  n: Dim,
  spread: { kernel: number; stride: number; dilation: number; before: number; after: number; extra: number },
): Dim =>
  add(
    times(sub(n, constant(1)), constant(spread.stride)),
    constant(extent(spread.kernel, spread.dilation) - spread.before - spread.after + spread.extra),
  );
