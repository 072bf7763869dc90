import { inferLearnedNumber, learnedNumber } from "../affine.js";
import { defineOperator } from "../define.js";
import { anyTensor } from "../parameters.js";

export const learnedScale = defineOperator({
  name: "learned_scale",
  group: "arithmetic",
  weighted: true,
  doc: `x * gamma, with a learned number for all channels, or one for each. With \`initial: 0\` a residual branch starts as nothing (the attention of
DANet, Fu et al. 2019); one for each channel is LayerScale (Touvron et al. 2021). Checkpoints keep it as \`gamma\`, [1] or [C].
With a fixed number it is \`scale\`; a learned scale and shift of normalised values belong to \`batchnorm\` and its like.`,
  parameters: {
    x: anyTensor,
    per_channel: { kind: "bool", default: false, doc: "a number for each channel, instead of one for all" },
    initial: { kind: "float", default: 1, doc: "initial weight" },
  },
  infer: (a, rule) => inferLearnedNumber(a, rule, "gamma", a.initial),
  lower: (a, call, emit) => void emit.node("Mul", [a.x.name, learnedNumber(a, emit, call.owned.gamma!.name)], {}, [call.outputs[0]!.name]),
  example: "y = x -> learned_scale(per_channel: true)",
});
