import { DimLimit, floorQuotient, safe } from "./arithmetic.js";
import { addUnivariate, constant, floorDivUnivariate, primitive, sameUnivariate, scale, type Quasi, type Univariate } from "./quasi.js";

/** coefficient * product of primitive factors, sorted; no factors make the constant term. The key names the factors. */
export interface Term {
  readonly coefficient: number;
  readonly factors: readonly Quasi[];
  readonly key: string;
}

/**
 * A sum of terms that is no function of one symbol alone by itself: H*W, or H + W + 1. Products stay factored, like terms
 * are joined, and there is at most one term of a single factor for each symbol, with value 0 at 0.
 */
export interface Polynomial {
  readonly kind: "polynomial";
  readonly terms: readonly Term[];
}

/** An exact size: a function from the input's symbols to integers. */
export type Dim = Univariate | Polynomial;

function factorKey(factor: Quasi): string {
  return `${factor.symbol}:${factor.period}:${factor.slope}:${factor.offsets.join()}`;
}

function compareText(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function term(coefficient: number, factors: readonly Quasi[]): Term {
  if (factors.length < 2) return { coefficient: safe(coefficient), factors, key: factors.map(factorKey).join("*") };
  const keyed = factors.map((factor) => ({ factor, key: factorKey(factor) })).sort((a, b) => compareText(a.key, b.key));
  return { coefficient: safe(coefficient), factors: keyed.map(({ factor }) => factor), key: keyed.map(({ key }) => key).join("*") };
}

/** The size as terms to multiply with: a quasi is one factor, whatever its offset. */
export function termsOf(d: Dim): readonly Term[] {
  if (d.kind === "polynomial") return d.terms;
  if (d.kind === "constant") return d.value === 0 ? [] : [term(d.value, [])];
  const { content, factor } = primitive(d);
  return [term(content, [factor])];
}

/** The canonical size that is the sum of terms. */
export function sumOf(terms: Iterable<Term>): Dim {
  const products = new Map<string, Term>();
  const linear = new Map<string, Univariate>();
  let fixed = 0;
  for (const t of terms) {
    if (t.factors.length === 0) {
      fixed = safe(fixed + t.coefficient);
    } else if (t.factors.length === 1) {
      const part = scale(t.factors[0]!, t.coefficient);
      const symbol = t.factors[0]!.symbol;
      linear.set(symbol, addUnivariate(linear.get(symbol) ?? constant(0), part));
    } else {
      const coefficient = safe((products.get(t.key)?.coefficient ?? 0) + t.coefficient);
      if (coefficient === 0) products.delete(t.key);
      else products.set(t.key, { ...t, coefficient });
    }
  }
  const result = [...products.values()];
  const parts: Quasi[] = [];
  for (const part of linear.values()) {
    if (part.kind === "constant") fixed = safe(fixed + part.value);
    else parts.push(part);
  }
  if (result.length === 0 && parts.length === 0) return constant(fixed);
  if (result.length === 0 && parts.length === 1) return addUnivariate(parts[0]!, constant(fixed));
  for (const part of parts) {
    const start = part.offsets[0]!;
    fixed = safe(fixed + start);
    const { content, factor } = primitive(addUnivariate(part, constant(-start)) as Quasi);
    result.push(term(content, [factor]));
  }
  if (fixed !== 0) result.push(term(fixed, []));
  result.sort((a, b) => b.factors.length - a.factors.length || compareText(a.key, b.key));
  return { kind: "polynomial", terms: result };
}

/** The product of two sizes, of which neither is a constant. */
/** Sizes of networks have a few terms; beyond this, working with them would take longer than anybody waits. */
const mostTerms = 1024;
const mostFactors = 16;

export function productOf(a: Dim, b: Dim): Dim {
  const products: Term[] = [];
  const [left, right] = [termsOf(a), termsOf(b)];
  if (left.length * right.length > mostTerms) throw new DimLimit(`a size is a sum of more than ${mostTerms} products`);
  for (const s of left) {
    for (const t of right) {
      if (s.factors.length + t.factors.length > mostFactors) throw new DimLimit(`a size is a product of more than ${mostFactors} sizes`);
      products.push(term(s.coefficient * t.coefficient, [...s.factors, ...t.factors]));
    }
  }
  return sumOf(products);
}

/** floor(d / k) where all that k does not divide depends on one symbol at most; otherwise undefined. */
export function floorDivPolynomial(d: Polynomial, k: number): Dim | undefined {
  const whole: Term[] = [];
  const rest: Term[] = [];
  for (const t of d.terms) {
    if (t.coefficient % k === 0) whole.push({ ...t, coefficient: floorQuotient(t.coefficient, k) });
    else rest.push(t);
  }
  const left = sumOf(rest);
  if (left.kind === "polynomial") return undefined;
  return sumOf([...whole, ...termsOf(floorDivUnivariate(left, k))]);
}

/** The term's quotient by another, or undefined when it does not come out even. */
export function divideTerm(a: Term, b: Term): Term | undefined {
  if (a.coefficient % b.coefficient !== 0) return undefined;
  const factors = [...a.factors];
  for (const factor of b.factors) {
    const at = factors.findIndex((other) => sameUnivariate(other, factor));
    if (at < 0) return undefined;
    factors.splice(at, 1);
  }
  return term(a.coefficient / b.coefficient, factors);
}

/** For each symbol the period of the polynomial and its degree: the most factors that a term has in it. */
export function extents(d: Polynomial): Map<string, { periods: number[]; degree: number }> {
  const found = new Map<string, { periods: number[]; degree: number }>();
  for (const t of d.terms) {
    const degrees = new Map<string, number>();
    for (const factor of t.factors) {
      const degree = (degrees.get(factor.symbol) ?? 0) + 1;
      degrees.set(factor.symbol, degree);
      const entry = found.get(factor.symbol) ?? { periods: [], degree: 0 };
      found.set(factor.symbol, { periods: [...new Set([...entry.periods, factor.period])], degree: Math.max(entry.degree, degree) });
    }
  }
  return found;
}
