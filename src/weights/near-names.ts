import { nearest } from "../diagnostics/suggest.js";

interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Comparing all names with all others would take seconds where nothing fits: after so many, only same endings are looked for. */
const mostComparisons = 4_000;
let compared = 0;
let comparedFor: readonly Named[] | undefined;

/**
 * Names of `candidates` that may mean the same: those that end alike (at least in two parts) and have its shape, else
 * those that are written nearly alike. Best first, three at most.
 */
export function nearNames(one: Named, candidates: readonly Named[]): readonly string[] {
  if (comparedFor !== candidates) [compared, comparedFor] = [0, candidates];
  const shape = one.shape.join();
  const parts = one.name.split(".");
  const alike = candidates
    .filter((candidate) => candidate.shape.join() === shape)
    .map(({ name }) => ({ name, common: commonEnd(parts, name.split(".")) }))
    .filter(({ common }) => common >= Math.min(2, parts.length))
    .sort((a, b) => b.common - a.common || (a.name < b.name ? -1 : 1));
  if (alike.length > 0) return alike.filter(({ common }) => common === alike[0]!.common).slice(0, 3).map(({ name }) => name);
  if ((compared += candidates.length) > mostComparisons) return [];
  return nearest(one.name, candidates.map(({ name }) => name));
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < Math.min(a.length, b.length) && a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}
