/**
 * The graph as it trains: batch normalisation by the statistics of the batch. With its untrained running statistics (mean 0, variance 1)
 * it does nothing, and residual networks grow without bound.
 *
 * before:  BatchNormalization(x)        after:  m = mean(x); d = x - m; BatchNormalization(d / sqrt(mean(d * d) + eps))
 */
import type { Attribute, Constant, OnnxModel, OnnxNode } from "../onnx/model.js";

export function withBatchStatistics(model: OnnxModel): OnnxModel {
  if (!model.nodes.some(({ op }) => op === "BatchNormalization")) return model;
  const rank = new Map([...model.values, ...model.inputs, ...model.outputs].map(({ name, shape }) => [name, shape.length]));
  const keep: Readonly<Record<string, Attribute>> = { keepdims: { kind: "int", value: 1 } };
  const constants: Constant[] = [...model.constants, { name: "statistics/eps", type: "float32", shape: [], values: [1e-5] }];
  const nodes = model.nodes.flatMap((node): readonly OnnxNode[] => {
    if (node.op !== "BatchNormalization") return [node];
    const [x = "", ...rest] = node.inputs;
    const all = Array.from({ length: rank.get(x) ?? 4 }, (_, axis) => axis).filter((axis) => axis !== 1);
    const axes = `statistics/axes ${all.join()}`;
    if (!constants.some(({ name }) => name === axes)) constants.push({ name: axes, type: "int64", shape: [all.length], values: all });
    const step = (op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, part = op): OnnxNode =>
      ({ op, name: `${node.name}/statistics ${part}`, inputs, outputs: [`${node.outputs[0]}/statistics ${part}`], attributes, ...(node.doc === undefined ? {} : { doc: node.doc }) });
    const mean = step("ReduceMean", [x, axes], keep);
    const distance = step("Sub", [x, mean.outputs[0]!]);
    const square = step("Mul", [distance.outputs[0]!, distance.outputs[0]!]);
    const variance = step("ReduceMean", [square.outputs[0]!, axes], keep, "variance");
    const safe = step("Add", [variance.outputs[0]!, "statistics/eps"]);
    const root = step("Sqrt", [safe.outputs[0]!]);
    const normal = step("Div", [distance.outputs[0]!, root.outputs[0]!]);
    return [mean, distance, square, variance, safe, root, normal, { ...node, inputs: [normal.outputs[0]!, ...rest] }];
  });
  return { ...model, nodes, constants };
}
