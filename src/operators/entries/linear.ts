import { constant, constantValue, times } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { reachMixing } from "../axes.js";
import { defineOperator } from "../define.js";
import { initialParameters, weightAndBias } from "../initialise.js";
import { anyTensor } from "../parameters.js";
import { fixed } from "../rules.js";

export const linear = defineOperator({
  name: "linear",
  group: "matrix",
  weighted: true,
  doc: `Fully connected layer over the last axis: [..., in] -> [..., channels]. Weight [channels, in], as PyTorch's Linear.
A map must be flattened before it, so its size must be known; a convolution with a kernel as large as the map holds the same weights,
only regrouped to [channels, C, h, w], and takes larger maps too (FCN, section 3.1).`,
  parameters: {
    x: anyTensor,
    channels: { kind: "int", min: 1, doc: "size of the last axis of the result" },
    bias: { kind: "bool", default: true, doc: "adds one learned number to each channel" },
    ...initialParameters,
    init: { ...initialParameters.init, members: initialParameters.init.members.filter((kind) => kind !== "bilinear" && kind !== "identity") },
  },
  infer(a, rule) {
    const last = a.x.shape.at(-1);
    const channels = last && constantValue(last);
    if (channels === undefined) return rule.fault(shape.channelsNotFixed, undefined, { shape: a.x.shape });
    return {
      outputs: [{ type: a.x.type, shape: [...a.x.shape.slice(0, -1), constant(a.channels)] }],
      owns: weightAndBias(a, [a.channels, channels], { in: channels, out: a.channels }),
    };
  },
  macs: (a, out) => out.shape.reduce(times, constant(fixed(a.x.shape.at(-1)!))),
  reach: (a, side) => reachMixing(a.x, [a.x.shape.length - 1], side),
  lower(a, call, emit) {
    const { weight, bias } = call.owned;
    const out = [call.outputs[0]!.name];
    if (a.x.shape.length === 2) return void emit.node("Gemm", [a.x.name, weight!.name, bias?.name], { transB: 1 }, out);
    const turned = emit.node("Transpose", [weight!.name], { perm: [1, 0] });
    if (!bias) return void emit.node("MatMul", [a.x.name, turned], {}, out);
    emit.node("Add", [emit.node("MatMul", [a.x.name, turned]), bias.name], {}, out);
  },
  example: "y = x -> flatten(2) -> transpose([0, 2, 1]) -> linear(6)",
});
