import * as shape from "../../diagnostics/catalogue/shape.js";
import { affineInputs, affinePair, affineParameter, perChannel } from "../affine.js";
import { defineOperator } from "../define.js";
import { anyTensor } from "../parameters.js";
import { everything } from "../reach.js";
import { channelsOf, fixed, sameType } from "../rules.js";

export const groupnorm = defineOperator({
  name: "groupnorm",
  group: "normalisation",
  normalises: true,
  weighted: true,
  doc: `Group normalisation (Wu and He 2018): mean and population variance over each group of channels and the whole map of one image, then
* weight + bias per channel. It needs no statistics of the batch, so it trains with few images and is the same in inference.
One group is layer normalisation over the whole map, as many groups as channels instance normalisation.
Every output element depends on the whole map, so tiles of an image are normalised otherwise than the whole.`,
  parameters: {
    x: anyTensor,
    groups: { kind: "int", min: 1, default: 32, doc: "groups of channels" },
    eps: { kind: "float", min: 0, default: 1e-5, doc: "added to the variance" },
    affine: affineParameter,
  },
  infer(a, rule) {
    const channels = channelsOf(a.x, rule);
    if (channels === undefined) return undefined;
    if (channels % a.groups !== 0) return rule.fault(shape.groupsNotDivisor, "groups", { groups: a.groups, channels, which: "input" });
    return { ...sameType(a.x), owns: a.affine ? affinePair(channels) : [] };
  },
  reach: () => everything,
  lower(a, call, emit) {
    const [channels, rank, out] = [fixed(a.x.shape[1]!), a.x.shape.length, [call.outputs[0]!.name]];
    const epsilon = { epsilon: { float: a.eps } };
    if (a.groups === channels && rank > 2)
      return void emit.node("InstanceNormalization", [a.x.name, ...affineInputs(emit, call, channels)], epsilon, out);
    // The elements of a group in a row: [N, groups, rest].
    const grouped = emit.node("Reshape", [a.x.name, emit.ints([0, a.groups, -1])]);
    const ones = emit.floats(new Array<number>(a.groups).fill(1));
    const zeros = emit.floats(new Array<number>(a.groups).fill(0));
    const normal = emit.node("InstanceNormalization", [grouped, ones, zeros], epsilon);
    const back = [normal, emit.sizesOf(a.x, [...a.x.shape.keys()])];
    const { weight, bias } = call.owned;
    if (!weight || !bias) return void emit.node("Reshape", back, {}, out);
    const scaled = emit.node("Mul", [emit.node("Reshape", back), perChannel(emit, weight.name, rank)]);
    emit.node("Add", [scaled, perChannel(emit, bias.name, rank)], {}, out);
  },
  example: "y = x -> groupnorm(2)",
});
