import { lintBiasBeforeNorm } from "../../diagnostics/catalogue/lint.js";
import type { NetworkNode } from "../../network/network.js";
import { operatorOf } from "../../operators/index.js";
import { oncePerCall } from "../calls.js";
import { graphOf } from "../graph.js";
import type { NetworkRule } from "../rule.js";
import { addArgument } from "../text-edits.js";

/** A learned bias that the batch normalisation behind it takes out again. */
export const biasBeforeNorm: NetworkRule = {
  entry: lintBiasBeforeNorm,
  check(network, _analysis, problems) {
    const { readers } = graphOf(network);
    const found: { node: NetworkNode; norm: NetworkNode }[] = [];
    const outputs = new Set(network.outputs.map(({ value }) => value));
    for (const node of network.nodes) {
      if (operatorOf(node).convolution === undefined || outputs.has(node.outputs[0]!)) continue;
      if (!node.parameters.some((parameter) => parameter.field === "bias" && parameter.trainable)) continue;
      const [only, ...others] = readers.get(node.outputs[0]!) ?? [];
      if (only === undefined || others.length > 0 || !operatorOf(only).runningNorm) continue;
      found.push({ node, norm: only });
    }
    for (const { first: { node, norm }, notes } of oncePerCall(found)) {
      const said = /\bbias\s*:/.test(node.place.file.text.slice(node.place.span.start, node.place.span.end));
      const edit = said ? undefined : addArgument(node.place, "bias: false");
      problems.report(lintBiasBeforeNorm, node.place, { path: node.path }, {
        trace: node.trace, notes,
        labels: [{ place: norm.place, text: "this subtracts the mean, and the bias with it" }],
        fix: edit && { title: "leave the bias out", edits: [edit], safe: false },
      });
    }
  },
};
