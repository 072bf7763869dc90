/** Elementwise operators on two tensors: sizes are equal, or one of them is 1 and is repeated. */
import { type Dim, constant, constantValue, sameFunction } from "../tensor/index.js";
import * as shape from "../diagnostics/catalogue/shape.js";
import { axisName, spatialAxis } from "./axes.js";
import { defineOperator } from "./define.js";
import type { Inference, Operand, Operator } from "./operator.js";
import { anyTensor } from "./parameters.js";
import type { Range } from "./range.js";
import { type Reach, everything, pointwise } from "./reach.js";

/** Demands that two sizes are equal for the input sizes that are legal; gives the size. */
export function requireEqual(rule: Inference, entry: typeof shape.concatSizeMismatch | typeof shape.addSizeMismatch, left: Operand, right: Operand, axis: number): Dim {
  const [a, b] = [left.shape[axis]!, right.shape[axis]!];
  if (sameFunction(a, b)) return a;
  rule.require(
    { kind: "equal", left: a, right: b }, "runs", entry,
    { left: left.shape, right: right.shape, axis: axisName(axis, left.shape.length), a, b },
    { between: [left, right] },
  );
  return constantValue(b) === undefined ? a : b;
}

/** The common size of two tensors of the same rank on an axis. */
export function commonSize(rule: Inference, left: Operand, right: Operand, axis: number): Dim {
  if (constantValue(left.shape[axis]!) === 1) return right.shape[axis]!;
  if (constantValue(right.shape[axis]!) === 1) return left.shape[axis]!;
  return requireEqual(rule, shape.addSizeMismatch, left, right, axis);
}

/** The common shape of two tensors, or undefined after a fault. A tensor without axes (a single number) goes with every other. */
export function broadcast(rule: Inference, left: Operand, right: Operand): readonly Dim[] | undefined {
  if (left.shape.length === 0) return right.shape;
  if (right.shape.length === 0) return left.shape;
  if (left.shape.length !== right.shape.length)
    return rule.fault(shape.rankMismatch, undefined, { left: left.shape, right: right.shape });
  return left.shape.map((_, axis) => commonSize(rule, left, right, axis));
}

/** An operand that is repeated along the side is read by every output element. */
function reachBroadcast(x: Operand, other: Operand, side: 0 | 1): Reach {
  const size = (operand: Operand): Dim => operand.shape[spatialAxis(operand.shape.length, side)] ?? constant(1);
  return constantValue(size(x)) === 1 && constantValue(size(other)) !== 1 ? everything : pointwise;
}

/** An elementwise operator on two tensors. */
export const combination = (entry: {
  readonly name: string;
  readonly onnx: string;
  readonly doc: string;
  readonly range: (x: Range, y: Range) => Range;
  readonly example: string;
}): Operator =>
  defineOperator({
    name: entry.name,
    group: "arithmetic",
    doc: `${entry.doc}
Both have the same number of axes; on each the sizes are equal, or one of them is 1 and is repeated (a gate [N, C, 1, 1] on a
map [N, C, H, W]). With a number in place of a tensor it is \`scale\`.`,
    parameters: { x: anyTensor, y: anyTensor },
    infer(a, rule) {
      const sizes = broadcast(rule, a.x, a.y);
      return sizes && { outputs: [{ type: a.x.type, shape: sizes }] };
    },
    reach: (a, side, of) => (of === "x" ? reachBroadcast(a.x, a.y, side) : reachBroadcast(a.y, a.x, side)),
    range: (a) => entry.range(a.x, a.y),
    lower: (a, call, emit) => void emit.node(entry.onnx, [a.x.name, a.y.name], {}, [call.outputs[0]!.name]),
    example: entry.example,
  });
