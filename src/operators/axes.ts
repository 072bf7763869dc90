/** Axes and what messages call them: batch, channels, height, width. The last two of a tensor of four or more are its height and width. */
import * as shape from "../diagnostics/catalogue/shape.js";
import type { Inference, Operand } from "./operator.js";
import { type Reach, everything, pointwise } from "./reach.js";

const names = ["batch", "channels", "height", "width"] as const;

/** The two sides of a map. */
export const sides = ["height", "width"] as const;

export const axisName = (axis: number, rank: number): string => (rank === 4 ? names[axis]! : `size of axis ${axis}`);

/** Where a tensor of this rank keeps its height (0) or width (1). */
export const spatialAxis = (rank: number, side: 0 | 1): number => rank - 2 + side;

/** Whether the tensor has the axis; complains at the argument `at` if not. */
export function hasAxis(rule: Inference, x: Operand, axis: number, at: string): boolean {
  if (axis >= 0 && axis < x.shape.length) return true;
  rule.fault(shape.noSuchAxis, at, { axis, shape: x.shape });
  return false;
}

/** Of an operator that mixes whole axes and leaves the others alone. */
export const reachMixing = (x: Operand, axes: readonly number[], side: 0 | 1): Reach =>
  axes.includes(spatialAxis(x.shape.length, side)) ? everything : pointwise;
