import { defineOperator } from "../define.js";
import { anyTensor } from "../parameters.js";
import { sameType } from "../rules.js";

export const leakyRelu = defineOperator({
  name: "leaky_relu",
  group: "activation",
  doc: "x where it is positive, slope * x elsewhere (Maas et al. 2013).",
  parameters: {
    x: anyTensor,
    slope: { kind: "float", default: 0.01, doc: "slope below 0" },
  },
  infer: (a) => sameType(a.x),
  fold: (a) => a.x.values.map((x) => (x < 0 ? a.slope * x : x)),
  lower: (a, call, emit) => void emit.node("LeakyRelu", [a.x.name], { alpha: { float: a.slope } }, [call.outputs[0]!.name]),
  example: "y = x -> leaky_relu(0.1)",
});
