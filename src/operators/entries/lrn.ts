import * as shape from "../../diagnostics/catalogue/shape.js";
import { defineOperator } from "../define.js";
import { map } from "../parameters.js";
import { sameType } from "../rules.js";

export const lrn = defineOperator({
  name: "lrn",
  group: "normalisation",
  doc: `Local response normalisation across channels (AlexNet, Krizhevsky et al. 2012): x / (k + alpha / size * sum of x^2 over \`size\` neighbouring channels)^beta,
as PyTorch and Caffe; the paper's alpha is not divided by the size (its 1e-4 is 5e-4 here). AlexNet and ZFNet have k = 2 in the paper, 1 in Caffe.
WebGPU cannot run it; the node runs on the CPU.`,
  parameters: {
    x: map,
    size: { kind: "int", min: 1, default: 5, doc: "channels in a window, odd" },
    alpha: { kind: "float", default: 1e-4, doc: "weight of the squares" },
    beta: { kind: "float", default: 0.75, doc: "exponent" },
    k: { kind: "float", default: 1, doc: "added to the squares" },
  },
  infer: (a, rule) => (a.size % 2 === 1 ? sameType(a.x) : rule.fault(shape.evenWindow, "size", { size: a.size })),
  lower(a, call, emit) {
    const attributes = { size: a.size, alpha: { float: a.alpha }, beta: { float: a.beta }, bias: { float: a.k } };
    emit.node("LRN", [a.x.name], attributes, [call.outputs[0]!.name]);
  },
  example: "y = x -> lrn(3, k: 2)",
});
