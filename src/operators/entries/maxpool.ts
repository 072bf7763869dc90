import { defineOperator } from "../define.js";
import { inferPool, poolAttributes, poolIdentity, poolParameters, poolReach } from "../pool.js";

export const maxpool = defineOperator({
  name: "maxpool",
  group: "pooling",
  doc: `Largest value of each window; padding never wins. Output floor((n + padding - kernel) / stride) + 1, with \`ceil: true\` the
ceiling, where a window that would begin in the far padding is dropped, as PyTorch and Caffe do.
With floor rounding a last row or column that fills no window is lost: the sizes at which that happens are not lossless.`,
  parameters: poolParameters,
  infer: (a, rule) => inferPool(a, rule),
  reach: poolReach,
  range: "kept",
  identity: poolIdentity,
  lower: (a, call, emit) => void emit.node("MaxPool", [a.x.name], poolAttributes(a), [call.outputs[0]!.name]),
  example: "y = x -> maxpool(3, stride: 2, padding: 1)",
});
