/** What max and average pooling share: arguments, sizes, geometry and ONNX attributes. */
import { type Dim, add, constant, constantValue } from "../tensor/index.js";
import * as shape from "../diagnostics/catalogue/shape.js";
import { sides } from "./axes.js";
import type { AttributeValue } from "./emitter.js";
import type { Inference, Inferred, Operand } from "./operator.js";
import { type Along, alongAxis, onnxPads, pads } from "./padding.js";
import { type Padding, type Pair, map } from "./parameters.js";
import { type Reach, extent, slide, slideCeil } from "./reach.js";
import { mapOf, requireElements } from "./rules.js";

const dilation = { kind: "pair", min: 1, default: [1, 1], doc: "step between the elements of a window" } as const;

export const averageParameters = {
  x: map,
  kernel: { kind: "pair", min: 1, doc: "window size" },
  stride: { kind: "pair", min: 1, optional: true, doc: "step of the window; default: the kernel" },
  padding: { kind: "padding", default: [0, 0, 0, 0], doc: "elements around the input" },
  ceil: { kind: "bool", default: false, doc: "round the size up, so that every element is in a window" },
} as const;

const { ceil, ...window } = averageParameters;
export const poolParameters = { ...window, dilation, ceil } as const;

interface PoolArguments {
  readonly x: Operand;
  readonly kernel: Pair;
  readonly stride: Pair | undefined;
  readonly padding: Padding;
  readonly dilation?: Pair;
  readonly ceil: boolean;
}

const poolWindow = (a: PoolArguments) => {
  const step: Pair = a.dilation ?? [1, 1];
  return { kernel: a.kernel, stride: a.stride ?? a.kernel, dilation: step, by: pads(a.padding, a.kernel, step) };
};

const along = (a: PoolArguments, side: 0 | 1): Along => {
  const { kernel, stride, dilation, by } = poolWindow(a);
  return alongAxis(side, kernel, stride, dilation, by);
};

export function inferPool(a: PoolArguments, rule: Inference): Inferred | undefined {
  const sizes: Dim[] = [];
  for (const side of [0, 1] as const) {
    const one = along(a, side);
    if (one.before >= one.kernel || one.after >= one.kernel)
      return rule.fault(shape.paddingTooLarge, "padding", { padding: Math.max(one.before, one.after), kernel: one.kernel });
    const n = a.x.shape[2 + side]!;
    const size = pooledSize(n, one, a.ceil);
    if (size === undefined) return rule.fault(shape.undecided, undefined, { what: `the ${sides[side]} after pooling ${rule.show(n)}` });
    sizes.push(size);
    const least = leastFilled(one, a.ceil);
    if (least > 1)
      rule.require({ kind: "atLeast", left: n, right: constant(least) }, "runs", shape.emptyWindow, { axis: sides[side], size: n, dilation: one.dilation });
    if (!a.ceil && one.stride > 1) {
      rule.require(
        { kind: "remainderAtMost", dim: add(n, constant(one.before + one.after - extent(one.kernel, one.dilation))), by: one.stride, most: one.after },
        "lossless", shape.poolDrops, { stride: one.stride, what: side === 0 ? "row" : "column", axis: sides[side], size: n }, { size: n },
      );
    }
  }
  requireElements(rule, sizes[0]!, sizes[1]!, "the pooled map");
  return mapOf(a.x, a.x.shape[1]!, sizes[0]!, sizes[1]!);
}

const pooledSize = (n: Dim, one: Along, ceil: boolean): Dim | undefined => (ceil ? slideCeil(n, one) : slide(n, one));

/**
 * The least size from which on every window has a real element. Only a map that is shorter than the dilation can fall
 * between two elements of a padded window:   pad | x | pad   with the window on both pads.
 */
function leastFilled(one: Along, ceil: boolean): number {
  for (let n = one.before + one.after === 0 ? 0 : one.dilation - 1; n >= 1; n--) {
    const windows = constantValue(pooledSize(constant(n), one, ceil) ?? constant(0)) ?? 0;
    if (windows < 1) return 1; // nor has any smaller size
    for (let j = 0; j < windows; j++) {
      const start = j * one.stride - one.before;
      const tap = Math.max(0, Math.ceil(-start / one.dilation));
      if (tap >= one.kernel || start + one.dilation * tap >= n) return n + 1;
    }
  }
  return 1;
}

export const poolReach = (a: PoolArguments, side: 0 | 1): Reach => ({ kind: "window", ...along(a, side) });

/** A window of one element that takes each in turn. */
export const poolIdentity = (a: PoolArguments): boolean =>
  ([0, 1] as const).every((side) => {
    const one = along(a, side);
    return one.kernel === 1 && one.stride === 1;
  });

/** Every element is in one window at most, and windows have no gaps. */
export const tiles = (a: PoolArguments): boolean =>
  ([0, 1] as const).every((side) => {
    const one = along(a, side);
    return one.kernel === one.stride && one.dilation === 1;
  });

export function poolAttributes(a: PoolArguments): Record<string, AttributeValue | undefined> {
  const { kernel, stride, by } = poolWindow(a);
  const [rows, columns] = [rounding(a, 0), rounding(a, 1)];
  return {
    ceil_mode: rows.ceil || columns.ceil ? 1 : 0,
    dilations: a.dilation,
    kernel_shape: kernel,
    pads: onnxPads({ ...by, bottom: by.bottom - rows.unread, right: by.right - columns.unread }),
    strides: stride,
  };
}

/**
 * ONNX's shape inference does not know that a last window in the far padding is dropped, and ONNX Runtime then refuses the
 * graph. Where the size is known and ceil rounding changes nothing, floor rounding is written, without the padding that no window reads.
 */
function rounding(a: PoolArguments, side: 0 | 1): { readonly ceil: boolean; readonly unread: number } {
  const n = a.x.shape[2 + side]!;
  const one = along(a, side);
  if (!a.ceil) return { ceil: false, unread: 0 };
  const [known, up, down] = [constantValue(n), constantValue(pooledSize(n, one, true) ?? n), constantValue(pooledSize(n, one, false) ?? n)];
  if (known === undefined || up === undefined || up !== down) return { ceil: true, unread: 0 };
  return { ceil: false, unread: Math.min(one.after, known + one.before + one.after - extent(one.kernel, one.dilation) - (down - 1) * one.stride) };
}
