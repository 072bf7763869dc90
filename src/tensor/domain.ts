import { gcd, lcm, mod, DimLimit } from "./arithmetic.js";
import { evaluate, sub, type Dim } from "./dim.js";
import { findPoint, type Axis } from "./grid.js";
import { extents } from "./polynomial.js";
import { valueAt } from "./quasi.js";
import { countOf, everySize, members, smallest, type Interval, type SizeSet } from "./sizes.js";

/** Which values each symbol may have; a symbol that is not in the map may have every size >= 1. */
export type Domain = ReadonlyMap<string, SizeSet>;

const anySize = everySize();

/** The values that the symbol may have. */
export function sizesOf(domain: Domain, symbolName: string): SizeSet {
  return domain.get(symbolName) ?? anySize;
}

/**
 * The line that the size follows on the domain: its value is (numerator * x + offset) / denominator for each x that the
 * symbol may have. Undefined when there is no such line, for a polynomial, and where the symbol may have no value.
 */
export function affineOn(d: Dim, domain: Domain): { numerator: number; denominator: number; offset: number } | undefined {
  if (d.kind === "polynomial") return undefined;
  if (d.kind === "constant") return { numerator: 0, denominator: 1, offset: d.value };
  const set = sizesOf(domain, d.symbol);
  if (countOf(set) === 1) return { numerator: 0, denominator: 1, offset: valueAt(d, smallest(set)!) };
  const common = gcd(d.slope, d.period);
  const numerator = d.slope / common;
  const denominator = d.period / common;
  // The residues modulo the period that some member has: those congruent to an inhabited class modulo the gcd.
  // (A class with one member has only that member's.)
  let offset: number | undefined;
  const sharedModulus = gcd(set.modulus, d.period);
  const inhabited = new Uint8Array(d.period);
  set.classes.forEach((interval, r) => {
    if (interval === undefined) return;
    if (interval.high - interval.low < lcm(set.modulus, d.period)) {
      for (let x = interval.low; x <= interval.high; x += set.modulus) inhabited[mod(x, d.period)] = 1;
    } else {
      for (let s = r % sharedModulus; s < d.period; s += sharedModulus) inhabited[s] = 1;
    }
  });
  for (let r = 0; r < d.period; r++) {
    if (inhabited[r] === 0) continue;
    const here = denominator * d.offsets[r]! - numerator * r;
    if (offset !== undefined && offset !== here) return undefined;
    offset = here;
  }
  return offset === undefined ? undefined : { numerator, denominator, offset: offset + 0 };
}

/** A symbol of a size on a domain: its classes by a modulus on which the size is a polynomial, and its degree there. */
interface Extent {
  readonly symbol: string;
  readonly degree: number;
  readonly set: SizeSet;
}

/** The extents of d, with moduli that also are multiples of d's periods times `refine`. */
export function extentsOn(d: Dim, domain: Domain, refine = 1): Extent[] {
  const found = d.kind === "polynomial" ? [...extents(d)]
    : d.kind === "quasi" ? [[d.symbol, { periods: [d.period], degree: 1 }] as const] : [];
  return found.map(([name, { periods, degree }]) => {
    const set = sizesOf(domain, name);
    return { symbol: name, degree, set: split(set, lcm(set.modulus, periods.reduce(lcm, 1) * refine)) };
  });
}

/** The same set by a multiple of its modulus (so not in normal form). */
function split(set: SizeSet, modulus: number): SizeSet {
  if (modulus > 1 << 18) throw new DimLimit("the periods of the symbols multiply to too many cases to decide");
  const classes = Array.from({ length: modulus }, (_, r): Interval | undefined => {
    const interval = set.classes[r % set.modulus];
    if (interval === undefined) return undefined;
    const low = interval.low + mod(r - interval.low, modulus);
    const high = interval.high === Infinity ? Infinity : interval.high - mod(interval.high - r, modulus);
    return low <= high ? { low, high } : undefined;
  });
  return { modulus, classes };
}

/** Places at which a polynomial that is 0 is 0 on the whole domain: degree + 1 in each class. */
export function testPoints(extents: readonly Extent[]): Axis[] {
  return extents.map(({ symbol, degree, set }) => ({ symbol, points: members(set, degree + 1) }));
}

/** All places of the domain, where they are few enough to try. */
export function allPoints(extents: readonly Extent[]): Axis[] | undefined {
  const count = extents.reduce((product, { set }) => product * countOf(set), 1);
  return count <= 1 << 14 ? extents.map(({ symbol, set }) => ({ symbol, points: members(set) })) : undefined;
}

/** Where in the domain the two differ; undefined when nowhere. `DimLimit` when there are too many cases. */
export function differOn(domain: Domain, a: Dim, b: Dim): Record<string, number> | undefined {
  const difference = sub(a, b);
  return findPoint(testPoints(extentsOn(difference, domain)), (at) => evaluate(difference, at) !== 0);
}

/** Whether the two are equal for all values in the domain; "undecided" when the periods give too many cases. */
export function equalOn(domain: Domain, a: Dim, b: Dim): boolean | "undecided" {
  try {
    return differOn(domain, a, b) === undefined;
  } catch (error) {
    if (error instanceof DimLimit) return "undecided";
    throw error;
  }
}
