import type { Analysis } from "../analyses/analyse.js";
import type { Program } from "../bind/program.js";
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Problems } from "../diagnostics/problem.js";
import type { Network } from "../network/network.js";
import type { Use } from "./use.js";

/** A rule about a worked-out network, for all sizes. Its entry's examples are its test. */
export interface NetworkRule {
  readonly entry: Diagnostic;
  readonly check: (network: Network, analysis: Analysis, problems: Problems) => void;
}

/** A rule that holds for a size, a device or a budget. */
export interface UseRule {
  readonly entry: Diagnostic;
  readonly check: (network: Network, analysis: Analysis, use: Use, problems: Problems) => void;
}

/** A rule about the text of a file. */
export interface ProgramRule {
  readonly entry: Diagnostic;
  /** `set`: parameters of models that are given from outside. */
  readonly check: (program: Program, problems: Problems, set: ReadonlySet<string>) => void;
}
