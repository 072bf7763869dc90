/** How each node looks into the tensors that it reads: worked out once for all who ask. */
import { type Network, type NetworkNode, type ValueId, valueOf } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorOf } from "../operators/index.js";
import type { Reach } from "../operators/reach.js";

export interface Read {
  readonly id: ValueId;
  readonly reach: Reach;
}

type AlongBoth = readonly [readonly Read[], readonly Read[]];

/** By the values, whose sizes the reach depends on: a network and what is left of it without its losses share them. */
const known = new WeakMap<Network["values"], Map<NetworkNode, AlongBoth>>();

/** The tensors that a node reads for their values, with how it looks into them along height (0) or width (1). */
export function reachesOf(network: Network, node: NetworkNode, axis: 0 | 1): readonly Read[] {
  let nodes = known.get(network.values);
  if (nodes === undefined) known.set(network.values, (nodes = new Map()));
  let found = nodes.get(node);
  if (found === undefined) nodes.set(node, (found = workOut(network, node)));
  return found[axis];
}

function workOut(network: Network, node: NetworkNode): AlongBoth {
  const operator = operatorOf(node);
  const a = argumentsOf(node, (id) => valueOf(network, id).type);
  const along = (axis: 0 | 1): readonly Read[] => {
    const reads: Read[] = [];
    for (const name in node.inputs) {
      const input = node.inputs[name];
      if (input === undefined) continue;
      const reach = operator.reach(a, axis, name);
      if (reach.kind === "none") continue;
      if (typeof input === "number") reads.push({ id: input, reach });
      else for (const id of input) reads.push({ id, reach });
    }
    return reads;
  };
  return [along(0), along(1)];
}
