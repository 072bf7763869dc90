import { constant, times } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { defineOperator } from "../define.js";
import { initial, initialisations } from "../initialise.js";
import { alongAxis, onnxPads, pads } from "../padding.js";
import { map } from "../parameters.js";
import { grow } from "../reach.js";
import { channelsOf, mapOf, requireElements } from "../rules.js";

export const upconv = defineOperator({
  name: "upconv",
  group: "convolution",
  weighted: true,
  convolution: "in-first",
  doc: `Transposed convolution ("deconvolution", "up-convolution"): output (n - 1)*stride + dilation*(kernel - 1) + 1 + extra - padding.
Weight [in, channels / groups, kh, kw]. It restores a size, not values. A kernel that the stride does not divide
weighs neighbouring outputs unevenly (checkerboard). \`init: bilinear\` makes it an interpolation and leaves the bias out.
\`padding\` is what the crop of the result is in other notations; \`extra\` is output_padding.`,
  parameters: {
    x: map,
    channels: { kind: "int", min: 1, doc: "output channels" },
    kernel: { kind: "pair", min: 1, default: [2, 2], doc: "kernel size" },
    stride: { kind: "pair", min: 1, default: [2, 2], doc: "factor by which the map grows" },
    padding: { kind: "padding", default: "valid", doc: "rows and columns cut from the result" },
    extra: { kind: "pair", min: 0, default: [0, 0], doc: "output padding: rows and columns added at the bottom and right" },
    dilation: { kind: "pair", min: 1, default: [1, 1], doc: "step between taps" },
    groups: { kind: "int", min: 1, default: 1, doc: "groups of channels that do not mix" },
    bias: { kind: "bool", optional: true, doc: "adds one learned number to each channel; default true, but false with `init: bilinear`" },
    init: { kind: "choice", members: initialisations, default: "he", doc: "initial weights" },
    std: { kind: "float", min: 0, default: 0.01, doc: "standard deviation for `init: normal`" },
    frozen: { kind: "bool", default: false, doc: "training leaves the weights alone" },
  },
  infer(a, rule) {
    const channels = channelsOf(a.x, rule);
    if (channels === undefined) return undefined;
    if (channels % a.groups !== 0) return rule.fault(shape.groupsNotDivisor, "groups", { groups: a.groups, channels, which: "input" });
    if (a.channels % a.groups !== 0) return rule.fault(shape.groupsNotDivisor, "groups", { groups: a.groups, channels: a.channels, which: "output" });
    for (const axis of [0, 1] as const)
      if (a.extra[axis] >= Math.max(a.stride[axis], a.dilation[axis]))
        return rule.fault(shape.extraTooLarge, "extra", { extra: a.extra[axis], stride: a.stride[axis] });
    const by = pads(a.padding, a.kernel, a.dilation);
    const height = grow(a.x.shape[2]!, { ...alongAxis(0, a.kernel, a.stride, a.dilation, by), extra: a.extra[0] });
    const width = grow(a.x.shape[3]!, { ...alongAxis(1, a.kernel, a.stride, a.dilation, by), extra: a.extra[1] });
    requireElements(rule, height, width, "the upsampled map");
    const [kh, kw] = a.kernel;
    // Each output element gets kernel / stride taps from every input channel of its group (unet.md, section 2).
    const fanIn = (channels / a.groups) * Math.max(1, (kh * kw) / (a.stride[0] * a.stride[1]));
    const weight = {
      name: "weight",
      shape: [channels, a.channels / a.groups, kh, kw],
      initial: initial(a.init, fanIn, (a.channels / a.groups) * kh * kw, a.std),
      trainable: !a.frozen,
    };
    const bias = { name: "bias", shape: [a.channels], initial: { kind: "constant", value: 0 } as const, trainable: !a.frozen };
    return { ...mapOf(a.x, a.channels, height, width), owns: (a.bias ?? a.init !== "bilinear") ? [weight, bias] : [weight] };
  },
  // Every input element meets the whole kernel once.
  macs: (a) => times(constant((a.channels / a.groups) * a.kernel[0] * a.kernel[1]), a.x.shape.reduce(times)),
  reach: (a, axis) => ({ kind: "spread", ...alongAxis(axis, a.kernel, a.stride, a.dilation, pads(a.padding, a.kernel, a.dilation)) }),
  lower(a, call, emit) {
    emit.node(
      "ConvTranspose",
      [a.x.name, call.owned.weight!.name, call.owned.bias?.name],
      {
        dilations: a.dilation,
        group: a.groups,
        kernel_shape: a.kernel,
        output_padding: a.extra,
        pads: onnxPads(pads(a.padding, a.kernel, a.dilation)),
        strides: a.stride,
      },
      [call.outputs[0]!.name],
    );
  },
  example: "y = x -> upconv(6, kernel: 3, stride: 2, padding: 1, extra: 1)",
});
