/** Runs the lint rules: what is legal, but seldom meant. */
import type { Analysis } from "../analyses/analyse.js";
import type { Program } from "../bind/program.js";
import type { Problems } from "../diagnostics/problem.js";
import type { Network } from "../network/network.js";
import { networkRules, programRules } from "./rules/index.js";

export function lintNetwork(network: Network, analysis: Analysis, problems: Problems): void {
  for (const rule of networkRules) rule.check(network, analysis, problems);
}

export function lintProgram(program: Program, problems: Problems): void {
  for (const rule of programRules) rule.check(program, problems);
}
