import { constant, times } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { defineOperator } from "../define.js";
import { initial, initialisations } from "../initialise.js";
import { alongAxis, onnxPads, pads } from "../padding.js";
import { map } from "../parameters.js";
import { slide } from "../reach.js";
import { channelsOf, fixed, mapOf, requireElements } from "../rules.js";

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
    init: { kind: "choice", members: initialisations, default: "he", doc: "initial weights" },
    std: { kind: "float", min: 0, default: 0.01, doc: "standard deviation for `init: normal`" },
    frozen: { kind: "bool", default: false, doc: "training leaves the weights alone" },
  },
  infer(a, rule) {
    const channels = channelsOf(a.x, rule);
    if (channels === undefined) return undefined;
    if (channels % a.groups !== 0) return rule.fault(shape.groupsNotDivisor, "groups", { groups: a.groups, channels, which: "input" });
    if (a.channels % a.groups !== 0) return rule.fault(shape.groupsNotDivisor, "groups", { groups: a.groups, channels: a.channels, which: "output" });
    const by = pads(a.padding, a.kernel, a.dilation);
    const height = slide(a.x.shape[2]!, alongAxis(0, a.kernel, a.stride, a.dilation, by));
    const width = slide(a.x.shape[3]!, alongAxis(1, a.kernel, a.stride, a.dilation, by));
    if (height === undefined || width === undefined)
      return rule.fault(shape.undecided, "stride", { what: `the size of ${rule.showShape(a.x.shape)} after a stride of [${a.stride.join(", ")}]` });
    requireElements(rule, height, width, "the convolved map");
    const [kh, kw] = a.kernel;
    const fanIn = (channels / a.groups) * kh * kw;
    const weight = {
      name: "weight",
      shape: [a.channels, channels / a.groups, kh, kw],
      initial: initial(a.init, fanIn, (a.channels / a.groups) * kh * kw, a.std),
      trainable: !a.frozen,
    };
    // PyTorch's default also draws the bias, from the same bound.
    const biasInitial = a.init === "pytorch" ? weight.initial : ({ kind: "constant", value: 0 } as const);
    const bias = { name: "bias", shape: [a.channels], initial: biasInitial, trainable: !a.frozen };
    return { ...mapOf(a.x, a.channels, height, width), owns: a.bias ? [weight, bias] : [weight] };
  },
  macs: (a, out) => times(constant((fixed(a.x.shape[1]!) / a.groups) * a.kernel[0] * a.kernel[1]), out.shape.reduce(times)),
  reach: (a, axis) => ({ kind: "window", ...alongAxis(axis, a.kernel, a.stride, a.dilation, pads(a.padding, a.kernel, a.dilation)) }),
  lower(a, call, emit) {
    emit.node(
      "Conv",
      [a.x.name, call.owned.weight!.name, call.owned.bias?.name],
      {
        dilations: a.dilation,
        group: a.groups,
        kernel_shape: a.kernel,
        pads: onnxPads(pads(a.padding, a.kernel, a.dilation)),
        strides: a.stride,
      },
      [call.outputs[0]!.name],
    );
  },
  example: "y = x -> conv(8, kernel: [3, 5], stride: 2, dilation: [2, 1], groups: 2)",
});
