import { combination } from "../broadcast.js";

export const sub = combination({
  name: "sub",
  onnx: "Sub",
  doc: "Elementwise difference, written `a - b`.",
  example: "y = x - (x -> global_avgpool)",
});
