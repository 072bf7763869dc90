import { reduction } from "../reduction.js";

export const reduceMax = reduction({
  name: "reduce_max",
  onnx: "ReduceMax",
  doc: "Largest value along axes. With `axes: [1]` it is the spatial half of CBAM (Woo et al. 2018).",
  range: (x) => x,
  example: "y = concat(x -> reduce_max([1]), x -> reduce_mean([1]))",
});
