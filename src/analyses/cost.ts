/** Multiply-accumulates and activation memory at one input size. */
import { type Network, type NetworkNode, type ValueId, inputsOf, valueOf } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorOf } from "../operators/index.js";
import { DimLimit, constant, evaluate, evaluateShape } from "../tensor/index.js";

export type Sizes = Readonly<Record<string, number>>;

export interface Cost {
  /** Convolutions and matrix products only; FLOPs are 2 x MACs. */
  readonly macs: number;
  /** All activations together, as float32 (int64 for indices), in bytes. */
  readonly activationBytes: number;
  /** Largest sum of activations that are alive at the same time, steps run in order, in bytes. */
  readonly peakBytes: number;
}

const bytesPerElement = { float32: 4, int64: 8, bool: 1 } as const;

/** Of one step; Infinity beyond 2^53, where a count would no longer be exact. */
export function macsOf(network: Network, node: NetworkNode, sizes: Sizes): number {
  const operand = (id: ValueId) => {
    const { type, shape } = valueOf(network, id).type;
    return { type, shape: evaluateShape(shape, sizes).map(constant) };
  };
  return exactly(() => {
    const dim = operatorOf(node).macs(argumentsOf(node, operand), operand(node.outputs[0]!));
    return dim === undefined ? 0 : evaluate(dim, sizes);
  });
}

function exactly(count: () => number): number {
  try {
    return count();
  } catch (error) {
    if (error instanceof DimLimit) return Infinity;
    throw error;
  }
}

export const bytesOf = (network: Network, id: ValueId, sizes: Sizes): number => {
  const { type, shape } = valueOf(network, id).type;
  return evaluateShape(shape, sizes).reduce((a, b) => a * b, 1) * bytesPerElement[type];
};

export function cost(network: Network, sizes: Sizes): Cost {
  const lastRead = new Map<ValueId, number>();
  for (const [index, node] of network.nodes.entries()) for (const id of inputsOf(node)) lastRead.set(id, index);
  for (const output of network.outputs) lastRead.set(output.value, network.nodes.length);
  let macs = 0;
  let activationBytes = 0;
  let alive = network.inputs.reduce((sum, input) => sum + bytesOf(network, input.value, sizes), 0);
  let peakBytes = alive;
  for (const [index, node] of network.nodes.entries()) {
    macs += macsOf(network, node, sizes);
    for (const id of node.outputs) {
      const bytes = bytesOf(network, id, sizes);
      activationBytes += bytes;
      alive += bytes;
    }
    peakBytes = Math.max(peakBytes, alive);
    for (const id of new Set([...inputsOf(node), ...node.outputs])) if ((lastRead.get(id) ?? index) === index) alive -= bytesOf(network, id, sizes);
  }
  return { macs, activationBytes, peakBytes };
}
