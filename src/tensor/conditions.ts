import { DimLimit, safe, safePeriod } from "./arithmetic.js";
import { add, constant, evaluate, modulo, negate, sub, symbolsOf, times, type Dim } from "./dim.js";
import { differOn, extentsOn, testPoints, type Domain } from "./domain.js";
import { findPoint } from "./grid.js";
import { divideTerm, sumOf, type Polynomial } from "./polynomial.js";
import { provablyNonNegative } from "./positive.js";
import { valueAt, whereNonNegative, type Quasi, type Univariate } from "./quasi.js";
import { everySize, isEmpty, sameSet, sizeSet, type SizeSet } from "./sizes.js";

/** What a network asks of a size. */
export type Condition =
  | { readonly kind: "equal"; readonly left: Dim; readonly right: Dim }
  /** left >= right */
  | { readonly kind: "atLeast"; readonly left: Dim; readonly right: Dim }
  | { readonly kind: "divisible"; readonly dim: Dim; readonly by: number }
  /** dim mod by <= most */
  | { readonly kind: "remainderAtMost"; readonly dim: Dim; readonly by: number; readonly most: number };

export type Solution =
  | { readonly kind: "always" }
  | { readonly kind: "never" }
  /** The sizes >= 1 of the one symbol that satisfy the condition. */
  | { readonly kind: "sizes"; readonly symbol: string; readonly set: SizeSet }
  | { readonly kind: "undecided"; readonly reason: string };

/** The sizes >= 1 that satisfy the condition. Exact: what cannot be decided is "undecided", with a reason for people. */
export function solve(condition: Condition): Solution {
  return solveOn(condition, new Map());
}

/** Like `solve` where the symbols have values in the domain; it is used for conditions on products and several symbols. */
export function solveOn(condition: Condition, domain: Domain): Solution {
  try {
    switch (condition.kind) {
      case "equal": return zero(sub(condition.left, condition.right), domain);
      case "atLeast": return nonNegative(sub(condition.left, condition.right), domain);
      case "divisible": return remainder(condition.dim, condition.by, 0, domain);
      case "remainderAtMost": return remainder(condition.dim, condition.by, condition.most, domain);
    }
  } catch (error) {
    if (error instanceof DimLimit) return { kind: "undecided", reason: error.message };
    throw error;
  }
}

function decided(holds: boolean): Solution {
  return { kind: holds ? "always" : "never" };
}

function sizes(symbol: string, set: SizeSet): Solution {
  if (isEmpty(set)) return { kind: "never" };
  return sameSet(set, everySize()) ? { kind: "always" } : { kind: "sizes", symbol, set };
}

/** On the residue r the size is slope * q + offsets[r], so that each residue gives one interval of q. */
function byResidue(d: Quasi, where: (offset: number) => { low: number; high: number } | undefined): Solution {
  return sizes(d.symbol, sizeSet(d.period, (r) => {
    const q = where(d.offsets[r]!);
    if (q === undefined || q.high < 0) return undefined;
    const low = Math.max(1, safe(d.period * Math.max(0, q.low) + r));
    return { low, high: q.high === Infinity ? Infinity : safe(d.period * q.high + r) };
  }));
}

function nonNegative(d: Dim, domain: Domain): Solution {
  if (d.kind === "constant") return decided(d.value >= 0);
  if (d.kind === "quasi") return byResidue(d, (offset) => whereNonNegative(d.slope, offset));
  // A factor that is positive throughout can be divided out of p >= 0, and, since all is integer, out of p >= 1.
  const strict = d.terms.at(-1)!.factors.length === 0 && d.terms.at(-1)!.coefficient === -1;
  const p = strict ? add(d, constant(1)) : d;
  for (const { factor, rest } of p.kind === "polynomial" ? commonFactors(p) : []) {
    const sign = atLeastOne(factor, domain) ? 1 : atLeastOne(negate(factor), domain) ? -1 : 0;
    if (sign !== 0) return nonNegative(sub(times(rest, constant(sign)), constant(strict ? 1 : 0)), domain);
  }
  if (provablyNonNegative(d, domain)) return decided(true);
  if (atLeastOne(negate(d), domain)) return decided(false);
  return undecided(d);
}

function zero(d: Dim, domain: Domain): Solution {
  if (d.kind === "constant") return decided(d.value === 0);
  if (d.kind === "quasi") {
    return byResidue(d, (offset) => {
      if (d.slope === 0) return offset === 0 ? { low: -Infinity, high: Infinity } : undefined;
      return offset % d.slope === 0 ? { low: -offset / d.slope, high: -offset / d.slope } : undefined;
    });
  }
  if (differOn(domain, d, constant(0)) === undefined) return decided(true);
  for (const { factor, rest } of commonFactors(d)) {
    if (zero(factor, domain).kind === "never" || positiveOrNegative(factor, domain)) return zero(rest, domain);
    if (positiveOrNegative(rest, domain)) return zero(factor, domain);
  }
  return positiveOrNegative(d, domain) ? decided(false) : undecided(d);
}

function atLeastOne(d: Dim, domain: Domain): boolean {
  return provablyNonNegative(sub(d, constant(1)), domain);
}

function positiveOrNegative(d: Dim, domain: Domain): boolean {
  return atLeastOne(d, domain) || atLeastOne(negate(d), domain);
}

/** The ways to write the polynomial as a factor times a rest. */
function* commonFactors(d: Polynomial): Generator<{ factor: Quasi; rest: Dim }> {
  for (const factor of d.terms[0]!.factors) {
    const divisor = { coefficient: 1, factors: [factor], key: "" };
    const quotients = d.terms.map((t) => divideTerm(t, divisor));
    if (quotients.every((quotient) => quotient !== undefined)) yield { factor, rest: sumOf(quotients) };
  }
}

function remainder(d: Dim, by: number, most: number, domain: Domain): Solution {
  safe(by);
  if (!Number.isInteger(by) || by < 1) throw new RangeError(`a remainder is by a positive integer, not by ${by}`);
  const rest = modulo(d, by);
  if (rest !== undefined && rest.kind !== "polynomial") return smallRemainder(rest, most);
  // Modulo `by` a polynomial repeats in each symbol.
  const bad = (at: Readonly<Record<string, number>>) => evaluate(modulo(constant(evaluate(d, at)), by)!, {}) > most;
  const extents = extentsOn(d, domain, by);
  if (findPoint(testPoints(extents.map((extent) => ({ ...extent, degree: 0 }))), bad) === undefined) return decided(true);
  const [only] = extents;
  if (extents.length !== 1 || only === undefined) return undecided(d);
  const period = safePeriod(only.set.modulus);
  return sizes(only.symbol, sizeSet(period, (r) => (bad({ [only.symbol]: r }) ? undefined : { low: 1, high: Infinity })));
}

function smallRemainder(rest: Univariate, most: number): Solution {
  if (rest.kind === "constant") return decided(rest.value <= most);
  return sizes(rest.symbol, sizeSet(rest.period, (r) => (valueAt(rest, r) <= most ? { low: 1, high: Infinity } : undefined)));
}

function undecided(d: Dim): Solution {
  const names = symbolsOf(d);
  if (names.length === 1) return { kind: "undecided", reason: `it multiplies ${names[0]} with itself` };
  const product = d.kind === "polynomial" && d.terms.some((t) => t.factors.length > 1);
  return { kind: "undecided", reason: `it couples ${names.slice(0, -1).join(", ")} and ${names.at(-1)}${product ? " in a product" : ""}` };
}
