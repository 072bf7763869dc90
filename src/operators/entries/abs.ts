import { activation, single } from "../activation.js";

export const abs = activation({
  name: "abs",
  group: "arithmetic",
  doc: "Absolute value.",
  fold: Math.abs,
  onnx: single("Abs"),
  example: "y = x -> abs",
});
