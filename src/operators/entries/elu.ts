import { defineOperator } from "../define.js";
import { anyTensor } from "../parameters.js";
import { sameType } from "../rules.js";

export const elu = defineOperator({
  name: "elu",
  group: "activation",
  doc: "x where it is positive, alpha * (exp(x) - 1) elsewhere (Clevert et al. 2016).",
  parameters: {
    x: anyTensor,
    alpha: { kind: "float", default: 1, doc: "minus the limit below 0" },
  },
  infer: (a) => sameType(a.x),
  fold: (a) => a.x.values.map((x) => (x < 0 ? a.alpha * Math.expm1(x) : x)),
  lower: (a, call, emit) => void emit.node("Elu", [a.x.name], { alpha: { float: a.alpha } }, [call.outputs[0]!.name]),
  example: "y = x -> elu",
});
