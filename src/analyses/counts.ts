/** Parameters, running statistics and convolution layers of a network. */
import { type Network, elements, parametersOf } from "../network/network.js";
import { operatorOf } from "../operators/index.js";

export interface Counts {
  /** Trained and frozen weights; without running statistics. */
  readonly total: number;
  readonly trainable: number;
  /** Elements of running means and variances. */
  readonly buffers: number;
  /** Convolutions and transposed convolutions. */
  readonly convLayers: number;
}

export function counts(network: Network): Counts {
  let [total, trainable, buffers] = [0, 0, 0];
  for (const parameter of parametersOf(network)) {
    const size = elements(parameter.shape);
    if (parameter.buffer) buffers += size;
    else {
      total += size;
      if (parameter.trainable) trainable += size;
    }
  }
  return { total, trainable, buffers, convLayers: network.nodes.filter((node) => operatorOf(node).convolution !== undefined).length };
}
