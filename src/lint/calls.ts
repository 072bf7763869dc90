/** Rounds of a loop, and blocks called in one, give the same finding many times: it is told once, with the others' names. */
import type { NetworkNode } from "../network/network.js";
import type { Place } from "../source/source.js";

export interface Same<Found> {
  readonly first: Found;
  /** `the same at a.1, a.2`, as notes of a problem. */
  readonly notes: readonly string[];
}

const most = 4;

/** Findings at one place of the text that was reached by the same lines, together; in the order of the first of each. */
export function oncePerCall<Found extends { readonly node: NetworkNode }>(found: readonly Found[]): readonly Same<Found>[] {
  const groups = new Map<string, [Found, ...Found[]]>();
  for (const one of found) {
    const key = [one.node.place, ...one.node.trace.map(({ place }) => place)].map(keyOf).join(" ");
    const group = groups.get(key);
    if (group) group.push(one);
    else groups.set(key, [one]);
  }
  return [...groups.values()].map(([first, ...others]) => ({ first, notes: others.length === 0 ? [] : [`the same at ${listed(others.map(({ node }) => node.path))}`] }));
}

const keyOf = ({ file, span }: Place): string => `${file.path}:${span.start}:${span.end}`;

const listed = (paths: readonly string[]): string =>
  paths.length <= most ? paths.join(", ") : `${paths.slice(0, most - 1).join(", ")} and ${paths.length - most + 1} more`;
