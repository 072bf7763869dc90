import { type NetworkNode, type ValueId, inputsOf } from "../network/network.js";
import type { Pass } from "./pass.js";

/**
 * before:  %2 = conv(%1)          after:  %3 = conv(%1)
 *          %3 = conv(%1)                  head y = %3
 *          head y = %3
 */
export const dropDeadCode: Pass = {
  name: "drop-dead-code",
  doc: "Leaves out what no output reads, with its weights.",
  run(network) {
    const needed = new Set<ValueId>(network.outputs.map((output) => output.value));
    const kept: NetworkNode[] = [];
    for (const node of [...network.nodes].reverse()) {
      if (!node.outputs.some((id) => needed.has(id))) continue;
      for (const id of inputsOf(node)) needed.add(id);
      kept.push(node);
    }
    return kept.length === network.nodes.length ? network : { ...network, nodes: kept.reverse() };
  },
};
