import { type Dim, add, constant, constantValue, floorDiv, sub } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { sides } from "../axes.js";
import { defineOperator } from "../define.js";
import type { Operand } from "../operator.js";
import { type Pair, map, ofAnyType, tensor } from "../parameters.js";
import { nothing } from "../reach.js";
import { mapOf } from "../rules.js";
import { toTheEnd } from "../slicing.js";

interface Arguments<T extends Operand = Operand> {
  readonly x: T;
  readonly like: T;
  readonly offset: Pair | undefined;
}

const surplusOf = (a: Arguments, side: 0 | 1): Dim => sub(a.x.shape[2 + side]!, a.like.shape[2 + side]!);

/** Rows or columns cut before the part that stays; undefined where half of the surplus cannot be written. */
const start = (a: Arguments, side: 0 | 1): Dim | undefined => (a.offset ? constant(a.offset[side]) : floorDiv(surplusOf(a, side), 2));

export const crop = defineOperator({
  name: "crop",
  group: "resampling",
  doc: `Cuts a map to the height and width of \`like\`: from its centre, or from \`offset\` rows and columns on (FCN's released offsets).
Cropping an odd surplus from the centre is lopsided: sizes at which that happens are not lossless.`,
  parameters: {
    x: ofAnyType(map),
    like: ofAnyType(tensor("map whose height and width are taken; its values are not used", 4)),
    offset: { kind: "pair", min: 0, optional: true, doc: "first row and column kept; default: the centre" },
  },
  infer(a, rule) {
    for (const side of [0, 1] as const) {
      const [from, to] = [a.x.shape[2 + side]!, a.like.shape[2 + side]!];
      const offset = a.offset?.[side] ?? 0;
      rule.require(
        { kind: "atLeast", left: from, right: add(to, constant(offset)) }, "runs", shape.cropTooSmall,
        { axis: sides[side], from, to, offset }, { between: [a.x, a.like] },
      );
      const surplus = surplusOf(a, side);
      if (start(a, side) === undefined) return rule.fault(shape.undecided, undefined, { what: `where the centre of the surplus ${rule.show(surplus)} is` });
      if (!a.offset) rule.require({ kind: "divisible", dim: surplus, by: 2 }, "lossless", shape.cropLopsided, { axis: sides[side], surplus });
    }
    return mapOf(a.x, a.x.shape[1]!, a.like.shape[2]!, a.like.shape[3]!);
  },
  reach: (a, side, of) => (of === "like" ? nothing : { kind: "shift", by: start(a, side)! }),
  range: "kept",
  // A crop that takes everything is left out.
  identity: (a) => ([0, 1] as const).every((side) => constantValue(surplusOf(a, side)) === 0),
  lower(a, call, emit) {
    const from = ([0, 1] as const).map((side) => start(a, side)!);
    const known = from.map((dim) => emit.known(dim));
    const starts = known.every((value) => value !== undefined) ? emit.ints(known) : emit.sizes(from);
    // Ends counted from the far edge need no look at the size: the node stays on the GPU.
    const behind = ([0, 1] as const).map((side) => emit.known(sub(surplusOf(a, side), from[side]!)));
    const ends = behind.every((cut) => cut !== undefined)
      ? emit.ints(behind.map((cut) => (cut === 0 ? toTheEnd : -cut)))
      : emit.node("Add", [starts, emit.sizesOf(a.like, [2, 3])]);
    emit.node("Slice", [a.x.name, starts, ends, emit.ints([2, 3])], {}, [call.outputs[0]!.name]);
  },
  example: "y = x -> crop(like: x -> conv(4, 3, padding: valid))",
});
