import { activation, single } from "../activation.js";

export const sqrt = activation({
  name: "sqrt",
  group: "arithmetic",
  doc: "Square root; NaN below 0.",
  fold: Math.sqrt,
  monotone: true,
  onnx: single("Sqrt"),
  example: "y = x * x -> sqrt",
});
