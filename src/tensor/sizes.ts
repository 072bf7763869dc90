import { floorQuotient, gcd, lcm, mod, primesOf, safePeriod } from "./arithmetic.js";

/** The numbers low .. high, both included; high may be Infinity. */
export interface Interval {
  readonly low: number;
  readonly high: number;
}

/**
 * A set of values of one symbol: x is in it when low <= x <= high in classes[x mod modulus]. The bounds are members.
 * Sets made by this module are in normal form (see `normalise`).
 */
export interface SizeSet {
  readonly modulus: number;
  readonly classes: readonly (Interval | undefined)[];
}

/** The set with these intervals; each is cut to the members of its residue class, and the form is made normal. */
export function sizeSet(modulus: number, interval: (residue: number) => Interval | undefined): SizeSet {
  const classes = Array.from({ length: safePeriod(modulus) }, (_, r) => {
    const wanted = interval(r);
    if (wanted === undefined) return undefined;
    const low = wanted.low + mod(r - wanted.low, modulus);
    const high = wanted.high === Infinity ? Infinity : wanted.high - mod(wanted.high - r, modulus);
    return low <= high ? { low, high } : undefined;
  });
  return normalise({ modulus, classes });
}

/** All sizes from `least` up. */
export function everySize(least = 1): SizeSet {
  return { modulus: 1, classes: [{ low: least, high: Infinity }] };
}

/** The members of both. `DimLimit` when the moduli have too large a common multiple. */
export function intersect(a: SizeSet, b: SizeSet): SizeSet {
  return sizeSet(lcm(a.modulus, b.modulus), (r) => {
    const one = a.classes[r % a.modulus];
    const other = b.classes[r % b.modulus];
    return one && other && { low: Math.max(one.low, other.low), high: Math.min(one.high, other.high) };
  });
}

export function isEmpty(set: SizeSet): boolean {
  return set.classes.every((interval) => interval === undefined);
}

export function contains(set: SizeSet, x: number): boolean {
  const interval = set.classes[mod(x, set.modulus)];
  return interval !== undefined && interval.low <= x && x <= interval.high;
}

/** The smallest member of a that is not in b. */
export function counterexample(a: SizeSet, b: SizeSet): number | undefined {
  const modulus = safePeriod(lcm(a.modulus, b.modulus));
  let least = Infinity;
  for (let r = 0; r < modulus; r++) {
    const one = a.classes[r % a.modulus];
    if (one === undefined) continue;
    const low = one.low + mod(r - one.low, modulus);
    const other = b.classes[r % b.modulus];
    let x = low;
    if (other !== undefined && x >= other.low && x <= other.high) {
      if (other.high === Infinity) continue;
      x = other.high + 1 + mod(r - other.high - 1, modulus);
    }
    if (x <= one.high) least = Math.min(least, x);
  }
  return least === Infinity ? undefined : least;
}

export function isSubset(a: SizeSet, b: SizeSet): boolean {
  return counterexample(a, b) === undefined;
}

/** The members of a that are not in b: those that come before b's in their residue class, and those that come after. None of the sets is empty. */
export function difference(a: SizeSet, b: SizeSet): readonly SizeSet[] {
  const part = (of: (one: Interval, other: Interval | undefined) => Interval | undefined): SizeSet =>
    sizeSet(lcm(a.modulus, b.modulus), (r) => {
      const one = a.classes[r % a.modulus];
      return one && of(one, b.classes[r % b.modulus]);
    });
  return [
    part((one, other) => (other === undefined ? one : { low: one.low, high: Math.min(one.high, other.low - 1) })),
    part((one, other) => (other === undefined || other.high >= one.high ? undefined : { low: Math.max(one.low, other.high + 1), high: one.high })),
  ].filter((set) => !isEmpty(set));
}

/** Whether the two have the same members. */
export function sameSet(a: SizeSet, b: SizeSet): boolean {
  return a === b || (isSubset(a, b) && isSubset(b, a));
}

/** The largest member that is less than x. */
export function below(set: SizeSet, x: number): number | undefined {
  let best = -Infinity;
  set.classes.forEach((interval, r) => {
    if (interval === undefined) return;
    const near = x - 1 - mod(x - 1 - r, set.modulus);
    const member = Math.min(near, interval.high);
    if (member >= interval.low) best = Math.max(best, member);
  });
  return best === -Infinity ? undefined : best;
}

/** The smallest member that is greater than x. */
export function above(set: SizeSet, x: number): number | undefined {
  let best = Infinity;
  set.classes.forEach((interval, r) => {
    if (interval === undefined) return;
    const near = x + 1 + mod(r - x - 1, set.modulus);
    const member = Math.max(near, interval.low);
    if (member <= interval.high) best = Math.min(best, member);
  });
  return best === Infinity ? undefined : best;
}

/** The smallest member. */
export function smallest(set: SizeSet): number | undefined {
  let best = Infinity;
  for (const interval of set.classes) if (interval !== undefined) best = Math.min(best, interval.low);
  return best === Infinity ? undefined : best;
}

/** The largest member: Infinity when there is none, undefined for the empty set. */
export function largest(set: SizeSet): number | undefined {
  let best = -Infinity;
  for (const interval of set.classes) if (interval !== undefined) best = Math.max(best, interval.high);
  return best === -Infinity ? undefined : best;
}

/** The residues, modulo the set's modulus, that have members. */
export function residues(set: SizeSet): number[] {
  return set.classes.flatMap((interval, r) => (interval === undefined ? [] : [r]));
}

/** Whether there is no largest member. */
export function unbounded(set: SizeSet): boolean {
  return largest(set) === Infinity;
}

/** How many members there are, perhaps Infinity. */
export function countOf(set: SizeSet): number {
  let count = 0;
  for (const interval of set.classes) if (interval !== undefined) count += (interval.high - interval.low) / set.modulus + 1;
  return count;
}

/** The members of a finite set in order; only the first `most` of each residue class when that is given. */
export function members(set: SizeSet, most = Infinity): number[] {
  const found: number[] = [];
  for (const interval of set.classes) {
    if (interval === undefined) continue;
    for (let x = interval.low, n = 0; x <= interval.high && n < most; x += set.modulus, n++) found.push(x);
  }
  return found.sort((a, b) => a - b);
}

const maxTries = 256;

/**
 * The normal form: the smallest modulus that can represent the set and fits its rhythm. The rhythm is the period of the
 * set far out, which every representation has as a divisor, or for a finite set the gcd of the distances of its members
 * (so {12, 28, 44} is 12 mod 16, though modulus 3 could tell its members apart). Equal sets get equal forms, except past
 * `maxTries` candidates, where only divisors of the present modulus are tried; `sameSet` is exact always.
 */
export function normalise(set: SizeSet): SizeSet {
  const first = smallest(set);
  if (first === undefined) return { modulus: 1, classes: [undefined] };
  const endless = unbounded(set);
  const rhythm = endless ? tailPeriod(set) : distances(set, first) || 1;
  const bound = endless ? set.modulus : lcm(set.modulus, rhythm);
  const all = bound / rhythm <= maxTries;
  for (let modulus = rhythm; modulus < bound; modulus += rhythm) {
    if (!all && set.modulus % modulus !== 0) continue;
    const classes = represent(set, modulus);
    if (classes !== undefined) return { modulus, classes };
    if (!all && modulus >= set.modulus) break;
  }
  return bound === set.modulus || !all ? set : { modulus: bound, classes: represent(set, bound)! };
}

/** The shortest period of the residues that never end. */
function tailPeriod({ modulus, classes }: SizeSet): number {
  let period = modulus;
  const endless = (r: number) => classes[r]?.high === Infinity;
  for (const p of primesOf(modulus)) {
    while (period % p === 0) {
      const next = period / p;
      let repeats = true;
      for (let r = 0; r < modulus && repeats; r++) repeats = endless(r) === endless((r + next) % modulus);
      if (!repeats) break;
      period = next;
    }
  }
  return period;
}

function distances(set: SizeSet, first: number): number {
  let common = 0;
  for (const interval of set.classes) {
    if (interval === undefined) continue;
    common = gcd(common, interval.low - first);
    if (interval.high > interval.low) common = gcd(common, set.modulus);
  }
  return common;
}

/** The set's classes by another modulus, or undefined when some class would have a hole. */
function represent(set: SizeSet, modulus: number): (Interval | undefined)[] | undefined {
  const common = gcd(modulus, set.modulus);
  const step = (set.modulus / common) * modulus;
  const rounds = modulus / common;
  const inverse = inverseOf((set.modulus / common) % rounds, rounds);
  const found: (Interval | undefined)[] = [];
  for (let s = 0; s < modulus; s++) {
    let low = Infinity;
    let high = -Infinity;
    let latestLow = -Infinity;
    let count = 0;
    let parts = 0;
    for (let r = s % common; r < set.modulus; r += common) {
      const interval = set.classes[r];
      if (interval === undefined) continue;
      // The members that both residues have come every `step`; this is the first.
      const x = interval.low + set.modulus * mod(mod((s - interval.low) / common, rounds) * inverse, rounds);
      if (x > interval.high) continue;
      low = Math.min(low, x);
      latestLow = Math.max(latestLow, x);
      parts++;
      if (interval.high === Infinity) high = Infinity;
      else {
        const more = floorQuotient(interval.high - x, step);
        high = Math.max(high, x + more * step);
        count += more + 1;
      }
    }
    if (parts === 0) {
      found.push(undefined);
      continue;
    }
    // Endless: all parts must be, and all start within one round of the step.
    const whole = high === Infinity
      ? count === 0 && parts === step / modulus && latestLow - low === step - modulus
      : count === (high - low) / modulus + 1;
    if (!whole) return undefined;
    found.push({ low, high });
  }
  return found;
}

/** The y with a * y = 1 mod n, for a and n without a common divisor. */
function inverseOf(a: number, n: number): number {
  let [x, y, u, v] = [a, n, 1, 0];
  while (y !== 0) {
    const q = floorQuotient(x, y);
    [x, y, u, v] = [y, x - q * y, v, u - q * v];
  }
  return mod(u, n);
}
