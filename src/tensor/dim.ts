import { gcd, lcm, safe, safePeriod } from "./arithmetic.js";
import { findPoint } from "./grid.js";
import { divideTerm, extents, floorDivPolynomial, productOf, sumOf, termsOf, type Dim, type Polynomial } from "./polynomial.js";
import {
  addUnivariate, canonical, compose, constant, floorDivUnivariate, moduloUnivariate, sameUnivariate, scale, valueAt,
} from "./quasi.js";

export type { Dim } from "./polynomial.js";
export { constant } from "./quasi.js";

/** The size that the symbol stands for. */
export function symbol(name: string): Dim {
  return { kind: "quasi", symbol: name, period: 1, slope: 1, offsets: [0] };
}

/** a + b. */
export function add(a: Dim, b: Dim): Dim {
  if (a.kind !== "polynomial" && b.kind !== "polynomial" && oneSymbol(a, b)) return addUnivariate(a, b);
  return sumOf([...termsOf(a), ...termsOf(b)]);
}

function oneSymbol(a: Dim, b: Dim): boolean {
  return a.kind !== "quasi" || b.kind !== "quasi" || a.symbol === b.symbol;
}

/** -d. */
export function negate(d: Dim): Dim {
  return times(d, constant(-1));
}

/** a - b. */
export function sub(a: Dim, b: Dim): Dim {
  if (b.kind === "constant") return b.value === 0 ? a : add(a, constant(-b.value));
  return add(a, negate(b));
}

/** a * b. */
export function times(a: Dim, b: Dim): Dim {
  if (b.kind === "constant") return scaled(a, b.value);
  if (a.kind === "constant") return scaled(b, a.value);
  return productOf(a, b);
}

function scaled(d: Dim, factor: number): Dim {
  if (d.kind !== "polynomial") return scale(d, factor);
  if (factor === 0) return constant(0);
  return { kind: "polynomial", terms: d.terms.map((t) => ({ ...t, coefficient: safe(t.coefficient * factor) })) };
}

/** floor(d / k) for an integer k >= 1; undefined for a polynomial where more than one symbol's part leaves a remainder. */
export function floorDiv(d: Dim, k: number): Dim | undefined {
  checkDivisor(k);
  return d.kind === "polynomial" ? floorDivPolynomial(d, k) : floorDivUnivariate(d, k);
}

/** ceil(d / k) for an integer k >= 1; undefined like `floorDiv`. */
export function ceilDiv(d: Dim, k: number): Dim | undefined {
  checkDivisor(k);
  return floorDiv(add(d, constant(k - 1)), k);
}

/** The remainder of d by k in 0 .. k-1, for an integer k >= 1; undefined like `floorDiv`. */
export function modulo(d: Dim, k: number): Dim | undefined {
  checkDivisor(k);
  if (d.kind !== "polynomial") return moduloUnivariate(d, k);
  const quotient = floorDivPolynomial(d, k);
  return quotient === undefined ? undefined : sub(d, times(quotient, constant(k)));
}

function checkDivisor(k: number): void {
  safe(k);
  if (!Number.isInteger(k) || k < 1) throw new RangeError(`a size is divided by a positive integer, not by ${k}`);
}

/** The smaller of two sizes at every point; undefined when neither is the smaller in a way that this algebra can write. */
export function minimum(a: Dim, b: Dim): Dim | undefined {
  const difference = sub(a, b);
  if (difference.kind === "constant") return difference.value <= 0 ? a : b;
  if (difference.kind === "polynomial") return sameFunction(a, b) ? a : undefined;
  if (difference.slope !== 0) return undefined;
  // a = b + difference, and the difference only repeats.
  return add(b, canonical(difference.symbol, difference.period, 0, difference.offsets.map((offset) => Math.min(offset, 0))));
}

/** The larger of two sizes at every point; undefined like `minimum`. */
export function maximum(a: Dim, b: Dim): Dim | undefined {
  const smaller = minimum(negate(a), negate(b));
  return smaller === undefined ? undefined : negate(smaller);
}

/** a / b where b divides a at every point for a reason that shows: b is a constant, a multiple, or a product of a's factors. */
export function divideExact(a: Dim, b: Dim): Dim | undefined {
  const divisors = termsOf(b);
  const lead = divisors[0];
  if (lead === undefined) return undefined;
  if (a.kind === "constant" && a.value === 0) return a;
  const dividends = termsOf(a);
  if (divisors.length > 1) {
    // A sum divides only its own multiples.
    const ratio = dividends[0]!.coefficient / lead.coefficient;
    return Number.isInteger(ratio) && sameFunction(a, scaled(b, ratio)) ? constant(ratio) : undefined;
  }
  const quotients = [];
  for (const dividend of dividends) {
    const quotient = divideTerm(dividend, lead);
    if (quotient === undefined) return undefined;
    quotients.push(quotient);
  }
  return sumOf(quotients);
}

/** Whether the two are equal for all integers. `DimLimit` when the periods of several symbols give too many cases. */
export function sameFunction(a: Dim, b: Dim): boolean {
  if (a === b) return true;
  if (a.kind !== "polynomial" && b.kind !== "polynomial") return sameUnivariate(a, b);
  const difference = sub(a, b);
  if (difference.kind !== "polynomial") return difference.kind === "constant" && difference.value === 0;
  return vanishes(difference);
}

/** On one residue class a polynomial of degree n in a symbol is 0 everywhere when it is 0 at n + 1 places. */
function vanishes(d: Polynomial): boolean {
  const axes = [...extents(d)].map(([name, { periods, degree }]) => {
    const period = safePeriod(periods.reduce(lcm, 1));
    return { symbol: name, points: Array.from({ length: period * (degree + 1) }, (_, x) => x) };
  });
  return findPoint(axes, (at) => evaluate(d, at) !== 0) === undefined;
}

/** The value with these numbers for the symbols. A symbol without one is a bug of the caller: `RangeError`. */
export function evaluate(d: Dim, env: Readonly<Record<string, number>>): number {
  if (d.kind === "constant") return d.value;
  if (d.kind === "quasi") return valueAt(d, given(env, d.symbol));
  let sum = 0;
  for (const { coefficient, factors } of d.terms) {
    let product = coefficient;
    for (const factor of factors) product = safe(product * valueAt(factor, given(env, factor.symbol)));
    sum = safe(sum + product);
  }
  return sum;
}

function given(env: Readonly<Record<string, number>>, name: string): number {
  const value = env[name];
  if (value === undefined || !Number.isSafeInteger(value)) throw new RangeError(`no integer is given for the symbol ${name}`);
  return value;
}

/** d with a size for the symbol: f(g). Undefined when a rounded division would be left of a sum over several symbols. */
export function substitute(d: Dim, symbolName: string, by: Dim): Dim | undefined {
  if (d.kind === "constant") return d;
  if (d.kind === "quasi") {
    if (d.symbol !== symbolName) return d;
    if (by.kind !== "polynomial") return compose(d, by);
    return d.period === 1 ? add(scaled(by, d.slope), constant(d.offsets[0]!)) : undefined;
  }
  let sum: Dim = constant(0);
  for (const { coefficient, factors } of d.terms) {
    let product: Dim = constant(coefficient);
    for (const factor of factors) {
      const inner = substitute(factor, symbolName, by);
      if (inner === undefined) return undefined;
      product = times(product, inner);
    }
    sum = add(sum, product);
  }
  return sum;
}

/** The number, when the size does not depend on the input. */
export function constantValue(d: Dim): number | undefined {
  return d.kind === "constant" ? d.value : undefined;
}

/** The symbols that the size depends on, sorted. */
export function symbolsOf(d: Dim): readonly string[] {
  if (d.kind === "constant") return [];
  if (d.kind === "quasi") return [d.symbol];
  return [...new Set(d.terms.flatMap((t) => t.factors.map((factor) => factor.symbol)))].sort();
}

/** By how much the size grows per unit of its symbol, reduced: 1/8 for ceil(H/8). Undefined for a polynomial. */
export function rate(d: Dim): { numerator: number; denominator: number } | undefined {
  if (d.kind === "polynomial") return undefined;
  if (d.kind === "constant") return { numerator: 0, denominator: 1 };
  const common = gcd(d.slope, d.period);
  return { numerator: d.slope / common, denominator: d.period / common };
}
