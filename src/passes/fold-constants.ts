import { type NetworkNode, type ValueId, inputsOf, shapeOf } from "../network/network.js";
import { operatorOf } from "../operators/index.js";
import { constant, constantValue } from "../tensor/index.js";
import { argumentsOf } from "../network/operands.js";
import type { Pass } from "./pass.js";

/** Larger results stay a computation: a graph should not carry megabytes that a node makes. */
const mostElements = 65_536;

/**
 * before:  %1 = constant([2], shape: [1, 3, 1, 1])     after:  %2 = constant([0.5, ...], shape: [1, 3, 1, 1])
 *          %2 = scale(%1, factor: 0.25)
 */
export const foldConstants: Pass = {
  name: "fold-constants",
  doc: "Works out steps whose inputs are all constants.",
  run(network) {
    const known = new Map<ValueId, Float64Array>();
    let changed = false;
    const nodes = network.nodes.map((node): NetworkNode => {
      const operator = operatorOf(node);
      const inputs = inputsOf(node);
      const out = node.outputs[0]!;
      if (!operator.fold || node.outputs.length !== 1 || !inputs.every((id) => known.has(id))) return node;
      const shape = shapeOf(network, out).map(constantValue);
      if (!shape.every((size) => size !== undefined) || shape.reduce((a, b) => a * b, 1) > mostElements) return node;
      // Elementwise rules see values in order; a repeated operand would need its shape too.
      const sameSize = inputs.every((id) => shapeOf(network, id).length === shape.length && shapeOf(network, id).every((dim, axis) => constantValue(dim) === shape[axis]));
      if (!sameSize) return node;
      const values = operator.fold(argumentsOf(node, (id) => ({ type: network.values[id]!.type.type, shape: shapeOf(network, id), values: known.get(id)! })));
      known.set(out, values);
      if (inputs.length === 0) return node;
      changed = true;
      return { ...node, operator: "constant", inputs: {}, attributes: { values: [...values], shape: shape.map(constant) } };
    });
    return changed ? { ...network, nodes } : network;
  },
};
