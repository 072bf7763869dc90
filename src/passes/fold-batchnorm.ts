import type { FoldedFrom, Network, NetworkNode, Parameter, ValueId } from "../network/network.js";
import { operatorNamed } from "../operators/index.js";
import type { Pass } from "./pass.js";
import { rewire } from "./rewire.js";

/**
 * before:  %2 = conv(%1)          after:  %3 = conv(%1)   # weight * s, (bias - mean) * s + shift
 *          %3 = batchnorm(%2)                              # s = scale / sqrt(variance + eps)
 *
 * Only where the norm is the convolution's sole reader. The new weights are worked out while they are written.
 */
export const foldBatchNorm: Pass = {
  name: "fold-batchnorm",
  doc: "Moves batch normalisation into the convolution before it (on request: the weights change, the function does not).",
  run(network) {
    const readers = countReaders(network);
    const producer = new Map<ValueId, NetworkNode>();
    for (const node of network.nodes) for (const id of node.outputs) producer.set(id, node);
    const to = new Map<ValueId, ValueId>();
    const replaced = new Map<NetworkNode, NetworkNode | undefined>();
    for (const norm of network.nodes) {
      const read = norm.inputs["x"];
      if (!operatorNamed.get(norm.operator)!.runningNorm || typeof read !== "number") continue;
      const conv = producer.get(read);
      const axis = conv && operatorNamed.get(conv.operator)!.convolution;
      if (!conv || !axis || readers.get(read) !== 1 || replaced.has(conv)) continue;
      replaced.set(conv, folded(conv, norm, axis));
      replaced.set(norm, undefined);
      to.set(norm.outputs[0]!, read);
    }
    if (to.size === 0) return network;
    const nodes = network.nodes.flatMap((node) => (replaced.has(node) ? (replaced.get(node) ?? []) : node));
    return rewire(network, nodes, to);
  },
};

function countReaders(network: Network): Map<ValueId, number> {
  const readers = new Map<ValueId, number>();
  const read = (id: ValueId): void => void readers.set(id, (readers.get(id) ?? 0) + 1);
  for (const node of network.nodes)
    for (const input of Object.values(node.inputs)) (typeof input === "number" ? [input] : (input ?? [])).forEach(read);
  for (const output of network.outputs) read(output.value);
  return readers;
}

function folded(conv: NetworkNode, norm: NetworkNode, axis: "out-first" | "in-first"): NetworkNode {
  const of = (node: NetworkNode, field: string): Parameter | undefined => node.parameters.find((parameter) => parameter.field === field);
  const weight = of(conv, "weight")!;
  const bias = of(conv, "bias");
  const channels = of(norm, "weight")!.shape;
  const from = (part: "weight" | "bias"): FoldedFrom => ({
    part, axis, weight, bias,
    groups: Number(conv.attributes["groups"] ?? 1),
    scale: of(norm, "weight")!, shift: of(norm, "bias")!, mean: of(norm, "running_mean")!, variance: of(norm, "running_var")!,
    eps: Number(norm.attributes["eps"]),
  });
  return {
    ...conv,
    attributes: { ...conv.attributes, bias: true },
    parameters: [
      { ...weight, folded: from("weight") },
      { name: `${conv.path}.bias`, field: "bias", shape: channels, initial: { kind: "constant", value: 0 }, trainable: weight.trainable, buffer: false, folded: from("bias") },
    ],
  };
}
