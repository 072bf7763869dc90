import { affineInputs, affinePair, affineParameter } from "../affine.js";
import { defineOperator } from "../define.js";
import { map } from "../parameters.js";
import { everything } from "../reach.js";
import { channelsOf, fixed, sameType } from "../rules.js";

export const instancenorm = defineOperator({
  name: "instancenorm",
  group: "normalisation",
  normalises: true,
  weighted: true,
  doc: `Instance normalisation (Ulyanov et al. 2016): mean and population variance of each channel's map of one image. As PyTorch's InstanceNorm2d it has
no weights unless \`affine: true\` (nnU-Net has them). Every output element depends on the whole map; a map of one element becomes 0.`,
  parameters: {
    x: map,
    eps: { kind: "float", min: 0, default: 1e-5, doc: "added to the variance" },
    affine: { ...affineParameter, default: false },
  },
  infer(a, rule) {
    const channels = channelsOf(a.x, rule);
    return channels === undefined ? undefined : { ...sameType(a.x), owns: a.affine ? affinePair(channels) : [] };
  },
  reach: () => everything,
  lower(a, call, emit) {
    const inputs = affineInputs(emit, call, fixed(a.x.shape[1]!));
    emit.node("InstanceNormalization", [a.x.name, ...inputs], { epsilon: { float: a.eps } }, [call.outputs[0]!.name]);
  },
  example: "y = x -> instancenorm(affine: true)",
});
