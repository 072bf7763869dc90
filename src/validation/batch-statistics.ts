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
  const standardise = new Standardising();
  const nodes = model.nodes.flatMap((node): readonly OnnxNode[] => {
    if (node.op !== "BatchNormalization") return [node];
    const [x = "", ...rest] = node.inputs;
    const { nodes: statistics, output } = standardise.map(node, x, rank.get(x) ?? 4);
    return [...statistics, { ...node, inputs: [output, ...rest] }];
  });
  return { ...model, nodes, constants: [...model.constants, ...standardise.constants] };
}

/** Makes maps of mean 0 and variance 1 in each channel, over the batch. */
export class Standardising {
  private readonly made = new Map<string, Constant>([["eps", { name: "statistics/eps", type: "float32", shape: [], values: [1e-5] }]]);

  /** What the nodes read. */
  get constants(): readonly Constant[] {
    return [...this.made.values()];
  }

  /** The nodes, which go under the name of `node`; `variance` is [1, C, 1, 1]. */
  map(node: OnnxNode, x: string, rank: number): { readonly nodes: readonly OnnxNode[]; readonly output: string; readonly variance: string } {
    const all = Array.from({ length: rank }, (_, axis) => axis).filter((axis) => axis !== 1);
    const axes = `statistics/axes ${all.join()}`;
    this.made.set(axes, { name: axes, type: "int64", shape: [all.length], values: all });
    const keep: Readonly<Record<string, Attribute>> = { keepdims: { kind: "int", value: 1 } };
    const nodes: OnnxNode[] = [];
    const step = (op: string, inputs: readonly string[], attributes: Readonly<Record<string, Attribute>> = {}, part = op): string => {
      const output = `${node.outputs[0]}/statistics ${part}`;
      nodes.push({ op, name: `${node.name}/statistics ${part}`, inputs, outputs: [output], attributes, ...(node.doc === undefined ? {} : { doc: node.doc }) });
      return output;
    };
    const distance = step("Sub", [x, step("ReduceMean", [x, axes], keep)]);
    const variance = step("ReduceMean", [step("Mul", [distance, distance]), axes], keep, "variance");
    const output = step("Div", [distance, step("Sqrt", [step("Add", [variance, "statistics/eps"])])]);
    return { nodes, output, variance };
  }
}
