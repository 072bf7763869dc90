import { lintHeadNotInputSize } from "../../diagnostics/catalogue/lint.js";
import { shapeOf } from "../../network/network.js";
import { rate, show } from "../../tensor/index.js";
import { graphOf } from "../graph.js";
import type { NetworkRule } from "../rule.js";

/** A head whose map is coarser or finer than the image. A border that valid convolutions take is no reason. */
export const headNotInputSize: NetworkRule = {
  entry: lintHeadNotInputSize,
  check(network, _analysis, problems) {
    const input = network.inputs[0];
    // A sketch that does not say which part is which is not held to it.
    if (input === undefined || !network.nodes.some(({ role }) => role === "encoder" || role === "context" || role === "decoder")) return;
    for (const { role, value, name } of network.outputs) {
      const node = graphOf(network).producer.get(value);
      if (role !== "head" || node === undefined) continue;
      const [from, to] = [shapeOf(network, input.value), shapeOf(network, value)];
      if (from.length !== 4 || to.length !== 4) continue;
      const scales = ([2, 3] as const).map((axis) => {
        const [image, map] = [rate(from[axis]!), rate(to[axis]!)];
        return image && map && image.numerator > 0 && map.numerator > 0 ? (map.numerator * image.denominator) / (map.denominator * image.numerator) : 1;
      });
      const scale = scales.find((one) => one !== 1);
      if (scale === undefined) continue;
      problems.report(lintHeadNotInputSize, node.place, {
        head: name, height: show(to[2]!, network.legal), width: show(to[3]!, network.legal), input: input.name,
      }, { trace: node.trace });
    }
  },
};
