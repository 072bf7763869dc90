import { combination } from "../broadcast.js";
import { difference } from "../range.js";

export const sub = combination({
  name: "sub",
  onnx: "Sub",
  doc: "Elementwise difference, written `a - b`.",
  range: difference,
  example: "y = x - (x -> global_avgpool)",
});
