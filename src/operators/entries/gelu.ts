import { defineOperator } from "../define.js";
import type { Emitter } from "../emitter.js";
import { anyTensor } from "../parameters.js";
import { sameType } from "../rules.js";

const formulas: Readonly<Record<"none" | "tanh", (x: string, emit: Emitter) => string>> = {
  none: (x, emit) => emit.node("Erf", [emit.node("Div", [x, emit.floats([Math.SQRT2], [])])]),
  tanh(x, emit) {
    const cube = emit.node("Mul", [emit.node("Mul", [x, x]), x]);
    const sum = emit.node("Add", [x, emit.node("Mul", [cube, emit.floats([0.044715], [])])]);
    return emit.node("Tanh", [emit.node("Mul", [sum, emit.floats([Math.sqrt(2 / Math.PI)], [])])]);
  },
};

export const gelu = defineOperator({
  name: "gelu",
  group: "activation",
  doc: `x times the probability that a normal variable is below x (Hendrycks and Gimpel 2016): x/2 * (1 + erf(x / sqrt 2)). \`approximate: tanh\` is the
older x/2 * (1 + tanh(sqrt(2/pi) * (x + 0.044715 x^3))); the two differ by up to 5e-4, so take the one that the weights were trained with.
Written as its parts, because ONNX has Gelu only from opset 20; ONNX Runtime joins them again.`,
  parameters: {
    x: anyTensor,
    approximate: { kind: "choice", members: ["none", "tanh"], default: "none", doc: "the exact function or its approximation by tanh" },
  },
  infer: (a) => sameType(a.x),
  lower(a, call, emit) {
    const probability = emit.node("Add", [formulas[a.approximate](a.x.name, emit), emit.floats([1], [])]);
    emit.node("Mul", [emit.node("Mul", [a.x.name, probability]), emit.floats([0.5], [])], {}, [call.outputs[0]!.name]);
  },
  example: "y = x -> gelu -> gelu(approximate: tanh)",
});
