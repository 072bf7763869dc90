import type { Network, NetworkNode, ValueId } from "../network/network.js";

/** Reads of the old values become reads of the new ones, in nodes and outputs. */
export function rewire(network: Network, nodes: readonly NetworkNode[], to: ReadonlyMap<ValueId, ValueId>): Network {
  const target = (id: ValueId): ValueId => {
    let at = id;
    for (let next = to.get(at); next !== undefined; next = to.get(at)) at = next;
    return at;
  };
  return {
    ...network,
    nodes: nodes.map((node) => ({
      ...node,
      inputs: Object.fromEntries(
        Object.entries(node.inputs).map(([name, input]) => [name, input === undefined ? undefined : typeof input === "number" ? target(input) : input.map(target)]),
      ),
    })),
    outputs: network.outputs.map((output) => ({ ...output, value: target(output.value) })),
  };
}
