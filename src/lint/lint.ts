/** Runs the lint rules: what is legal, but seldom meant. */
import type { Analysis } from "../analyses/analyse.js";
import type { Program } from "../bind/program.js";
import type { Problems } from "../diagnostics/problem.js";
import type { Network } from "../network/network.js";
import { networkRules, programRules, useRules } from "./rules/index.js";
import type { Use } from "./use.js";

/** `network`: as its author wrote it, with losses and what no output reads. */
export function lintNetwork(network: Network, analysis: Analysis, use: Use, problems: Problems): void {
  for (const rule of networkRules) rule.check(network, analysis, problems);
  for (const rule of useRules) rule.check(network, analysis, use, problems);
}

export function lintProgram(program: Program, set: ReadonlySet<string>, problems: Problems): void {
  // What is broken may be what would have used a name.
  if (problems.hasErrors) return;
  for (const rule of programRules) rule.check(program, problems, set);
}
