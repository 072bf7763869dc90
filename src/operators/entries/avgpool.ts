import { defineOperator } from "../define.js";
import { pads } from "../padding.js";
import { averageParameters, inferPool, poolAttributes, poolIdentity, poolReach } from "../pool.js";
import { exactly, hull } from "../range.js";

export const avgpool = defineOperator({
  name: "avgpool",
  group: "pooling",
  doc: `Mean of each window; sizes as for \`maxpool\`. Padding counts as zeros, as in PyTorch; \`count_include_pad: false\` divides by the number of
real elements instead (the default of ONNX and TensorFlow). With \`ceil: true\` what lies beyond the padding never counts.`,
  parameters: {
    ...averageParameters,
    count_include_pad: { kind: "bool", default: true, doc: "padding counts as zeros in the mean" },
  },
  infer: (a, rule) => inferPool(a, rule),
  reach: poolReach,
  range: (a) => (a.count_include_pad && Object.values(pads(a.padding, a.kernel, [1, 1])).some((count) => count > 0) ? hull([a.x, exactly(0)]) : a.x),
  identity: poolIdentity,
  lower: (a, call, emit) =>
    void emit.node("AveragePool", [a.x.name], { ...poolAttributes(a), count_include_pad: a.count_include_pad ? 1 : 0 }, [call.outputs[0]!.name]),
  example: "y = x -> avgpool(3, stride: 2, padding: 1, ceil: true)",
});
