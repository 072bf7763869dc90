import { activation, single } from "../activation.js";

export const relu = activation({
  name: "relu",
  doc: "max(x, 0).",
  fold: (x) => Math.max(x, 0),
  monotone: true,
  onnx: single("Relu"),
});
