/** The rules for one use of a network that has been checked already: what the command line asks about it. */
import type { Analysis } from "../analyses/analyse.js";
import { type Problem, Problems } from "../diagnostics/problem.js";
import type { Network } from "../network/network.js";
import { withoutIgnoredInText } from "./ignore.js";
import { lintUse } from "./lint.js";
import type { Use } from "./use.js";

export interface Checked {
  readonly network: Network;
  readonly analysis: Analysis;
  /** The sizes that were asked for, by symbol. */
  readonly sizes: Readonly<Record<string, number>>;
}

export function problemsInUse({ network, analysis, sizes }: Checked, use: Use): readonly Problem[] {
  const fixed = Object.keys(sizes);
  if (Object.keys(use).length === 0 && fixed.length === 0) return [];
  const problems = new Problems();
  lintUse(network, analysis, { sizes: { ...analysis.typical, ...sizes }, fixed, guessed: fixed.length === 0, ...use }, problems);
  return withoutIgnoredInText(problems.list);
}
