import type { Network, ValueId } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorNamed } from "../operators/index.js";
import { type Range, anything } from "../operators/range.js";

/** Bounds of every value of the network, whatever its weights; nothing is taken for granted of its inputs. */
export function ranges(network: Network): ReadonlyMap<ValueId, Range> {
  const found = new Map<ValueId, Range>();
  const rangeOf = (id: ValueId): Range => found.get(id) ?? anything;
  for (const node of network.nodes) {
    const range = operatorNamed.get(node.operator)!.range(argumentsOf(node, rangeOf));
    for (const id of node.outputs) found.set(id, range);
  }
  return found;
}
