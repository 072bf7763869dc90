/** Who makes and who reads each value of a network. */
import { type Read, reachesOf } from "../analyses/reaches.js";
import { type NetworkNode, type Network, type NetworkOutput, type ValueId, inputsOf, valueOf } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorOf } from "../operators/index.js";

export interface Graph {
  readonly producer: ReadonlyMap<ValueId, NetworkNode>;
  readonly readers: ReadonlyMap<ValueId, readonly NetworkNode[]>;
}

const known = new WeakMap<Network, Graph>();

/** Made once for all rules. */
export function graphOf(network: Network): Graph {
  const before = known.get(network);
  if (before !== undefined) return before;
  const producer = new Map<ValueId, NetworkNode>();
  const readers = new Map<ValueId, NetworkNode[]>();
  for (const node of network.nodes) {
    for (const id of node.outputs) producer.set(id, node);
    for (const id of new Set(inputsOf(node))) {
      const list = readers.get(id);
      if (list) list.push(node);
      else readers.set(id, [node]);
    }
  }
  const graph = { producer, readers };
  known.set(network, graph);
  return graph;
}

/** What these outputs depend on. */
export function valuesBehind(network: Network, outputs: readonly NetworkOutput[]): ReadonlySet<ValueId> {
  const values = new Set<ValueId>(outputs.map((output) => output.value));
  for (let at = network.nodes.length - 1; at >= 0; at--) {
    const node = network.nodes[at]!;
    if (node.outputs.some((id) => values.has(id))) for (const id of inputsOf(node)) values.add(id);
  }
  return values;
}


/** The one tensor whose values a node reads; undefined where there are several, or none. */
export function onlyInput(network: Network, node: NetworkNode): Read | undefined {
  const [only, ...others] = reachesOf(network, node, 0);
  return others.length === 0 ? only : undefined;
}

/** Does nothing in inference, so that the graph leaves it out. */
export const isIdentity = (network: Network, node: NetworkNode): boolean => operatorOf(node).identity(argumentsOf(node, (id) => valueOf(network, id).type));
