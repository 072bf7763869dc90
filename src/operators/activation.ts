/** Elementwise functions without arguments. */
import { defineOperator } from "./define.js";
import type { Emitter } from "./emitter.js";
import type { Group, Operator } from "./operator.js";
import { anyTensor } from "./parameters.js";
import { throughMonotone } from "./range.js";
import { sameType } from "./rules.js";

export function activation(entry: {
  readonly name: string;
  readonly doc: string;
  /** Default "activation". */
  readonly group?: Group;
  readonly fold?: (x: number) => number;
  /** `fold` never falls: bounds of the result follow. */
  readonly monotone?: true;
  /** Writes the nodes that compute `out` from `x`. */
  readonly onnx: (x: string, out: string, emit: Emitter) => void;
  readonly example?: string;
}): Operator {
  const { fold, monotone } = entry;
  return defineOperator({
    name: entry.name,
    group: entry.group ?? "activation",
    doc: entry.doc,
    parameters: { x: anyTensor },
    infer: (a) => sameType(a.x),
    fold: fold && ((a) => a.x.values.map((value) => fold(value))),
    range: fold && monotone && ((a) => throughMonotone(fold, a.x)),
    lower: (a, call, emit) => entry.onnx(a.x.name, call.outputs[0]!.name, emit),
    example: entry.example ?? `y = x -> ${entry.name}`,
  });
}

/** An elementwise function that is one ONNX node. */
export const single = (op: string) => (x: string, out: string, emit: Emitter): void => void emit.node(op, [x], {}, [out]);
