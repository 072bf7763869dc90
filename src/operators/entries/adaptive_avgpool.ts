import { constant, constantValue } from "../../tensor/index.js";
import { defineOperator } from "../define.js";
import type { Emitter } from "../emitter.js";
import type { NamedOperand, Operand } from "../operator.js";
import { type Pair, map } from "../parameters.js";
import { type Reach, everything, pointwise } from "../reach.js";
import { mapOf } from "../rules.js";

const sides = [0, 1] as const;

/** Whether the cells are whole windows of one size. */
const divides = (n: number | undefined, cells: number): n is number => n !== undefined && n % cells === 0;

/** Means as a matrix [cells, n]: row i has 1 / length on the elements of its cell. */
function meanMatrix(n: number, cells: number): readonly number[] {
  return Array.from({ length: cells }, (_, i) => {
    const [begin, end] = [Math.floor((i * n) / cells), Math.ceil(((i + 1) * n) / cells)];
    return Array.from({ length: n }, (_, at) => (at >= begin && at < end ? 1 / (end - begin) : 0));
  }).flat();
}

/** The same matrix, worked out by the graph from the size of `x`. */
function meanMatrixInGraph(emit: Emitter, x: NamedOperand, side: 0 | 1, cells: number): string {
  const size = emit.sizesOf(x, [2 + side]);
  const column = (from: number): string => emit.ints(Array.from({ length: cells }, (_, i) => from + i), [cells, 1]);
  const by = emit.ints([cells]);
  const begin = emit.node("Div", [emit.node("Mul", [column(0), size]), by]);
  const end = emit.node("Div", [emit.node("Add", [emit.node("Mul", [column(1), size]), emit.ints([cells - 1])]), by]);
  const elements = emit.node("Range", [emit.ints([0], []), emit.node("Squeeze", [size]), emit.ints([1], [])]);
  const inside = emit.node("And", [emit.node("GreaterOrEqual", [elements, begin]), emit.node("Less", [elements, end])]);
  const [marked, length] = [inside, emit.node("Sub", [end, begin])].map((value) => emit.node("Cast", [value], { to: { type: "float32" } }));
  return emit.node("Div", [marked, length]);
}

/** Pools one side of the map; undefined where there is nothing to do. */
function poolSide(emit: Emitter, x: NamedOperand, side: 0 | 1, cells: number): ((map: string, outputs?: readonly string[]) => string) | undefined {
  const n = emit.known(x.shape[2 + side]!);
  if (n === cells) return undefined;
  if (cells === 1) return (from, outputs) => emit.node("ReduceMean", [from, emit.ints([2 + side])], { keepdims: 1 }, outputs);
  // Rows: A . X; columns: X . A^T.
  const known = n === undefined ? undefined : meanMatrix(n, cells);
  const matrix = known === undefined ? meanMatrixInGraph(emit, x, side, cells) : emit.floats(known, [cells, n!]);
  if (side === 0) return (from, outputs) => emit.node("MatMul", [matrix, from], {}, outputs);
  const turned = known === undefined ? emit.node("Transpose", [matrix], { perm: [1, 0] }) : emit.floats(transposed(known, cells, n!), [n!, cells]);
  return (from, outputs) => emit.node("MatMul", [from, turned], {}, outputs);
}

const transposed = (values: readonly number[], rows: number, columns: number): readonly number[] =>
  Array.from({ length: rows * columns }, (_, i) => values[(i % rows) * columns + Math.floor(i / rows)]!);

function reach(a: { readonly x: Operand; readonly size: Pair }, side: 0 | 1): Reach {
  const [n, cells] = [constantValue(a.x.shape[2 + side]!), a.size[side]];
  if (n === undefined || cells === 1) return everything;
  if (n === cells) return pointwise;
  if (divides(n, cells)) return { kind: "window", kernel: n / cells, stride: n / cells, dilation: 1, before: 0 };
  // Around the cell's centre (i + 1/2) * n / cells - 1/2, at most a pixel more than it has on each side.
  const half = Math.ceil((n / cells + 1) / 2);
  return { kind: "resample", numerator: 2 * n, offset: n - cells, denominator: 2 * cells, taps: [half, half], step: "given" };
}

export const adaptiveAvgpool = defineOperator({
  name: "adaptive_avgpool",
  group: "pooling",
  doc: `Mean over a grid of \`size\` cells, whatever the size of the map: cell i covers the elements floor(i*n / size) up to ceil((i+1)*n / size),
so neighbours overlap where \`size\` does not divide n, and cells repeat elements where the map is smaller than the grid. As PyTorch's
adaptive_avg_pool2d; the pyramid of PSPNet (Zhao et al. 2017) is sizes 1, 2, 3 and 6.
Exact for every size: where the sizes are known and divide it is an AveragePool, otherwise two matrix products with a matrix of means that
the graph works out from the size of the map.`,
  parameters: {
    x: map,
    size: { kind: "pair", min: 1, doc: "cells: height and width of the result" },
  },
  infer: (a) => mapOf(a.x, a.x.shape[1]!, constant(a.size[0]), constant(a.size[1])),
  reach,
  range: "kept",
  identity: (a) => sides.every((side) => constantValue(a.x.shape[2 + side]!) === a.size[side]),
  lower(a, call, emit) {
    const out = [call.outputs[0]!.name];
    if (a.size.every((cells) => cells === 1)) return void emit.node("GlobalAveragePool", [a.x.name], {}, out);
    const [height, width] = [emit.known(a.x.shape[2]!), emit.known(a.x.shape[3]!)];
    if (divides(height, a.size[0]) && divides(width, a.size[1])) {
      const window = [height / a.size[0], width / a.size[1]];
      return void emit.node("AveragePool", [a.x.name], { kernel_shape: window, strides: window }, out);
    }
    const steps = sides.map((side) => poolSide(emit, a.x, side, a.size[side])).filter((step) => step !== undefined);
    let value = a.x.name;
    for (const [index, step] of steps.entries()) value = step(value, index === steps.length - 1 ? out : undefined);
  },
  example: "y = x -> adaptive_avgpool([3, 5])",
});
