import { type Dim, constantValue } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { defineOperator } from "../define.js";
import { exactly, hull } from "../range.js";

const known = (dims: readonly Dim[]): number | undefined => {
  const sizes = dims.map(constantValue);
  return sizes.every((size) => size !== undefined) ? sizes.reduce((a, b) => a * b, 1) : undefined;
};

export const constantTensor = defineOperator({
  name: "constant",
  group: "arithmetic",
  doc: `A tensor of fixed values: one number everywhere, or a list with one for each element (row by row).
\`constant([0.01, 0.02, 0.03], shape: [1, 3, 1, 1])\` scales channels. Not counted as parameters.`,
  parameters: {
    values: { kind: "floats", doc: "one number, or one for each element" },
    shape: { kind: "sizes", doc: "sizes; they may depend on the input when there is one number" },
  },
  infer(a, rule) {
    const count = known(a.shape);
    if (a.values.length !== 1 && a.values.length !== count)
      return rule.fault(shape.constantCount, "values", { given: a.values.length, shape: a.shape });
    return { outputs: [{ type: "float32", shape: a.shape }] };
  },
  range: (a) => hull(a.values.map(exactly)),
  fold: (a) => {
    const count = known(a.shape) ?? 0;
    return Float64Array.from({ length: count }, (_, i) => a.values[a.values.length === 1 ? 0 : i]!);
  },
  lower(a, call, emit) {
    const sizes = a.shape.map((dim) => emit.known(dim));
    const out = [call.outputs[0]!.name];
    if (a.values.length > 1 && sizes.every((size) => size !== undefined)) emit.node("Identity", [emit.floats(a.values, sizes)], {}, out);
    else emit.node("Expand", [emit.floats(a.values, []), emit.sizes(a.shape)], {}, out);
  },
  example: "y = x * constant([1, 2, 3, 4], shape: [1, 4, 1, 1])",
});
