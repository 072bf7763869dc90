import { activation } from "../activation.js";

export const hardsigmoid = activation({
  name: "hardsigmoid",
  doc: `clamp(x + 3, 0, 6) / 6: a cheap \`sigmoid\` (MobileNetV3's gates), as PyTorch and MobileNetV3 define it. Keras and ONNX's own default have
slope 0.2 instead of 1/6.`,
  fold: (x) => Math.min(6, Math.max(0, x + 3)) / 6,
  monotone: true,
  onnx: (x, out, emit) => void emit.node("HardSigmoid", [x], { alpha: { float: 1 / 6 }, beta: { float: 0.5 } }, [out]),
});
