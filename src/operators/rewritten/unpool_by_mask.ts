import { type Dim, add, constant, sub, times } from "../../tensor/index.js";
import { defineOperator } from "../define.js";
import type { Emitter } from "../emitter.js";
import type { NamedOperand } from "../operator.js";
import { onnxPads, pads } from "../padding.js";
import { type Padding, type Pair, map, tensor } from "../parameters.js";
import { poolParameters } from "../pool.js";
import { nothing } from "../reach.js";
import { reshapeTo } from "../reshaping.js";
import { resamplingTo } from "../resampling.js";
import { mapOf } from "../rules.js";
import { toTheEnd } from "../slicing.js";

interface Arguments {
  readonly x: NamedOperand;
  readonly pooled: NamedOperand;
  readonly source: NamedOperand;
  readonly kernel: Pair;
  readonly padding: Padding;
  readonly ceil: boolean;
}

/** One step of a chain of nodes; the last one writes the result under its own name. */
type Step = (input: string, outputs?: readonly string[]) => string;

/** Never equal to a maximum. Finite: shaders need not know infinities. */
const lowest = -3.4028234663852886e38;

export const unpoolByMask = defineOperator({
  name: "unpool_by_mask",
  group: "resampling",
  doc: `\`unpool\` that looks for the maxima again instead of reading their indices. Windows tile the map, so position (i, j) of every window is a map of its own, taken
with a stride; in row-major order each of these keeps the values where it equals the maximum and hands on the rest, so that of equal elements
the first gets the value, as in PyTorch and ONNX Runtime. The last position gets what is left, also where a NaN equals nothing.`,
  parameters: {
    x: map,
    pooled: tensor("what the pooling gave", 4),
    source: tensor("the map that was pooled", 4),
    kernel: poolParameters.kernel,
    padding: poolParameters.padding,
    ceil: poolParameters.ceil,
  },
  infer: (a) => mapOf(a.x, a.x.shape[1]!, a.source.shape[2]!, a.source.shape[3]!),
  // What `source` decides, `pooled` sees as well.
  reach: (a, side, of) => (of === "source" ? nothing : resamplingTo(a.x.shape[2 + side]!, a.source.shape[2 + side]!, "nearest", false)),
  lower(a, call, emit) {
    const parts = separate(a, emit);
    const steps = [...interleaved(a, emit, parts.length), ...fitted(a, emit)];
    let value = emit.node("Concat", parts, { axis: 1 });
    for (const [index, step] of steps.entries()) value = step(value, index === steps.length - 1 ? [call.outputs[0]!.name] : undefined);
  },
  example: "p = x -> maxpool_indices(2)\ny = p.output -> unpool(p.indices, like: x)",
});

/** A map for each position in the window, in row-major order: the values whose maximum is there, zeros elsewhere. */
function separate(a: Arguments, emit: Emitter): readonly string[] {
  const [rows, columns] = a.kernel;
  const sides = [windows(a, emit, 0), windows(a, emit, 1)] as const;
  const padded = pad(emit, a.source.name, [before(a, 0), before(a, 1), sides[0].after, sides[1].after], lowest);
  const zero = emit.floats([0], []);
  const parts: string[] = [];
  let left = a.x.name;
  for (let position = 0; position < rows * columns - 1; position++) {
    const at = [Math.floor(position / columns), position % columns] as const;
    const ends = ([0, 1] as const).map((side) => fromTheEnd(sides[side].unread + a.kernel[side] - 1 - at[side]));
    const seen = emit.node("Slice", [padded, emit.ints(at), emit.ints(ends), emit.ints([2, 3]), emit.ints(a.kernel)]);
    const here = emit.node("Equal", [seen, a.pooled.name]);
    parts.push(emit.node("Where", [here, left, zero]));
    left = emit.node("Where", [here, zero, left]);
  }
  return [...parts, left];
}

/** Elements that the windows want behind the map, and elements that no window reads. */
function windows(a: Arguments, emit: Emitter, side: 0 | 1): { readonly after: number; readonly unread: number } {
  const over = overhang(a, emit, side);
  if (over !== undefined) return { after: Math.max(0, over), unread: Math.max(0, -over) };
  // At any size: a position that needs one element less leaves that one out, so nothing has to be worked out from the size.
  return { after: a.ceil ? a.kernel[side] - 1 : behind(a, side), unread: 0 };
}

/** By how much the windows reach beyond the map, where that is the same for all sizes; negative where they end before it does. */
const overhang = (a: Arguments, emit: Emitter, side: 0 | 1): number | undefined =>
  emit.known(sub(times(a.pooled.shape[2 + side]!, constant(a.kernel[side])), add(a.source.shape[2 + side]!, constant(before(a, side)))));

/** Maps of the positions, one behind the other in the channels, become cells of a map. */
function interleaved(a: Arguments, emit: Emitter, positions: number): readonly Step[] {
  const [rows, columns] = a.kernel;
  if (rows === columns) return [(input, outputs) => emit.node("DepthToSpace", [input], { blocksize: rows, mode: "DCR" }, outputs)];
  const [batch, channels, height, width] = a.x.shape as [Dim, Dim, Dim, Dim];
  const [r, c] = [constant(rows), constant(columns)];
  return [
    (input) => reshapeTo(emit, { name: input, shape: [batch, times(channels, constant(positions)), height, width] }, [batch, r, c, channels, height, width]),
    (input) => emit.node("Transpose", [input], { perm: [0, 3, 4, 1, 5, 2] }),
    (input, outputs) => reshapeTo(emit, { name: input, shape: [batch, channels, height, r, width, c] }, [batch, channels, times(height, r), times(width, c)], outputs?.[0]),
  ];
}

/** Cuts what lies in the padding, and adds zeros where no window was. */
function fitted(a: Arguments, emit: Emitter): readonly Step[] {
  const over = ([0, 1] as const).map((side) => overhang(a, emit, side));
  const starts = ([0, 1] as const).map((side) => before(a, side));
  const zeros = over.map((one, side) => (one !== undefined ? Math.max(0, -one) : a.ceil ? 0 : a.kernel[side]! - 1));
  const steps: Step[] = [];
  if (zeros.some((count) => count > 0)) steps.push((input, outputs) => pad(emit, input, [0, 0, ...zeros], 0, outputs));
  if (starts.some((start) => start > 0) || over.some((one) => one === undefined || one > 0))
    steps.push((input, outputs) => emit.node("Slice", [input, emit.ints(starts), ends(a, emit, starts, over), emit.ints([2, 3])], {}, outputs));
  return steps;
}

function ends(a: Arguments, emit: Emitter, starts: readonly number[], over: readonly (number | undefined)[]): string {
  if (over.every((one) => one !== undefined)) return emit.ints(over.map((one) => fromTheEnd(Math.max(0, one))));
  const sizes = emit.sizesOf(a.source, [2, 3]);
  return starts.every((start) => start === 0) ? sizes : emit.node("Add", [sizes, emit.ints(starts)]);
}

/** `by`: rows above, columns left, rows below, columns right. */
function pad(emit: Emitter, input: string, by: readonly number[], value: number, outputs?: readonly string[]): string {
  if (by.every((count) => count === 0)) return input;
  const [top, left, bottom, right] = by as [number, number, number, number];
  return emit.node("Pad", [input, emit.ints([0, 0, top, left, 0, 0, bottom, right]), emit.floats([value], [])], { mode: "constant" }, outputs);
}

const around = (a: Arguments): readonly number[] => onnxPads(pads(a.padding, a.kernel, [1, 1]));
const before = (a: Arguments, side: 0 | 1): number => around(a)[side]!;
const behind = (a: Arguments, side: 0 | 1): number => around(a)[2 + side]!;
const fromTheEnd = (count: number): number => (count === 0 ? toTheEnd : -count);
