import { type Dim, add, constant, floorDiv } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { axisName, hasAxis, reachMixing } from "../axes.js";
import { defineOperator } from "../define.js";
import { anyTensor, ofAnyType } from "../parameters.js";

export const split = defineOperator({
  name: "split",
  group: "layout",
  outputs: "list",
  doc: `Cuts a tensor along \`axis\` (channels, unless said otherwise) into a list: \`parts\` equal pieces, or pieces of the given \`sizes\`, which add up to the axis.
\`q = (x -> split(3))[0]\` takes one piece.`,
  parameters: {
    x: ofAnyType(anyTensor),
    parts: { kind: "int", min: 1, max: 4096, optional: true, doc: "number of equal pieces" },
    sizes: { kind: "sizes", optional: true, doc: "size of each piece" },
    axis: { kind: "int", min: 0, max: 7, default: 1, doc: "0 batch, 1 channels, 2 height, 3 width" },
  },
  infer(a, rule) {
    if (!hasAxis(rule, a.x, a.axis, "axis")) return undefined;
    const n = a.x.shape[a.axis]!;
    const axis = axisName(a.axis, a.x.shape.length);
    if ((a.parts === undefined) === (a.sizes === undefined)) return rule.fault(shape.splitTarget, undefined, { given: a.parts === undefined ? "neither is" : "both are" });
    let pieces: readonly Dim[];
    if (a.parts !== undefined) {
      rule.require({ kind: "divisible", dim: n, by: a.parts }, "runs", shape.notDivisible, { axis, size: n, by: a.parts }, { at: "parts" });
      const piece = floorDiv(n, a.parts);
      if (piece === undefined) return rule.fault(shape.undecided, "parts", { what: `the ${a.parts}th part of ${rule.show(n)}` });
      pieces = new Array<Dim>(a.parts).fill(piece);
    } else {
      pieces = a.sizes!;
      const sum = pieces.reduce(add, constant(0));
      rule.require({ kind: "equal", left: sum, right: n }, "runs", shape.splitSum, { sum, axis, size: n }, { at: "sizes" });
    }
    for (const piece of pieces)
      rule.require({ kind: "atLeast", left: piece, right: constant(1) }, "runs", shape.noElements, { axis, of: "a piece", size: piece });
    return { outputs: pieces.map((piece) => ({ type: a.x.type, shape: a.x.shape.map((size, at) => (at === a.axis ? piece : size)) })) };
  },
  // Along the axis each piece is shifted by those before it: which one is asked about is not known here.
  reach: (a, side) => reachMixing(a.x, [a.axis], side),
  range: "kept",
  lower(a, call, emit) {
    const sizes = call.outputs.map(({ shape: out }) => out[a.axis]!);
    const names = call.outputs.map(({ name }) => name);
    if (a.parts === undefined || sizes.every((size) => emit.known(size) !== undefined)) emit.node("Split", [a.x.name, emit.sizes(sizes)], { axis: a.axis }, names);
    else emit.node("Split", [a.x.name], { axis: a.axis, num_outputs: a.parts }, names);
  },
  example: "parts = x -> split(sizes: [1, 3])\ny = parts[0] * parts[1]",
});
