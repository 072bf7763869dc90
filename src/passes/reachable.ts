import { type Network, type NetworkOutput, type NetworkNode, type ValueId, inputsOf } from "../network/network.js";
import { type Domain, restrict } from "../tensor/index.js";

/** The network that these outputs depend on. What is left out no longer limits the input sizes. */
export function reachable(network: Network, outputs: readonly NetworkOutput[]): { readonly network: Network; readonly values: ReadonlySet<ValueId> } {
  const values = new Set<ValueId>(outputs.map((output) => output.value));
  const nodes: NetworkNode[] = [];
  for (const node of [...network.nodes].reverse()) {
    if (!node.outputs.some((id) => values.has(id))) continue;
    for (const id of inputsOf(node)) values.add(id);
    nodes.push(node);
  }
  if (nodes.length === network.nodes.length) return { network: { ...network, outputs }, values };
  const kept = new Set(nodes);
  const dropped = new Set(network.nodes.filter((node) => !kept.has(node)).map((node) => node.path));
  const demands = network.demands.filter((demand) => !dropped.has(demand.path));
  const legal = demands.reduce<Domain>((domain, demand) => (demand.strictness === "runs" ? restrict(domain, demand.condition).domain : domain), network.claimed);
  return { network: { ...network, outputs, nodes: nodes.reverse(), demands, legal }, values };
}
