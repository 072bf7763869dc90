import { ceilQuotient, floorQuotient, gcd, lcm, mod, primesOf, safe, safePeriod } from "./arithmetic.js";

export interface Constant {
  readonly kind: "constant";
  readonly value: number;
}

/**
 * f(period * q + r) = slope * q + offsets[r] for all integers q and 0 <= r < period. The period is the shortest one, so
 * two quasis are the same function exactly when their fields are equal; a constant function is a `Constant`.
 *
 *   floor(H / 2):  period 2, slope 1, offsets [0, 0]        H:  period 1, slope 1, offsets [0]
 */
export interface Quasi {
  readonly kind: "quasi";
  readonly symbol: string;
  readonly period: number;
  readonly slope: number;
  readonly offsets: readonly number[];
}

export type Univariate = Constant | Quasi;

const interned: readonly Constant[] = Array.from({ length: 4097 }, (_, value) => ({ kind: "constant", value }));

/** The constant function; small ones are shared objects. */
export function constant(value: number): Constant {
  const shared = interned[value];
  if (shared !== undefined) return shared;
  if (!Number.isInteger(value)) throw new RangeError(`a size is an integer, not ${value}`);
  return { kind: "constant", value: safe(value) };
}

/** The canonical function with these values; the offsets are checked and then belong to it. */
export function canonical(symbol: string, period: number, slope: number, offsets: readonly number[]): Univariate {
  for (const offset of offsets) safe(offset);
  safe(slope);
  let n = period;
  let rise = slope;
  // The periods of a function are the multiples of the shortest, so each prime can be taken out on its own.
  for (const p of n === 1 ? [] : primesOf(n)) {
    while (n % p === 0 && rise % p === 0 && repeats(offsets, n, n / p, rise / p)) {
      n /= p;
      rise /= p;
    }
  }
  if (n === 1 && rise === 0) return constant(offsets[0]!);
  return { kind: "quasi", symbol, period: n, slope: rise + 0, offsets: n === offsets.length ? offsets : offsets.slice(0, n) };
}

function repeats(offsets: readonly number[], length: number, period: number, rise: number): boolean {
  for (let r = period; r < length; r++) if (offsets[r]! - offsets[r - period]! !== rise) return false;
  return true;
}

/** The value at x. */
export function valueAt(f: Univariate, x: number): number {
  if (f.kind === "constant") return f.value;
  if (f.period === 1) return safe(safe(f.slope * x) + f.offsets[0]!);
  return safe(safe(f.slope * floorQuotient(x, f.period)) + f.offsets[mod(x, f.period)]!);
}

/** a + b, of one symbol. */
export function addUnivariate(a: Univariate, b: Univariate): Univariate {
  if (a.kind === "constant") return b.kind === "constant" ? constant(safe(a.value + b.value)) : shift(b, a.value);
  if (b.kind === "constant") return shift(a, b.value);
  if (a.period === b.period) {
    return canonical(a.symbol, a.period, a.slope + b.slope, a.offsets.map((offset, r) => offset + b.offsets[r]!));
  }
  const period = safePeriod(lcm(a.period, b.period));
  const offsets = new Array<number>(period);
  for (let x = 0; x < period; x++) offsets[x] = valueAt(a, x) + valueAt(b, x);
  return canonical(a.symbol, period, a.slope * (period / a.period) + b.slope * (period / b.period), offsets);
}

function shift(f: Quasi, by: number): Quasi {
  if (by === 0) return f;
  return { ...f, offsets: f.offsets.map((offset) => safe(offset + by)) };   // a shift leaves the shortest period as it is
}

/** f * factor, exactly. */
export function scale(f: Univariate, factor: number): Univariate {
  if (factor === 1) return f;
  if (factor === 0) return constant(0);
  if (f.kind === "constant") return constant(safe(f.value * factor));
  return { ...f, slope: safe(f.slope * factor), offsets: f.offsets.map((offset) => safe(offset * factor)) };
}

/** floor(f / k), k > 0. With q = (k / g) * q' + j and g = gcd(slope, k), the slope part divides evenly. */
export function floorDivUnivariate(f: Univariate, k: number): Univariate {
  if (k === 1) return f;
  if (f.kind === "constant") return constant(floorQuotient(f.value, k));
  const g = gcd(f.slope, k);
  const blocks = k / g;
  const period = safePeriod(f.period * blocks);
  const offsets = new Array<number>(period);
  for (let j = 0, at = 0; j < blocks; j++) {
    const start = safe(f.slope * j);
    for (let r = 0; r < f.period; r++) offsets[at++] = floorQuotient(safe(start + f.offsets[r]!), k);
  }
  return canonical(f.symbol, period, f.slope / g, offsets);
}

/** f mod k in 0 .. k-1, k > 0: a periodic function. */
export function moduloUnivariate(f: Univariate, k: number): Univariate {
  if (f.kind === "constant") return constant(mod(f.value, k));
  const period = safePeriod(f.period * (k / gcd(f.slope, k)));
  const offsets = new Array<number>(period);
  for (let x = 0; x < period; x++) offsets[x] = mod(valueAt(f, x), k);
  return canonical(f.symbol, period, 0, offsets);
}

/** f(g(t)): one period of the result is as many of g's as take g's values through whole periods of f. */
export function compose(f: Quasi, g: Univariate): Univariate {
  if (g.kind === "constant") return constant(valueAt(f, g.value));
  const common = gcd(g.slope, f.period);
  const period = safePeriod(g.period * (f.period / common));
  const offsets = new Array<number>(period);
  for (let t = 0; t < period; t++) offsets[t] = valueAt(f, valueAt(g, t));
  return canonical(g.symbol, period, f.slope * (g.slope / common), offsets);
}

/** The integers q with slope * q + offset >= 0, as inclusive bounds; undefined when there are none. */
export function whereNonNegative(slope: number, offset: number): { low: number; high: number } | undefined {
  if (slope === 0) return offset >= 0 ? { low: -Infinity, high: Infinity } : undefined;
  if (slope > 0) return { low: ceilQuotient(-offset, slope), high: Infinity };
  return { low: -Infinity, high: floorQuotient(offset, -slope) };
}

/** f = content * primitive, with a primitive whose numbers share no divisor and that rises (or starts positive). */
export function primitive(f: Quasi): { content: number; factor: Quasi } {
  let content = gcd(f.slope, 0);
  for (const offset of f.offsets) {
    if (content === 1) break;
    content = gcd(content, offset);
  }
  const lead = f.slope !== 0 ? f.slope : f.offsets.find((offset) => offset !== 0)!;
  if (lead < 0) content = -content;
  if (content === 1) return { content, factor: f };
  return { content, factor: { ...f, slope: f.slope / content + 0, offsets: f.offsets.map((offset) => offset / content + 0) } };
}

/** Whether two univariate functions are equal at every integer; exact because the form is canonical. */
export function sameUnivariate(a: Univariate, b: Univariate): boolean {
  if (a === b) return true;
  if (a.kind === "constant" || b.kind === "constant") return a.kind === b.kind && (a as Constant).value === (b as Constant).value;
  return a.period === b.period && a.slope === b.slope && a.symbol === b.symbol && a.offsets.every((offset, r) => offset === b.offsets[r]);
}
