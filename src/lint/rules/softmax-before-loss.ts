import { lintSoftmaxBeforeLoss } from "../../diagnostics/catalogue/lint.js";
import type { NetworkNode } from "../../network/network.js";
import { operatorOf } from "../../operators/index.js";
import { graphOf, isIdentity, onlyInput } from "../graph.js";
import type { NetworkRule } from "../rule.js";

/** These give probabilities, or their logarithms; a loss on logits takes the softmax itself. */
const normalising: ReadonlySet<string> = new Set(["softmax", "log_softmax", "sigmoid"]);

/** A loss that expects logits and gets probabilities. */
export const softmaxBeforeLoss: NetworkRule = {
  entry: lintSoftmaxBeforeLoss,
  check(network, _analysis, problems) {
    const { producer } = graphOf(network);
    for (const node of network.nodes) {
      const { x } = node.inputs;
      if (operatorOf(node).group !== "loss" || typeof x !== "number") continue;
      let from: NetworkNode | undefined = producer.get(x);
      // Resizing or cropping probabilities leaves them probabilities.
      while (from !== undefined && !normalising.has(from.operator)) {
        const input = operatorOf(from).group === "resampling" || isIdentity(network, from) ? onlyInput(network, from) : undefined;
        from = input && producer.get(input.id);
      }
      if (from === undefined) continue;
      problems.report(lintSoftmaxBeforeLoss, node.place, { loss: node.operator, activation: from.operator }, {
        trace: node.trace, labels: [{ place: from.place, text: "the logits end here" }],
      });
    }
  },
};
