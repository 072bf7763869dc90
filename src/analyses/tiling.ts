/**
 * How a large image is cut into tiles so that the results, put side by side, are what the whole image would give, to the last
 * bit of the arithmetic: tiles begin at multiples of the shift period, and what the border of a tile has touched is cut off.
 *
 *     tile      |<-------- tile -------->|
 *     exact         |<-- stride -->|..         the next tile begins `stride` pixels further on
 *               margin            margin
 *
 * What is exact is worked out step by step for one tile: an element is, when all that it reads is, and lies inside its map.
 */
import { type Network, type ValueId, shapeOf, valueOf } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorOf } from "../operators/index.js";
import type { Reach } from "../operators/reach.js";
import { above, constant, evaluate, holdsAt, intersect, sizesOf, symbolsOf } from "../tensor/index.js";
import type { Geometry } from "./geometry.js";
import { legalSizes } from "./alignment.js";
import { gridConstraints } from "./offsets.js";
import { gridSizes, shift } from "./shift-period.js";

export interface Tiling {
  readonly symbol: string;
  /** Input pixels of a tile, and how far the next one begins. */
  readonly tile: number;
  readonly stride: number;
  readonly overlap: number;
  /** Output pixels of a tile, and those of them that are not exact, before and behind. */
  readonly output: number;
  readonly margin: readonly [before: number, behind: number];
  /** Output pixels that are kept of each tile. */
  readonly kept: number;
}

/** First and last exact element; undefined where there is none. */
type Exact = readonly [first: number, last: number] | undefined;

/** For tiles of about this size along one axis; undefined where no tiling reproduces the whole image, or a tile of this size has nothing exact. */
export function tiling(network: Network, geometry: Geometry, axis: 0 | 1, sizes: Readonly<Record<string, number>>): Tiling | undefined {
  const input = network.inputs[0];
  const output = network.outputs.find(({ role }) => role === "head");
  const period = shift(network, geometry).period[axis];
  const side = input && shapeOf(network, input.value)[2 + axis];
  if (input === undefined || output === undefined || period === undefined || side?.kind !== "quasi" || side.slope !== side.period) return undefined;
  const seen = geometry.get(output.value)?.[axis];
  // Tiles are put together pixel by pixel: a coarser head would need its own stride.
  if (typeof seen !== "object" || seen.stride.numerator !== 1 || seen.stride.denominator !== 1) return undefined;
  if (!gridConstraints(network).every((constraint) => constraint.axis !== axis || holdsAt(constraint.condition, sizes))) return undefined;
  const exact = exactPart(network, axis, sizes).get(output.value);
  if (exact === undefined) return undefined;
  const size = (id: ValueId): number => evaluate(shapeOf(network, id)[2 + axis]!, sizes);
  const [tile, out] = [size(input.value), size(output.value)];
  const stride = Math.floor((exact[1] - exact[0] + 1) / period) * period;
  if (stride < 1) return undefined;
  return { symbol: side.symbol, tile, stride, overlap: tile - stride, output: out, margin: [exact[0], out - 1 - exact[1]], kept: stride };
}

/** The plan for tiles of at least these sizes: a tile that has nothing exact is doubled. */
export function tilingFrom(network: Network, geometry: Geometry, axis: 0 | 1, sizes: Readonly<Record<string, number>>): Tiling | undefined {
  const input = network.inputs[0];
  const [symbol] = input === undefined ? [] : symbolsOf(shapeOf(network, input.value)[2 + axis] ?? constant(0));
  if (symbol === undefined || shift(network, geometry).period[axis] === undefined) return undefined;
  const set = intersect(sizesOf(legalSizes(network, "lossless"), symbol), sizesOf(gridSizes(network, axis), symbol));
  let size = above(set, (sizes[symbol] ?? 1) - 1);
  for (let tries = 0; size !== undefined && tries < mostDoublings; tries++) {
    const found = tiling(network, geometry, axis, { ...sizes, [symbol]: size });
    if (found !== undefined) return found;
    size = above(set, 2 * size - 1);
  }
  return undefined;
}

const mostDoublings = 6;

function exactPart(network: Network, axis: 0 | 1, sizes: Readonly<Record<string, number>>): ReadonlyMap<ValueId, Exact> {
  const found = new Map<ValueId, Exact>();
  const size = (id: ValueId): number => {
    const dim = shapeOf(network, id)[2 + axis];
    return dim === undefined ? 0 : evaluate(dim, sizes);
  };
  for (const { value } of network.inputs) found.set(value, [0, size(value) - 1]);
  for (const node of network.nodes) {
    const operator = operatorOf(node);
    const a = argumentsOf(node, (id) => valueOf(network, id).type);
    let exact: Exact = [0, size(node.outputs[0]!) - 1];
    for (const [name, input] of Object.entries(node.inputs)) {
      if (input === undefined) continue;
      const reach = operator.reach(a, axis, name);
      if (reach.kind === "none") continue;
      for (const id of [input].flat()) exact = exact && both(exact, readExactly(reach, found.get(id), sizes));
    }
    for (const id of node.outputs) found.set(id, exact);
  }
  return found;
}

const both = (a: readonly [number, number], b: Exact): Exact => {
  if (b === undefined) return undefined;
  const [first, last] = [Math.max(a[0], b[0]), Math.min(a[1], b[1])];
  return first <= last ? [first, last] : undefined;
};

/** The elements whose reads all lie in the exact part of what they read. */
function readExactly(reach: Reach, of: Exact, sizes: Readonly<Record<string, number>>): Exact {
  if (of === undefined) return undefined;
  const [first, last] = of;
  switch (reach.kind) {
    case "window":
      return [Math.ceil((first + reach.before) / reach.stride), Math.floor((last + reach.before - reach.dilation * (reach.kernel - 1)) / reach.stride)];
    case "spread": {
      // Element i of the input reaches j = stride*i - before up to that + span: all that reach j must be exact.
      const span = reach.dilation * (reach.kernel - 1);
      return [reach.stride * (first - 1) - reach.before + span + 1, reach.stride * (last + 1) - reach.before - 1];
    }
    case "shift": {
      const by = evaluate(reach.by, sizes);
      return [first - by, last - by];
    }
    case "resample": {
      const { numerator, offset, denominator, taps: [left, right] } = reach;
      // floor((n*j + o) / d) - left >= first, and floor(..) + right <= last.
      return [Math.ceil((denominator * (first + left) - offset) / numerator), Math.ceil((denominator * (last - right + 1) - offset) / numerator) - 1];
    }
    default:
      return undefined;
  }
}
