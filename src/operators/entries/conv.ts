import { constant, times } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { groupsOf, windowAlong, windowAttributes } from "../convolution.js";
import { defineOperator } from "../define.js";
import { initialParameters, weightAndBias } from "../initialise.js";
import { map } from "../parameters.js";
import { slide } from "../reach.js";
import { fixed, mapOf, requireElements } from "../rules.js";

export const conv = defineOperator({
  name: "conv",
  group: "convolution",
  weighted: true,
  convolution: "out-first",
  doc: `Two-dimensional convolution. Keeps the size when the stride is 1 and the padding \`same\`.
Weight [channels, in / groups, kh, kw]; output floor((n + padding - dilation*(kernel - 1) - 1) / stride) + 1.
A fully connected layer over an h x w map is a convolution with an h x w kernel and \`padding: valid\` (FCN, section 3.1).`,
  parameters: {
    x: map,
    channels: { kind: "int", min: 1, doc: "output channels" },
    kernel: { kind: "pair", min: 1, default: [3, 3], doc: "kernel size" },
    stride: { kind: "pair", min: 1, default: [1, 1], doc: "step of the window" },
    padding: { kind: "padding", default: "same", doc: "zeros around the input" },
    dilation: { kind: "pair", min: 1, default: [1, 1], doc: "step between taps (atrous rate)" },
    groups: { kind: "int", min: 1, default: 1, doc: "groups of channels that do not mix; as many as input channels: depthwise" },
    bias: { kind: "bool", default: true, doc: "adds one learned number to each channel" },
    ...initialParameters,
  },
  infer(a, rule) {
    const group = groupsOf(a, rule);
    if (group === undefined) return undefined;
    const [height, width] = ([0, 1] as const).map((side) => slide(a.x.shape[2 + side]!, windowAlong(a, side)));
    if (height === undefined || width === undefined)
      return rule.fault(shape.undecided, "stride", { what: `the size of ${rule.showShape(a.x.shape)} after a stride of [${a.stride.join(", ")}]` });
    requireElements(rule, height, width, "the convolved map");
    const [kh, kw] = a.kernel;
    const fan = { in: group.inputs * kh * kw, out: group.outputs * kh * kw };
    return { ...mapOf(a.x, a.channels, height, width), owns: weightAndBias(a, [a.channels, group.inputs, kh, kw], fan) };
  },
  macs: (a, out) => times(constant((fixed(a.x.shape[1]!) / a.groups) * a.kernel[0] * a.kernel[1]), out.shape.reduce(times)),
  reach: (a, side) => ({ kind: "window", ...windowAlong(a, side) }),
  lower: (a, call, emit) => void emit.node("Conv", [a.x.name, call.owned.weight!.name, call.owned.bias?.name], windowAttributes(a), [call.outputs[0]!.name]),
  example: "y = x -> conv(8, kernel: [3, 5], stride: 2, dilation: [2, 1], groups: 2)",
});
