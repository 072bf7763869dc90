/**
 * Why a size is not legal: the first condition on the way that it breaks. Conditions are taken in the order of the network, and
 * each takes its part of the sizes that all before it have left:
 *
 *   1 2 3 4 5 6 7 8 ..       maxpool(2) -> maxpool(2)
 *   x   x   x   x            2k + 1, lost at the first
 *     x       x              4k + 2, lost at the second
 */
import type { Frame } from "../diagnostics/problem.js";
import type { Strictness } from "../operators/operator.js";
import type { Place } from "../source/source.js";
import { type Condition, type Dim, type Domain, type SizeSet, above, below, contains, difference, gcd, isEmpty, restrict, sizeSet, sizesOf, smallest } from "../tensor/index.js";

/** Each level is a part of the one before: no shape error; nothing lost; all on one pixel grid. */
export type Level = Strictness | "centred";

/** What a step asks of the sizes. */
export interface Constraint {
  readonly condition: Condition;
  readonly strictness: Level;
  /** For people, right for these sizes. */
  readonly tell: (within: Domain) => string;
  /** The step. */
  readonly path: string;
  readonly place: Place;
  readonly trace: readonly Frame[];
  /** The size that the message is about. */
  readonly size?: Dim | undefined;
}

/** What a constraint takes. */
export interface Limit {
  readonly symbol: string;
  readonly constraint: Omit<Constraint, "condition">;
  readonly message: () => string;
  /** The sizes that meet every constraint before this one, and break it. */
  readonly lost: SizeSet;
}

/** The sizes that are left, and what took the others: a size that is not in the domain is in exactly one limit of its symbol. */
export interface Solved {
  readonly domain: Domain;
  readonly limits: readonly Limit[];
}

/**
 * Takes the constraints in order. What is lost whatever the size has been said, and limits none; a grid that fits at no size, or at
 * sizes that cannot be told, leaves none.
 */
export function narrow(domain: Domain, constraints: readonly Constraint[]): Solved {
  const limits: Limit[] = [];
  let left = domain;
  for (const constraint of constraints) {
    const { domain: narrowed, outcome } = restrict(left, constraint.condition);
    const next = constraint.strictness === "centred" && (outcome === "empty" || outcome === "undecided") ? emptied(left) : narrowed;
    limits.push(...taken(left, next, constraint));
    left = next;
  }
  return { domain: left, limits };
}

/** Takes all that is left. */
export function leaveNone(domain: Domain, constraint: Limit["constraint"]): Solved {
  const next = emptied(domain);
  return { domain: next, limits: taken(domain, next, constraint) };
}

const emptied = (domain: Domain): Domain => new Map([...domain.keys()].map((symbol) => [symbol, sizeSet(1, () => undefined)]));

function taken(before: Domain, after: Domain, constraint: Limit["constraint"]): readonly Limit[] {
  if (before === after) return [];
  return [...after.keys()].flatMap((symbol) => {
    if (before.get(symbol) === after.get(symbol)) return [];
    return difference(sizesOf(before, symbol), sizesOf(after, symbol)).map((lost) => ({ symbol, constraint, message: () => constraint.tell(before), lost }));
  });
}
/** The constraint that this size breaks first; undefined for a legal size. */
export const limitAt = (limits: readonly Limit[], symbol: string, size: number): Limit | undefined =>
  limits.find((limit) => limit.symbol === symbol && contains(limit.lost, size));

export interface IllegalClass {
  /** Modulo the set's period. */
  readonly residue: number;
  /** What takes its sizes, however large: one limit, or several that share them by a longer period. */
  readonly limits: readonly Limit[];
}

/** The residue classes, by the set's period, that have no member, each with what takes its sizes. */
export function illegalClasses({ domain, limits }: Solved, symbol: string): readonly IllegalClass[] {
  const { modulus, classes } = sizesOf(domain, symbol);
  const endless = limits.filter((limit) => limit.symbol === symbol).map((limit) => ({ limit, residues: endlessResidues(limit.lost, modulus) }));
  return classes.flatMap((interval, residue) => (interval === undefined ? [{ residue, limits: endless.filter(({ residues }) => residues.has(residue)).map(({ limit }) => limit) }] : []));
}

/** The residues by another modulus that the set's endless classes meet. */
function endlessResidues({ modulus, classes }: SizeSet, by: number): ReadonlySet<number> {
  const common = gcd(modulus, by);
  const met = new Set(classes.flatMap((interval, r) => (interval?.high === Infinity ? [r % common] : [])));
  return new Set(Array.from({ length: by }, (_, r) => r).filter((r) => met.has(r % common)));
}

/** What sets the minimum: the constraint that the size before it in its residue class breaks. Undefined where there is no such size, or no minimum. */
export function minimumLimit({ domain, limits }: Solved, symbol: string): Limit | undefined {
  const set = sizesOf(domain, symbol);
  const least = isEmpty(set) ? undefined : smallest(set);
  return least === undefined || least <= set.modulus ? undefined : limitAt(limits, symbol, least - set.modulus);
}

/** The sizes themselves, or the two around: what to take instead of a size that is not in the set. */
export function nearest(set: SizeSet, size: number): readonly number[] {
  if (contains(set, size)) return [size];
  return [below(set, size), above(set, size)].filter((one) => one !== undefined);
}
