import { activation, single } from "../activation.js";

export const tanh = activation({
  name: "tanh",
  doc: "Hyperbolic tangent, between -1 and 1.",
  fold: Math.tanh,
  monotone: true,
  onnx: single("Tanh"),
});
