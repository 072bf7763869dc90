import { lintDilationHoles } from "../../diagnostics/catalogue/lint.js";
import type { Problems } from "../../diagnostics/problem.js";
import type { Network, NetworkNode } from "../../network/network.js";
import { coverage, listed, missing, nameOf, rateOf, span, stretchEnds } from "../coverage.js";
import type { NetworkRule } from "../rule.js";

/** A stack of at least two dilated windows that skips elements between those that it reads: exact, by listing what is read. */
export const dilationHoles: NetworkRule = {
  entry: lintDilationHoles,
  check(network, _analysis, problems) {
    const dilated = network.nodes.filter((node) => rateOf(node, 0) > 1 || rateOf(node, 1) > 1);
    if (dilated.length === 0) return;
    const reported = new Set<NetworkNode>();
    along(network, 0, reported, problems);
    if (dilated.some((node) => rateOf(node, 0) !== rateOf(node, 1))) along(network, 1, reported, problems);
  },
};

function along(network: Network, axis: 0 | 1, reported: Set<NetworkNode>, problems: Problems): void {
  const covered = coverage(network, axis);
  for (const id of stretchEnds(network, covered)) {
    const { read, windows, source } = covered.get(id)!;
    const last = windows?.last;
    if (read === undefined || read.length < 2 || last === undefined || windows!.dilated < 2 || reported.has(last)) continue;
    reported.add(last);
    const rates = listed(windows).map((node) => rateOf(node, axis));
    problems.report(lintDilationHoles, last.place, {
      rates: `${rates.length < windows!.length ? "... " : ""}${rates.join(", ")}`, span: span(read), missing: missing(read), tensor: nameOf(network, source),
    }, { trace: last.trace, notes: hdc(rates) });
  }
}

/** The design rule of Wang et al. for three taps: the largest distance between taps seen from the second layer. */
function hdc(rates: readonly number[]): readonly string[] {
  if (rates.length < 2) return [];
  let distance = rates.at(-1)!;
  for (const rate of rates.slice(1, -1).reverse()) distance = Math.max(distance - 2 * rate, 2 * rate - distance, rate);
  return [`hybrid dilated convolution asks for a first rate of 1 and M2 <= 3; here the first rate is ${rates[0]} and M2 = ${distance}`];
}
