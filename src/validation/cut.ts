/** A part of a graph: what lies between some of its values, which become inputs, and others, which become outputs. */
import type { OnnxModel, ValueInfo } from "../onnx/model.js";

export function cut(model: OnnxModel, from: readonly ValueInfo[], to: readonly string[]): OnnxModel {
  const given = new Set(from.map(({ name }) => name));
  const maker = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  const needed = new Set<string>();
  const visit = (name: string): void => {
    if (name === "" || needed.has(name)) return;
    needed.add(name);
    if (!given.has(name)) maker.get(name)?.inputs.forEach(visit);
  };
  to.forEach(visit);
  const infos = new Map([...model.values, ...model.outputs, ...model.inputs].map((info) => [info.name, info]));
  const nodes = model.nodes.filter((node) => node.outputs.some((name) => needed.has(name) && !given.has(name)));
  return {
    ...model,
    inputs: [...from, ...model.inputs.filter(({ name }) => needed.has(name) && !given.has(name))],
    outputs: to.map((name) => infos.get(name) ?? { name, type: "float32", shape: [] }),
    values: [],
    nodes,
    constants: model.constants.filter(({ name }) => needed.has(name)),
    weights: model.weights.filter(({ name }) => needed.has(name)),
    metadata: [],
  };
}
