import { reduction } from "../reduction.js";

export const reduceMean = reduction({
  name: "reduce_mean",
  onnx: "ReduceMean",
  doc: "Mean along axes.",
  range: (x) => x,
  example: "y = x - (x -> reduce_mean)",
});
