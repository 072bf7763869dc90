import { defineOperator } from "../define.js";
import { inferLearnedNumber, learnedNumber } from "../affine.js";
import { anyTensor } from "../parameters.js";

export const prelu = defineOperator({
  name: "prelu",
  group: "activation",
  weighted: true,
  doc: `x where it is positive, weight * x elsewhere, with a learned weight (He et al. 2015): one for all channels, as PyTorch's default, or one for
each. Checkpoints keep it as \`weight\`, [1] or [C].`,
  parameters: {
    x: anyTensor,
    per_channel: { kind: "bool", default: false, doc: "a slope for each channel, instead of one for all" },
    slope: { kind: "float", default: 0.25, doc: "initial weight" },
  },
  infer: (a, rule) => inferLearnedNumber(a, rule, "weight", a.slope),
  lower: (a, call, emit) => void emit.node("PRelu", [a.x.name, learnedNumber(a, emit, call.owned.weight!.name)], {}, [call.outputs[0]!.name]),
  example: "y = x -> prelu(per_channel: true)",
});
