import { safe } from "./arithmetic.js";
import { evaluate, type Dim } from "./dim.js";
import { allPoints, extentsOn, type Domain } from "./domain.js";
import { findPoint } from "./grid.js";
import { termsOf } from "./polynomial.js";
import { valueAt } from "./quasi.js";
import { members } from "./sizes.js";

/**
 * Whether a proof is found that d >= 0 on the domain. With x = low + modulus * t on each residue class, d becomes a
 * polynomial in the ts >= 0, which is not negative when no coefficient is:
 *
 *   H*W - 1 on H, W >= 1   =   (1 + t)(1 + s) - 1   =   t + s + ts
 *
 * A small finite domain is looked at in full. `DimLimit` when there are too many cases.
 */
export function provablyNonNegative(d: Dim, domain: Domain): boolean {
  if (d.kind === "constant") return d.value >= 0;
  const extents = extentsOn(d, domain);
  const few = allPoints(extents);
  if (few !== undefined) return findPoint(few, (at) => evaluate(d, at) < 0) === undefined;
  const moduli = new Map(extents.map(({ symbol, set }) => [symbol, set.modulus]));
  const starts = extents.map(({ symbol, set }) => ({ symbol, points: members(set, 1) }));
  return findPoint(starts, (at) => !coefficientsFrom(d, at, moduli).every((coefficient) => coefficient >= 0)) === undefined;
}

/** The coefficients of d as a polynomial in the numbers of steps from a start. */
function coefficientsFrom(d: Dim, start: Readonly<Record<string, number>>, moduli: ReadonlyMap<string, number>): number[] {
  const sum = new Map<string, number>();
  for (const { coefficient, factors } of termsOf(d)) {
    // Monomials are named by their symbols: "H*W".
    let product = new Map<string, number>([["", coefficient]]);
    for (const factor of factors) {
      const at = start[factor.symbol]!;
      const value = valueAt(factor, at);
      const rise = valueAt(factor, at + moduli.get(factor.symbol)!) - value;
      const next = new Map<string, number>();
      const put = (key: string, amount: number) => next.set(key, safe((next.get(key) ?? 0) + safe(amount)));
      for (const [key, amount] of product) {
        put(key, amount * value);
        put([...key.split("*"), factor.symbol].sort().join("*"), amount * rise);
      }
      product = next;
    }
    for (const [key, amount] of product) sum.set(key, safe((sum.get(key) ?? 0) + amount));
  }
  return [...sum.values()];
}
