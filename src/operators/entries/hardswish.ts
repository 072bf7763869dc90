import { activation, single } from "../activation.js";

export const hardswish = activation({
  name: "hardswish",
  doc: "x * clamp(x + 3, 0, 6) / 6: a cheap `silu` (MobileNetV3, Howard et al. 2019).",
  fold: (x) => (x * Math.min(6, Math.max(0, x + 3))) / 6,
  onnx: single("HardSwish"),
});
