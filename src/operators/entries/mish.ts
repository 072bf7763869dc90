import { activation, single } from "../activation.js";

export const mish = activation({
  name: "mish",
  doc: "x * tanh(log(1 + exp(x))) (Misra 2019).",
  fold: (x) => x * Math.tanh(Math.log1p(Math.exp(x))),
  onnx: single("Mish"),
});
