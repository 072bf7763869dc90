import { constant, times } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { groupsOf, windowAlong, windowAttributes } from "../convolution.js";
import { defineOperator } from "../define.js";
import { initialParameters, weightAndBias } from "../initialise.js";
import { map } from "../parameters.js";
import { grow } from "../reach.js";
import { mapOf, requireElements } from "../rules.js";

const sides = [0, 1] as const;

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
    ...initialParameters,
  },
  infer(a, rule) {
    const group = groupsOf(a, rule);
    if (group === undefined) return undefined;
    for (const side of sides)
      if (a.extra[side] >= Math.max(a.stride[side], a.dilation[side]))
        return rule.fault(shape.extraTooLarge, "extra", { extra: a.extra[side], stride: a.stride[side] });
    const [height, width] = sides.map((side) => grow(a.x.shape[2 + side]!, { ...windowAlong(a, side), extra: a.extra[side] }));
    requireElements(rule, height!, width!, "the upsampled map");
    const [kh, kw] = a.kernel;
    // Each output element gets kernel / stride taps from every input channel of its group (the N of U-Net, section 3).
    const fan = { in: group.inputs * Math.max(1, (kh * kw) / (a.stride[0] * a.stride[1])), out: group.outputs * kh * kw };
    const bias = a.bias ?? a.init !== "bilinear";
    return { ...mapOf(a.x, a.channels, height!, width!), owns: weightAndBias({ ...a, bias }, [group.inputs * a.groups, group.outputs, kh, kw], fan) };
  },
  // Every input element meets the whole kernel once.
  macs: (a) => times(constant((a.channels / a.groups) * a.kernel[0] * a.kernel[1]), a.x.shape.reduce(times)),
  reach: (a, side) => ({ kind: "spread", ...windowAlong(a, side) }),
  lower: (a, call, emit) =>
    void emit.node("ConvTranspose", [a.x.name, call.owned.weight!.name, call.owned.bias?.name], { ...windowAttributes(a), output_padding: a.extra }, [call.outputs[0]!.name]),
  example: "y = x -> upconv(6, kernel: 3, stride: 2, padding: 1, extra: 1)",
});
