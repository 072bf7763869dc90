import { combination } from "../broadcast.js";

export const mul = combination({
  name: "mul",
  onnx: "Mul",
  doc: "Elementwise product, written `a * b`: gates and attention maps.",
  example: "y = x * (x -> global_avgpool -> sigmoid)",
});
