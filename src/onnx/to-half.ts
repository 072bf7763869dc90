/**
 * The same network computing in float16: half the weights, half the traffic. Inputs and outputs stay float32, so that
 * whoever runs it sees no difference but the rounding.
 *
 *     image (float32) -> Cast -> float16 ... float16 -> Cast -> logits (float32)
 *
 * Sizes that are worked out in the graph stay what they are; where one of their float32 values meets a feature map, it is cast.
 */
import type { Constant, ElementType, OnnxModel, OnnxNode } from "./model.js";

/** Inputs that ONNX wants as float32 whatever the others are. */
const alwaysSingle: Readonly<Record<string, readonly number[]>> = { Resize: [1, 2] };
const comparisons = new Set(["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual", "And", "Or", "Not"]);

export function toHalf(model: OnnxModel): OnnxModel {
  const taken = new Set([
    ...model.inputs, ...model.outputs, ...model.weights, ...model.constants,
  ].map(({ name }) => name).concat(model.nodes.flatMap(({ outputs, name }) => [...outputs, name])));
  const fresh = (wanted: string): string => {
    let name = wanted;
    for (let count = 2; taken.has(name); count++) name = `${wanted}_${count}`;
    taken.add(name);
    return name;
  };
  const types = new Map<string, ElementType>();
  const nodes: OnnxNode[] = [];
  const halves: Constant[] = [];
  const constants = new Map(model.constants.map((constant) => [constant.name, constant]));
  for (const { name, type } of [...model.constants, ...model.inputs]) types.set(name, type);
  for (const { name } of model.weights) types.set(name, "float16");

  const cast = (from: string, to: string, type: ElementType, doc?: string): void =>
    void nodes.push({ op: "Cast", name: fresh(`node ${to}/Cast`), inputs: [from], outputs: [to], attributes: { to: { kind: "type", value: type } }, ...(doc === undefined ? {} : { doc }) });

  /** The name under which a value is read inside: its float16 form for float32 inputs of the graph. */
  const inside = new Map<string, string>();
  for (const { name, type } of model.inputs) {
    if (type !== "float32") continue;
    const half = fresh(`${name}/half`);
    cast(name, half, "float16", `${name} in half precision`);
    types.set(half, "float16");
    inside.set(name, half);
  }

  const asHalf = new Map<string, string>();
  const halfOf = (name: string): string => {
    const known = asHalf.get(name);
    if (known !== undefined) return known;
    const half = fresh(`${name}/half`);
    const constant = constants.get(name);
    if (constant) halves.push({ ...constant, name: half, type: "float16" });
    else cast(name, half, "float16");
    asHalf.set(name, half);
    return half;
  };

  const outputNames = new Set(model.outputs.map(({ name }) => name));
  for (const node of model.nodes) {
    const single = alwaysSingle[node.op] ?? [];
    const read = node.inputs.map((name, index) => (single.includes(index) ? name : (inside.get(name) ?? name)));
    const half = node.op !== "Shape" && read.some((name, index) => !single.includes(index) && types.get(name) === "float16");
    const inputs = half ? read.map((name, index) => (types.get(name) === "float32" && !single.includes(index) ? halfOf(name) : name)) : read;
    const outputs = node.outputs.map((name, index) => {
      const type = outputType(node, index, inputs.map((input) => types.get(input)), half);
      if (type !== "float16" || !outputNames.has(name)) return types.set(name, type), name;
      const renamed = fresh(`${name}/half`);
      types.set(renamed, type);
      inside.set(name, renamed);
      return renamed;
    });
    nodes.push({ ...node, inputs, outputs });
  }
  for (const { name, doc } of model.outputs) if (inside.has(name)) cast(inside.get(name)!, name, "float32", doc);

  const usedConstants = new Set(nodes.flatMap(({ inputs }) => inputs));
  return {
    ...model,
    nodes,
    constants: [...model.constants.filter(({ name }) => usedConstants.has(name)), ...halves],
    weights: model.weights.map((weight) => ({ ...weight, type: "float16" as const })),
    values: model.values.map((value) => ({ ...value, type: types.get(value.name) ?? value.type })),
    metadata: [...model.metadata, ["segc.precision", "float16"]],
  };
}

function outputType(node: OnnxNode, index: number, inputs: readonly (ElementType | undefined)[], half: boolean): ElementType {
  const to = node.attributes["to"];
  if (node.op === "Cast" && to?.kind === "type") return to.value;
  if (node.op === "Shape" || node.op === "ArgMax" || (node.op === "MaxPool" && index === 1)) return "int64";
  if (comparisons.has(node.op)) return "bool";
  if (half) return "float16";
  return inputs[node.op === "Where" ? 1 : 0] ?? "float32";
}
