import { type Network, type NetworkNode, type ValueId, inputsOf, shapeOf, valueOf } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorOf } from "../operators/index.js";
import type { Attribute } from "../operators/parameters.js";
import { equalOn } from "../tensor/index.js";
import type { Pass } from "./pass.js";

/**
 * before:  %2, %3 = maxpool_indices(%1)        after:  %2 = maxpool(%1)
 *          %5 = unpool(%4, %3, like: %1)               %5 = unpool_by_mask(%4, %2, %1)
 *
 * Where windows tile the map and nothing else reads the indices. Neither WebGPU nor CUDA runs what indices need; this runs everywhere.
 */
export const unpoolByMask: Pass = {
  name: "unpool-by-mask",
  doc: "Unpools without indices: the places of the maxima are found again, as GPUs have no kernels for unpooling by index.",
  run(network) {
    const pairs = maskedPools(network);
    if (pairs.size === 0) return network;
    const poolOf = new Map([...pairs.keys()].map((pool) => [pool.outputs[1]!, pool]));
    const nodes = network.nodes.map((node): NetworkNode => {
      if (pairs.has(node)) return { ...node, operator: operatorOf(node).indexed!.plain, outputs: node.outputs.slice(0, 1) };
      const { byMask } = operatorOf(node);
      const pool = byMask === undefined ? undefined : poolOf.get(node.inputs["indices"] as ValueId);
      if (byMask === undefined || pool === undefined) return node;
      return { ...node, operator: byMask, inputs: { x: node.inputs["x"], pooled: pool.outputs[0]!, source: pool.inputs["x"] }, attributes: pairs.get(pool)! };
    });
    return { ...network, nodes };
  },
};

/** The poolings whose indices need not be kept, with the arguments that find the places again. */
export function maskedPools(network: Network): ReadonlyMap<NetworkNode, Readonly<Record<string, Attribute>>> {
  const found = new Map<NetworkNode, Readonly<Record<string, Attribute>>>();
  for (const node of network.nodes) {
    const again = operatorOf(node).indexed?.again(argumentsOf(node, (id) => valueOf(network, id).type));
    if (again) found.set(node, again);
  }
  if (found.size === 0) return found;
  const poolOf = new Map([...found.keys()].map((pool) => [pool.outputs[1]!, pool]));
  for (const { value } of network.outputs) found.delete(poolOf.get(value)!);
  for (const node of network.nodes)
    for (const id of inputsOf(node)) {
      const pool = poolOf.get(id);
      if (pool && !(operatorOf(node).byMask !== undefined && sameSize(network, pool.inputs["x"] as ValueId, node.inputs["like"] as ValueId))) found.delete(pool);
    }
  return found;
}

const sameSize = (network: Network, a: ValueId, b: ValueId): boolean =>
  [2, 3].every((axis) => equalOn(network.legal, shapeOf(network, a)[axis]!, shapeOf(network, b)[axis]!) === true);
