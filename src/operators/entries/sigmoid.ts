import { activation, single } from "../activation.js";

export const sigmoid = activation({
  name: "sigmoid",
  doc: "1 / (1 + exp(-x)), between 0 and 1. For probabilities of classes that exclude each other use `softmax`.",
  fold: (x) => 1 / (1 + Math.exp(-x)),
  monotone: true,
  onnx: single("Sigmoid"),
});
