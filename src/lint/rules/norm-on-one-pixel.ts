import { lintNormOnOnePixel } from "../../diagnostics/catalogue/lint.js";
import { shapeOf } from "../../network/network.js";
import { operatorOf } from "../../operators/index.js";
import { constantValue } from "../../tensor/index.js";
import { oncePerCall } from "../calls.js";
import { onlyInput } from "../graph.js";
import type { NetworkRule } from "../rule.js";

/** Batch statistics of a map of one pixel: in training they come from the images of the batch alone. */
export const normOnOnePixel: NetworkRule = {
  entry: lintNormOnOnePixel,
  check(network, _analysis, problems) {
    const found = network.nodes.filter((node) => {
      if (!operatorOf(node).runningNorm || !node.parameters.some((parameter) => parameter.trainable)) return false;
      const input = onlyInput(network, node);
      return input !== undefined && shapeOf(network, input.id).slice(2).every((size) => constantValue(size) === 1);
    });
    for (const { first: { node }, notes } of oncePerCall(found.map((one) => ({ node: one }))))
      problems.report(lintNormOnOnePixel, node.place, { path: node.path }, { trace: node.trace, notes });
  },
};
