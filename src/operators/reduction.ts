/** Mean, sum and maximum along axes. */
import { constant } from "../tensor/index.js";
import * as shape from "../diagnostics/catalogue/shape.js";
import { hasAxis, reachMixing } from "./axes.js";
import { defineOperator } from "./define.js";
import type { Operator } from "./operator.js";
import { anyTensor } from "./parameters.js";
import type { Range } from "./range.js";

export const reduction = (entry: {
  readonly name: string;
  readonly onnx: string;
  readonly doc: string;
  readonly range: (x: Range) => Range;
  readonly example: string;
}): Operator =>
  defineOperator({
    name: entry.name,
    group: "arithmetic",
    doc: `${entry.doc}
The axes keep size 1, so that the result goes with the input element by element; \`keep: false\` takes them away.`,
    parameters: {
      x: anyTensor,
      axes: { kind: "ints", default: [2, 3], doc: "axes that are reduced; default: height and width" },
      keep: { kind: "bool", default: true, doc: "keep the axes, with size 1" },
    },
    infer(a, rule) {
      if (!a.axes.every((axis) => hasAxis(rule, a.x, axis, "axes"))) return undefined;
      if (a.axes.length === 0 || new Set(a.axes).size !== a.axes.length)
        return rule.fault(shape.badAxes, "axes", { axes: a.axes.join(", ") });
      const kept = a.x.shape.map((size, axis) => (a.axes.includes(axis) ? constant(1) : size));
      return { outputs: [{ type: a.x.type, shape: a.keep ? kept : kept.filter((_, axis) => !a.axes.includes(axis)) }] };
    },
    reach: (a, side) => reachMixing(a.x, a.axes, side),
    range: (a) => entry.range(a.x),
    lower: (a, call, emit) =>
      void emit.node(entry.onnx, [a.x.name, emit.ints([...a.axes].sort((p, q) => p - q))], { keepdims: a.keep ? 1 : 0 }, [call.outputs[0]!.name]),
    example: entry.example,
  });
