import { defineOperator } from "../define.js";
import { perChannel } from "../affine.js";
import { anyTensor } from "../parameters.js";
import { channelsOf } from "../rules.js";

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
  infer(a, rule) {
    const count = a.per_channel ? channelsOf(a.x, rule) : 1;
    if (count === undefined) return undefined;
    return {
      outputs: [{ type: a.x.type, shape: a.x.shape }],
      owns: [{ name: "weight", shape: [count], initial: { kind: "constant", value: a.slope }, trainable: true }],
    };
  },
  lower(a, call, emit) {
    const weight = call.owned.weight!.name;
    const slope = a.per_channel ? perChannel(emit, weight, a.x.shape.length) : weight;
    emit.node("PRelu", [a.x.name, slope], {}, [call.outputs[0]!.name]);
  },
  example: "y = x -> prelu(per_channel: true)",
});
