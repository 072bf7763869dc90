/** What a convolution and its transpose share: groups, the window, the node's attributes. */
import * as shape from "../diagnostics/catalogue/shape.js";
import type { AttributeValue } from "./emitter.js";
import type { Inference, Operand } from "./operator.js";
import { type Along, alongAxis, onnxPads, pads } from "./padding.js";
import type { Padding, Pair } from "./parameters.js";
import { channelsOf } from "./rules.js";

interface ConvolutionArguments {
  readonly x: Operand;
  readonly channels: number;
  readonly kernel: Pair;
  readonly stride: Pair;
  readonly padding: Padding;
  readonly dilation: Pair;
  readonly groups: number;
}

/** Input and output channels of one group; undefined after a fault. */
export function groupsOf(a: ConvolutionArguments, rule: Inference): { readonly inputs: number; readonly outputs: number } | undefined {
  const channels = channelsOf(a.x, rule);
  if (channels === undefined) return undefined;
  for (const [which, count] of [["input", channels], ["output", a.channels]] as const)
    if (count % a.groups !== 0) return rule.fault(shape.groupsNotDivisor, "groups", { groups: a.groups, channels: count, which });
  return { inputs: channels / a.groups, outputs: a.channels / a.groups };
}

export const windowAlong = (a: ConvolutionArguments, side: 0 | 1): Along =>
  alongAxis(side, a.kernel, a.stride, a.dilation, pads(a.padding, a.kernel, a.dilation));

export const windowAttributes = (a: ConvolutionArguments): Record<string, AttributeValue> => ({
  dilations: a.dilation,
  group: a.groups,
  kernel_shape: a.kernel,
  pads: onnxPads(pads(a.padding, a.kernel, a.dilation)),
  strides: a.stride,
});
