import type { Padding, Pair } from "./parameters.js";
import { extent } from "./reach.js";

export interface Pads {
  readonly top: number;
  readonly left: number;
  readonly bottom: number;
  readonly right: number;
}

/**
 * Padding in elements. `same` adds extent - 1 in all, the odd one behind, whatever the stride:
 * with stride s and an odd kernel the output has ceil(n / s) elements.
 */
export function pads(padding: Padding, kernel: Pair, dilation: Pair): Pads {
  if (padding === "valid") return { top: 0, left: 0, bottom: 0, right: 0 };
  if (padding !== "same") return { top: padding[0], left: padding[1], bottom: padding[2], right: padding[3] };
  const total = [extent(kernel[0], dilation[0]) - 1, extent(kernel[1], dilation[1]) - 1] as const;
  const [top, left] = [total[0] >> 1, total[1] >> 1];
  return { top, left, bottom: total[0] - top, right: total[1] - left };
}

/** One axis of a two-dimensional window. */
export interface Along {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
}

export function alongAxis(axis: 0 | 1, kernel: Pair, stride: Pair, dilation: Pair, by: Pads): Along {
  return {
    kernel: kernel[axis],
    stride: stride[axis],
    dilation: dilation[axis],
    before: axis === 0 ? by.top : by.left,
    after: axis === 0 ? by.bottom : by.right,
  };
}

/** The order of ONNX's `pads` attribute. */
export const onnxPads = (by: Pads): readonly number[] => [by.top, by.left, by.bottom, by.right];
