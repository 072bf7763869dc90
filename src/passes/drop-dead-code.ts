import type { Pass } from "./pass.js";
import { reachable } from "./reachable.js";

/**
 * before:  %2 = conv(%1)          after:  %3 = conv(%1)
 *          %3 = conv(%1)                  head y = %3
 *          head y = %3
 */
export const dropDeadCode: Pass = {
  name: "drop-dead-code",
  doc: "Leaves out what no output reads, with its weights.",
  run: (network) => reachable(network, network.outputs).network,
};
