import { add } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { defineOperator } from "../define.js";
import { ofAnyType, tensors } from "../parameters.js";
import { requireEqual } from "../broadcast.js";
import { hasAxis, reachMixing } from "../axes.js";
import { pointwise } from "../reach.js";

export const concat = defineOperator({
  name: "concat",
  group: "layout",
  doc: "Stacks tensors along `axis` (channels, unless said otherwise); all other sizes must agree. Lists are taken apart, so a family can be given whole.",
  parameters: {
    x: ofAnyType(tensors("the tensors to join, in order")),
    axis: { kind: "int", min: 0, max: 7, default: 1, doc: "0 batch, 1 channels, 2 height, 3 width" },
  },
  infer(a, rule) {
    const [first, ...rest] = a.x;
    if (first === undefined) return rule.fault(shape.nothingToJoin, undefined, {});
    if (!hasAxis(rule, first, a.axis, "axis")) return undefined;
    const sizes = [...first.shape];
    for (const other of rest) {
      if (other.shape.length !== first.shape.length)
        return rule.fault(shape.rankMismatch, undefined, { left: first.shape, right: other.shape });
      if (other.type !== first.type)
        return rule.fault(shape.wrongElementType, "x", { operator: "concat", parameter: "x", wanted: first.type, given: other.type });
      for (const axis of first.shape.keys())
        sizes[axis] = axis === a.axis ? add(sizes[axis]!, other.shape[axis]!) : requireEqual(rule, shape.concatSizeMismatch, first, other, axis);
    }
    return { outputs: [{ type: first.type, shape: sizes }] };
  },
  // Along the joined axis each tensor is shifted by those before it: which one is asked about is not known here.
  reach: (a, side) => (a.x.length === 1 ? pointwise : reachMixing(a.x[0]!, [a.axis], side)),
  range: "kept",
  lower: (a, call, emit) => void emit.node("Concat", a.x.map((x) => x.name), { axis: a.axis }, [call.outputs[0]!.name]),
  example: "y = concat(x, x -> relu, x)",
});
