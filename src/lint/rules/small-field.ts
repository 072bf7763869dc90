import { fieldSize } from "../../analyses/geometry.js";
import { lintSmallField } from "../../diagnostics/catalogue/lint.js";
import { graphOf } from "../graph.js";
import type { UseRule } from "../rule.js";

/** An output that cannot see a whole object of the size that the author states. */
export const smallField: UseRule = {
  entry: lintSmallField,
  check(network, { geometry }, { object }, problems) {
    if (object === undefined) return;
    for (const { role, value, name } of network.outputs) {
      const node = graphOf(network).producer.get(value);
      const sizes = (geometry.get(value) ?? []).map(fieldSize).filter((size) => size !== undefined);
      const field = Math.min(...sizes);
      if (role === "head" && node !== undefined && field < object) problems.report(lintSmallField, node.place, { head: name, field, object }, { trace: node.trace });
    }
  },
};
