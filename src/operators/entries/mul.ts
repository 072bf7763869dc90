import { combination } from "../broadcast.js";
import { product } from "../range.js";

export const mul = combination({
  name: "mul",
  onnx: "Mul",
  doc: "Elementwise product, written `a * b`: gates and attention maps.",
  range: product,
  example: "y = x * (x -> global_avgpool -> sigmoid)",
});
