import { lintDoubleResize } from "../../diagnostics/catalogue/lint.js";
import { type Network, type NetworkNode, shapeOf } from "../../network/network.js";
import { sameFunction } from "../../tensor/index.js";
import { operatorOf } from "../../operators/index.js";
import { graphOf, onlyInput } from "../graph.js";
import type { NetworkRule } from "../rule.js";

/** An interpolation of an interpolation, with nothing in between. */
export const doubleResize: NetworkRule = {
  entry: lintDoubleResize,
  check(network, _analysis, problems) {
    const { producer, readers } = graphOf(network);
    for (const node of network.nodes) {
      const input = interpolated(network, node);
      const first = input === undefined ? undefined : producer.get(input);
      if (input === undefined || first === undefined || interpolated(network, first) === undefined || readers.get(input)!.length > 1) continue;
      problems.report(lintDoubleResize, node.place, {}, { trace: node.trace, labels: [{ place: first.place, text: "the first of the two" }] });
    }
  },
};

/** What an interpolation reads. Pooling to a size is none, and neither is moving channels into the plane. */
function interpolated(network: Network, node: NetworkNode): number | undefined {
  const input = onlyInput(network, node);
  if (input?.reach.kind !== "resample" || operatorOf(node).group !== "resampling") return undefined;
  return sameFunction(shapeOf(network, input.id)[1]!, shapeOf(network, node.outputs[0]!)[1]!) ? input.id : undefined;
}
