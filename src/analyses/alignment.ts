/**
 * The alignment rule of a network, derived: for which sizes it runs, and for which it also loses nothing (no pooling drops a
 * row, no crop is lopsided). Conditions were noted while shapes were worked out; here they are solved for each symbol.
 */
import type { Demand, Network } from "../network/network.js";
import type { Strictness } from "../operators/operator.js";
import {
  type Domain, type SizeSet, above, affineOn, below, everySize, formulaParts, holdsAt, largest, residues, sizesOf, symbolsOf,
} from "../tensor/index.js";
import type { Geometry } from "./geometry.js";
import { type Solved, narrow } from "./limits.js";

/** The sizes of each symbol that satisfy all demands up to this strictness. */
export const legalSizes = (network: Network, strictness: Strictness): Domain => solveDemands(network, strictness).domain;

/** The same, with what each demand takes away. */
export function solveDemands(network: Network, strictness: Strictness): Solved {
  const known = solved.get(network)?.[strictness];
  if (known) return known;
  const every: Domain = new Map(spatialSymbols(network).map((symbol) => [symbol, everySize()]));
  // What is lost whatever the input size (it has been said) limits none.
  const demands = network.demands.filter((demand) => strictness === "lossless" || demand.strictness === "runs");
  const result = narrow(every, demands.map((demand) => ({ ...demand, tell: demand.message })));
  solved.set(network, { ...solved.get(network), [strictness]: result });
  return result;
}

const solved = new WeakMap<Network, { readonly [One in Strictness]?: Solved }>();

/** Symbols of the inputs' heights and widths, in order. */
export function spatialSymbols(network: Network): readonly string[] {
  const found = new Set<string>();
  for (const input of network.inputs) for (const dim of network.values[input.value]!.type.shape.slice(2)) for (const name of symbolsOf(dim)) found.add(name);
  return [...found];
}

export interface Alignment {
  readonly symbol: string;
  readonly set: SizeSet;
  readonly modulus: number;
  readonly residues: readonly number[];
  readonly minimum: number | undefined;
  readonly formula: string;
  /** The offset that the formula is written with. */
  readonly base: number | undefined;
}

/** `16k + 124, k >= 4`, where k is the size of the coarsest map when that gives a whole rule. */
export function alignment(network: Network, geometry: Geometry): readonly Alignment[] {
  const lossless = legalSizes(network, "lossless");
  return spatialSymbols(network).map((symbol) => {
    const set = sizesOf(lossless, symbol);
    const base = coarsestBase(network, geometry, lossless, symbol);
    return { symbol, set, base, ...formulaParts(set, base) };
  });
}

/** b of size = (x - b) / modulus, for the smallest of the maps with the largest stride. */
function coarsestBase(network: Network, geometry: Geometry, lossless: Domain, symbol: string): number | undefined {
  const set = sizesOf(lossless, symbol);
  if (residues(set).length !== 1 || largest(set) !== Infinity) return undefined;
  let base: number | undefined;
  for (const id of geometry.keys())
    for (const dim of network.values[id]!.type.shape.slice(2)) {
      if (dim.kind !== "quasi" || dim.symbol !== symbol) continue;
      const line = affineOn(dim, lossless);
      if (line && line.numerator === 1 && line.denominator === set.modulus) base = Math.max(base ?? 0, -line.offset);
    }
  return base;
}

/** The demands that a size breaks: those without which nothing runs come first, each in the order of the network. */
export function broken(network: Network, sizes: Readonly<Record<string, number>>): readonly Demand[] {
  const failed = network.demands.filter((demand) => !holdsAt(demand.condition, sizes));
  return [...failed.filter((demand) => demand.strictness === "runs"), ...failed.filter((demand) => demand.strictness !== "runs")];
}

/** The legal value nearest to a wish: the wish itself, or the smaller of two equally near. */
export function nearestLegal(set: SizeSet, wish: number): number | undefined {
  const down = below(set, wish + 1);
  const up = above(set, wish - 1);
  if (down === undefined || up === undefined) return down ?? up;
  return wish - down <= up - wish ? down : up;
}
