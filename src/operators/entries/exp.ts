import { activation, single } from "../activation.js";

export const exp = activation({
  name: "exp",
  group: "arithmetic",
  doc: "e to the power of x; infinite in float32 above 88.7.",
  fold: Math.exp,
  monotone: true,
  onnx: single("Exp"),
  example: "y = x -> exp",
});
