import { type Network, type NetworkNode, type NetworkOutput, type ValueId, inputsOf } from "../network/network.js";

/** The nodes that these outputs depend on, in order, and every value on the way. */
export function reachable(network: Network, outputs: readonly NetworkOutput[]): { readonly nodes: readonly NetworkNode[]; readonly values: ReadonlySet<ValueId> } {
  const values = new Set<ValueId>(outputs.map((output) => output.value));
  const nodes: NetworkNode[] = [];
  for (const node of [...network.nodes].reverse()) {
    if (!node.outputs.some((id) => values.has(id))) continue;
    for (const id of inputsOf(node)) values.add(id);
    nodes.push(node);
  }
  return { nodes: nodes.reverse(), values };
}
