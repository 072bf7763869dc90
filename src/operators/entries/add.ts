import { combination } from "../broadcast.js";

export const add = combination({
  name: "add",
  onnx: "Add",
  doc: "Elementwise sum, written `a + b`: the residual connection.",
  example: "y = x + (x -> relu)",
});
