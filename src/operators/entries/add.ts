import { combination } from "../broadcast.js";
import { sum } from "../range.js";

export const add = combination({
  name: "add",
  onnx: "Add",
  doc: "Elementwise sum, written `a + b`: the residual connection.",
  range: sum,
  example: "y = x + (x -> relu)",
});
