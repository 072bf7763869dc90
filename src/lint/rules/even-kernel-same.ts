import { reachesOf } from "../../analyses/reaches.js";
import { lintEvenKernelSame } from "../../diagnostics/catalogue/lint.js";
import { onlyInput } from "../graph.js";
import type { NetworkRule } from "../rule.js";

/** `same` cannot put an odd number of zeros evenly around a map: the result lies half an element off. */
export const evenKernelSame: NetworkRule = {
  entry: lintEvenKernelSame,
  check(network, _analysis, problems) {
    for (const node of network.nodes) {
      if (node.attributes["padding"] !== "same" || onlyInput(network, node)?.reach.kind !== "window") continue;
      for (const axis of [0, 1] as const) {
        const [only] = reachesOf(network, node, axis);
        if (only?.reach.kind !== "window") continue;
        const { kernel, dilation } = only.reach;
        const zeros = dilation * (kernel - 1);
        if (zeros % 2 === 0) continue;
        problems.report(lintEvenKernelSame, node.place, { kernel, before: (zeros - 1) / 2, after: (zeros + 1) / 2 }, { trace: node.trace });
        break;
      }
    }
  },
};
