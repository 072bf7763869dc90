import { defineOperator } from "../define.js";
import { anyTensor } from "../parameters.js";
import { sameType } from "../rules.js";

export const dropout = defineOperator({
  name: "dropout",
  group: "normalisation",
  doc: "Sets elements to zero with this probability while training (Srivastava et al. 2014); does nothing in inference, so the graph leaves it out.",
  parameters: {
    x: anyTensor,
    rate: { kind: "float", min: 0, max: 1, default: 0.5, doc: "probability of zero" },
  },
  infer: (a) => sameType(a.x),
  range: "kept",
  identity: () => true,
  lower: (a, call, emit) => void emit.node("Identity", [a.x.name], {}, [call.outputs[0]!.name]),
  example: "y = x -> dropout(0.5)",
});
