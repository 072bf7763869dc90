import { sumOfMany } from "../range.js";
import { reduction } from "../reduction.js";

export const reduceSum = reduction({
  name: "reduce_sum",
  onnx: "ReduceSum",
  doc: "Sum along axes.",
  range: sumOfMany,
  example: "y = x -> reduce_sum([1, 2, 3], keep: false)",
});
