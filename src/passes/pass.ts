import type { Network } from "../network/network.js";

/** A rewrite of the network. It takes and gives a whole, verified network; the comment of each pass is its picture. */
export interface Pass {
  readonly name: string;
  readonly doc: string;
  readonly run: (network: Network) => Network;
}
