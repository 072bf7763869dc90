import { lintCheckerboard } from "../../diagnostics/catalogue/lint.js";
import { operatorNamed } from "../../operators/index.js";
import type { NetworkRule } from "../rule.js";

/** A learned upsampling whose kernel the stride does not divide (Odena, Dumoulin, Olah 2016). */
export const checkerboard: NetworkRule = {
  entry: lintCheckerboard,
  check(network, _analysis, problems) {
    for (const node of network.nodes) {
      if (operatorNamed.get(node.operator)!.convolution !== "in-first" || !node.parameters.some((parameter) => parameter.trainable)) continue;
      const { kernel, stride } = node.attributes as { kernel: readonly number[]; stride: readonly number[] };
      const axis = kernel.findIndex((size, at) => size % stride[at]! !== 0);
      if (axis >= 0) problems.report(lintCheckerboard, node.place, { kernel: kernel[axis]!, stride: stride[axis]! }, { trace: node.trace });
    }
  },
};
