import { hasAxis, reachMixing } from "../axes.js";
import { defineOperator } from "../define.js";
import { anyTensor } from "../parameters.js";
import { unit } from "../range.js";
import { sameType } from "../rules.js";

export const softmax = defineOperator({
  name: "softmax",
  group: "activation",
  doc: `exp(x) divided by its sum along \`axis\` (channels, unless said otherwise): probabilities of classes that exclude each other. The largest
value is subtracted first, so nothing overflows. Losses take logits: leave it out where \`cross_entropy\` follows.`,
  parameters: {
    x: anyTensor,
    axis: { kind: "int", min: 0, max: 7, default: 1, doc: "axis along which the result sums to 1" },
  },
  infer: (a, rule) => (hasAxis(rule, a.x, a.axis, "axis") ? sameType(a.x) : undefined),
  reach: (a, side) => reachMixing(a.x, [a.axis], side),
  range: () => unit,
  lower: (a, call, emit) => void emit.node("Softmax", [a.x.name], { axis: a.axis }, [call.outputs[0]!.name]),
  example: "y = x -> softmax",
});
