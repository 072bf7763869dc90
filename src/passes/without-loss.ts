/** The network as it is used: without its losses and without the inputs that only they read. */
import type { Network } from "../network/network.js";
import { reachable } from "./reachable.js";

export function withoutLoss(network: Network): Network {
  const outputs = network.outputs.filter((output) => output.role !== "loss");
  if (outputs.length === network.outputs.length) return network;
  const { network: used, values } = reachable(network, outputs);
  return { ...used, inputs: network.inputs.filter((input) => values.has(input.value)) };
}
