import { activation } from "../activation.js";

export const silu = activation({
  name: "silu",
  doc: "x * sigmoid(x), also called swish (Ramachandran et al. 2017).",
  fold: (x) => x / (1 + Math.exp(-x)),
  onnx: (x, out, emit) => void emit.node("Mul", [x, emit.node("Sigmoid", [x])], {}, [out]),
});
