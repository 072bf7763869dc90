import { combination } from "../broadcast.js";
import { quotient } from "../range.js";

export const div = combination({
  name: "div",
  onnx: "Div",
  doc: "Elementwise quotient, written `a / b`. Division by 0 gives an infinity or NaN: add a small number to the divisor.",
  range: quotient,
  example: "y = x / (1 + (x -> sigmoid))",
});
