import * as shape from "../../diagnostics/catalogue/shape.js";
import { spatialAxis } from "../axes.js";
import { defineOperator } from "../define.js";
import { anyTensor, ofAnyType } from "../parameters.js";
import { everything, pointwise } from "../reach.js";

export const transpose = defineOperator({
  name: "transpose",
  group: "layout",
  doc: `Reorders the axes: axis i of the result is axis order[i] of x. [0, 2, 3, 1] turns a map [N, C, H, W] to [N, H, W, C], [0, 2, 1] swaps tokens and channels.
It moves elements; \`reshape\` only regroups them.`,
  parameters: {
    x: ofAnyType(anyTensor),
    order: { kind: "ints", doc: "each axis once" },
  },
  infer(a, rule) {
    const rank = a.x.shape.length;
    const fits = a.order.length === rank && a.x.shape.every((_, axis) => a.order.includes(axis));
    if (!fits) return rule.fault(shape.badPermutation, "order", { order: a.order.join(", "), rank });
    return { outputs: [{ type: a.x.type, shape: a.order.map((axis) => a.x.shape[axis]!) }] };
  },
  // A side that changes its place is read across.
  reach: (a, side) => {
    const axis = spatialAxis(a.x.shape.length, side);
    return a.order[axis] === axis ? pointwise : everything;
  },
  range: "kept",
  identity: (a) => a.order.every((from, to) => from === to),
  lower: (a, call, emit) => void emit.node("Transpose", [a.x.name], { perm: a.order }, [call.outputs[0]!.name]),
  example: "y = x -> transpose([0, 2, 3, 1])",
});
