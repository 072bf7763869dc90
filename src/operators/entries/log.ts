import { activation, single } from "../activation.js";

export const log = activation({
  name: "log",
  group: "arithmetic",
  doc: "Natural logarithm; -infinity at 0 and NaN below. For the logarithm of a `softmax` use `log_softmax`, which does not underflow.",
  fold: Math.log,
  monotone: true,
  onnx: single("Log"),
  example: "y = 2 + (x -> sigmoid) -> log",
});
