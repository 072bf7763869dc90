import { activation } from "../activation.js";

export const relu6 = activation({
  name: "relu6",
  doc: "min(max(x, 0), 6) (MobileNet, Howard et al. 2017).",
  fold: (x) => Math.min(Math.max(x, 0), 6),
  monotone: true,
  onnx: (x, out, emit) => void emit.node("Clip", [x, emit.floats([0], []), emit.floats([6], [])], {}, [out]),
});
