import { type ValueId, shapeOf } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorOf } from "../operators/index.js";
import { inputsOf } from "../network/network.js";
import type { Pass } from "./pass.js";
import { rewire } from "./rewire.js";

/**
 * before:  %2 = dropout(%1)       after:  %3 = conv(%1)
 *          %3 = conv(%2)
 */
export const dropIdentity: Pass = {
  name: "drop-identity",
  doc: "Leaves out steps that do nothing in inference: dropout, crops and resizes to the size that is there, scaling by 1.",
  run(network) {
    const to = new Map<ValueId, ValueId>();
    const nodes = network.nodes.filter((node) => {
      const operator = operatorOf(node);
      const from = inputsOf(node)[0];
      if (from === undefined || node.outputs.length !== 1) return true;
      if (!operator.identity(argumentsOf(node, (id) => ({ type: network.values[id]!.type.type, shape: shapeOf(network, id) })))) return true;
      to.set(node.outputs[0]!, from);
      return false;
    });
    return to.size === 0 ? network : rewire(network, nodes, to);
  },
};
