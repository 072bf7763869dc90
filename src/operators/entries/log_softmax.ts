import { hasAxis, reachMixing } from "../axes.js";
import { defineOperator } from "../define.js";
import { emitLogSoftmax } from "../log-softmax.js";
import { anyTensor } from "../parameters.js";
import { sameType } from "../rules.js";

export const logSoftmax = defineOperator({
  name: "log_softmax",
  group: "activation",
  doc: `Logarithm of \`softmax\` along \`axis\` (channels, unless said otherwise): x - max - log(sum(exp(x - max))), which stays finite where the logarithm of
a softmax is minus infinity. Written as its parts, since WebGPU has no LogSoftmax.`,
  parameters: {
    x: anyTensor,
    axis: { kind: "int", min: 0, max: 7, default: 1, doc: "axis along which the exponentials sum to 1" },
  },
  infer: (a, rule) => (hasAxis(rule, a.x, a.axis, "axis") ? sameType(a.x) : undefined),
  reach: (a, side) => reachMixing(a.x, [a.axis], side),
  range: () => ({ low: -Infinity, high: 0 }),
  lower: (a, call, emit) => void emitLogSoftmax(emit, a.x.name, a.axis, [call.outputs[0]!.name]),
  example: "y = x -> log_softmax",
});
