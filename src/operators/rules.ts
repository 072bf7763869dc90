/** Shape rules that several operators share. */
import { type Dim, constant, constantValue, equalOn } from "../tensor/index.js";
import * as shape from "../diagnostics/catalogue/shape.js";
import { sides } from "./axes.js";
import type { Inference, Operand, Inferred } from "./operator.js";

/** The same type as the input: elementwise operators. */
export const sameType = (x: Operand): Inferred => ({ outputs: [{ type: x.type, shape: x.shape }] });

/** A new map with the batch of `x`. */
export const mapOf = (x: Operand, channels: Dim | number, height: Dim, width: Dim): Inferred => ({
  outputs: [{ type: x.type, shape: [x.shape[0]!, typeof channels === "number" ? constant(channels) : channels, height, width] }],
});

/** The channel count as a number; parameters need one. */
export function channelsOf(x: Operand, rule: Inference): number | undefined {
  const channels = x.shape[1] && constantValue(x.shape[1]);
  return channels ?? rule.fault(shape.channelsNotFixed, undefined, { shape: x.shape });
}

/** Whether two sizes are the same for every input; false where that cannot be decided. */
export const sameSize = (a: Dim, b: Dim): boolean => equalOn(new Map(), a, b) === true;

/** A size that the shape rule has found to be a number. */
export function fixed(dim: Dim): number {
  const value = constantValue(dim);
  if (value === undefined) throw new Error("a size that the shape rule found to be fixed is not");
  return value;
}

/** A size of at least one element on both axes. */
export function requireElements(rule: Inference, height: Dim, width: Dim, of: string): void {
  for (const [axis, size] of [height, width].entries())
    rule.require({ kind: "atLeast", left: size, right: constant(1) }, "runs", shape.noElements, { axis: sides[axis]!, of, size });
}
