import { nearest } from "../diagnostics/suggest.js";

interface Named {
  readonly name: string;
  readonly shape: readonly number[];
}

/** Comparing all names with all others would take seconds where nothing fits: after so many, only same endings are looked for. */
const mostComparisons = 4_000;
/** Where thousands have one shape, endings are no longer compared either. */
const mostEndings = 1_000_000;

/**
 * Finds names of `candidates` that may mean the same: those that end alike (at least in two parts) and have the shape, else
 * those that are written nearly alike. Best first, three at most.
 */
export function nearNamesAmong(candidates: readonly Named[]): (one: Named) => readonly string[] {
  const byShape = new Map<string, { readonly name: string; readonly parts: readonly string[] }[]>();
  for (const { name, shape } of candidates) {
    const same = byShape.get(shape.join());
    const entry = { name, parts: name.split(".") };
    if (same === undefined) byShape.set(shape.join(), [entry]);
    else same.push(entry);
  }
  const names = candidates.map(({ name }) => name);
  let compared = 0;
  let looked = 0;
  return ({ name, shape }) => {
    const parts = name.split(".");
    const same = looked > mostEndings ? [] : (byShape.get(shape.join()) ?? []);
    looked += same.length;
    const alike = same
      .map((candidate) => ({ name: candidate.name, common: commonEnd(parts, candidate.parts) }))
      .filter(({ common }) => common >= Math.min(2, parts.length))
      .sort((a, b) => b.common - a.common || (a.name < b.name ? -1 : 1));
    if (alike.length > 0) return alike.filter(({ common }) => common === alike[0]!.common).slice(0, 3).map((candidate) => candidate.name);
    if ((compared += names.length) > mostComparisons) return [];
    return nearest(name, names);
  };
}

function commonEnd(a: readonly string[], b: readonly string[]): number {
  let count = 0;
  while (count < Math.min(a.length, b.length) && a[a.length - 1 - count] === b[b.length - 1 - count]) count++;
  return count;
}
