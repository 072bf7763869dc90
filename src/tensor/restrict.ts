import { DimLimit, lcm } from "./arithmetic.js";
import { solveOn, type Condition } from "./conditions.js";
import { evaluate, sub, symbolsOf, type Dim } from "./dim.js";
import { allPoints, extentsOn, sizesOf, testPoints, type Domain } from "./domain.js";
import { findPoint } from "./grid.js";
import { valueAt } from "./quasi.js";
import { counterexample, intersect, isEmpty, isSubset, smallest } from "./sizes.js";

/** What became of a domain under a condition. */
export interface Restriction {
  readonly domain: Domain;
  /** "always": it held already. "empty": no value is left. "undecided": the domain is as it was, for the reason given. */
  readonly outcome: "always" | "restricted" | "empty" | "undecided";
  readonly reason?: string;
}

/** By domain, the sizes that are known to be at least 1 on it: a row of convolutions that keep the size asks the same again and again. */
const knownPositive = new WeakMap<Domain, WeakSet<Dim>>();

function positiveOn(domain: Domain): WeakSet<Dim> {
  let known = knownPositive.get(domain);
  if (known === undefined) knownPositive.set(domain, (known = new WeakSet()));
  return known;
}

/** A size that grows with its symbol is nowhere negative when it is not at the beginning of each residue class. */
function nowhereNegative(d: Dim, domain: Domain): boolean {
  if (d.kind !== "quasi" || d.slope < 0) return false;
  const { modulus, classes } = sizesOf(domain, d.symbol);
  const common = lcm(modulus, d.period);
  if (common > mostTried) return false;
  return classes.every((interval) => {
    if (interval === undefined) return true;
    const end = Math.min(interval.high, interval.low + common - 1);
    for (let x = interval.low; x <= end; x += modulus) if (valueAt(d, x) < 0) return false;
    return true;
  });
}

const mostTried = 1024;

/** The part of the domain on which the condition holds. */
export function restrict(domain: Domain, condition: Condition): Restriction {
  // Most sizes are far from being empty: that is seen without solving.
  if (condition.kind === "atLeast") {
    const { left, right } = condition;
    const known = right.kind === "constant" && right.value === 1 ? positiveOn(domain) : undefined;
    if (known?.has(left) || nowhereNegative(sub(left, right), domain)) {
      known?.add(left);
      return { domain, outcome: "always" };
    }
  }
  const solution = solveOn(condition, domain);
  switch (solution.kind) {
    case "always": return { domain, outcome: "always" };
    case "never": return { domain, outcome: "empty" };
    case "undecided": return { domain, outcome: "undecided", reason: solution.reason };
  }
  const { symbol, set } = solution;
  try {
    const before = sizesOf(domain, symbol);
    if (isSubset(before, set)) return { domain, outcome: "always" };
    const after = intersect(before, set);
    return { domain: new Map(domain).set(symbol, after), outcome: isEmpty(after) ? "empty" : "restricted" };
  } catch (error) {
    if (error instanceof DimLimit) return { domain, outcome: "undecided", reason: error.message };
    throw error;
  }
}

/**
 * Whether the condition holds on the whole domain, or values for its symbols for which it does not: the smallest such
 * value where the condition is about one symbol. It holds on an empty domain.
 */
export function holds(domain: Domain, condition: Condition): true | { counterexample: Record<string, number> } | "undecided" {
  const dims = "dim" in condition ? [condition.dim] : [condition.left, condition.right];
  const names = [...new Set(dims.flatMap(symbolsOf))];
  const least: Record<string, number> = {};
  for (const name of names) {
    const first = smallest(sizesOf(domain, name));
    if (first === undefined) return true;
    least[name] = first;
  }
  try {
    const solution = solveOn(condition, domain);
    if (solution.kind === "always") return true;
    if (solution.kind === "never") return { counterexample: least };
    if (solution.kind === "sizes") {
      const at = counterexample(sizesOf(domain, solution.symbol), solution.set);
      return at === undefined ? true : { counterexample: { ...least, [solution.symbol]: at } };
    }
    const subject = "dim" in condition ? condition.dim : sub(condition.left, condition.right);
    const refine = "dim" in condition ? condition.by : 1;
    const extents = extentsOn(subject, domain, refine);
    const few = allPoints(extents);
    const bad = findPoint(few ?? testPoints(extents), (at) => !holdsAt(condition, { ...least, ...at }));
    if (bad !== undefined) return { counterexample: { ...least, ...bad } };
    return few === undefined ? "undecided" : true;
  } catch (error) {
    if (error instanceof DimLimit) return "undecided";
    throw error;
  }
}

/** Whether the condition holds for these numbers. */
export function holdsAt(condition: Condition, env: Readonly<Record<string, number>>): boolean {
  const value = (d: Dim) => evaluate(d, env);
  switch (condition.kind) {
    case "equal": return value(condition.left) === value(condition.right);
    case "atLeast": return value(condition.left) >= value(condition.right);
    case "divisible": return value(condition.dim) % condition.by === 0;
    case "remainderAtMost": {
      const rest = value(condition.dim) % condition.by;
      return (rest < 0 ? rest + condition.by : rest) <= condition.most;
    }
  }
}
