import { lintUnusedWeights } from "../../diagnostics/catalogue/lint.js";
import { type NetworkNode, elements } from "../../network/network.js";
import type { Place } from "../../source/source.js";
import { valuesBehind } from "../graph.js";
import type { NetworkRule } from "../rule.js";

interface Group {
  readonly first: NetworkNode;
  readonly place: Place;
  steps: number;
  weights: number;
}

/** Layers with weights that neither an output nor a loss depends on. What one call leaves unread is told once, where the model calls it. */
export const unusedWeights: NetworkRule = {
  entry: lintUnusedWeights,
  check(network, _analysis, problems) {
    // What is broken may be what would have read them.
    if (network.outputs.length === 0 || problems.hasErrors) return;
    const read = valuesBehind(network, network.outputs);
    const groups = new Map<string, Group>();
    for (const node of network.nodes) {
      if (node.outputs.some((id) => read.has(id)) || node.parameters.length === 0) continue;
      const place = node.trace.at(-1)?.place ?? node.place;
      const key = `${place.file.path} ${place.span.start} ${place.span.end}`;
      const group = groups.get(key) ?? { first: node, place, steps: 0, weights: 0 };
      group.steps++;
      group.weights += weightsOf(node);
      groups.set(key, group);
    }
    for (const { first, place, steps, weights } of groups.values())
      problems.report(lintUnusedWeights, place, { path: steps === 1 ? first.path : `${first.path} and ${steps - 1} more`, weights }, {
        labels: place === first.place ? [] : [{ place: first.place, text: "the first of them" }],
      });
  },
};

const weightsOf = (node: NetworkNode): number => node.parameters.filter(({ buffer }) => !buffer).reduce((sum, { shape }) => sum + elements(shape), 0);
