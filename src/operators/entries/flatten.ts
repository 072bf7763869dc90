import { times } from "../../tensor/index.js";
import { hasAxis } from "../axes.js";
import { defineOperator } from "../define.js";
import type { Operand } from "../operator.js";
import { anyTensor, ofAnyType } from "../parameters.js";
import { everything } from "../reach.js";
import { reshapeTo } from "../reshaping.js";

const flat = (a: { readonly x: Operand; readonly axis: number }) => [...a.x.shape.slice(0, a.axis), a.x.shape.slice(a.axis).reduce(times)];

export const flatten = defineOperator({
  name: "flatten",
  group: "layout",
  doc: `Joins all axes from \`axis\` on, as PyTorch's flatten(start_dim): a map becomes [N, C*H*W], with \`axis: 2\` [N, C, H*W] (positions as a sequence).`,
  parameters: {
    x: ofAnyType(anyTensor),
    axis: { kind: "int", min: 0, max: 7, default: 1, doc: "first axis that is joined" },
  },
  infer: (a, rule) => (hasAxis(rule, a.x, a.axis, "axis") ? { outputs: [{ type: a.x.type, shape: flat(a) }] } : undefined),
  reach: () => everything,
  range: "kept",
  identity: (a) => a.axis === a.x.shape.length - 1,
  lower: (a, call, emit) => void reshapeTo(emit, a.x, flat(a), call.outputs[0]!.name),
  example: "y = x -> flatten(2)",
});
