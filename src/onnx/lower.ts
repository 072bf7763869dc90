/** Network -> ONNX: names, documentation, shapes of all values, and the nodes that each operator writes for itself. */
import { type Network, type NetworkValue, type ValueId, parametersOf, valueOf } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorOf } from "../operators/index.js";
import type { NamedOperand } from "../operators/operator.js";
import { positionOf } from "../source/source.js";
import { type Dim, constantValue, show, symbolsOf } from "../tensor/index.js";
import { GraphBuilder } from "./graph-builder.js";
import type { Dimension, OnnxModel, ValueInfo } from "./model.js";

export interface LowerOptions {
  readonly opset: number;
  readonly irVersion: number;
  readonly producerVersion: string;
  readonly metadata: readonly (readonly [string, string])[];
}

export function lower(network: Network, options: LowerOptions): OnnxModel {
  const names = nameValues(network);
  const parameters = parametersOf(network);
  const builder = new GraphBuilder([...names.values(), ...parameters.map(({ name }) => name), ...network.outputs.map(({ name }) => name)], network.legal, symbolSources(network));
  const operand = (id: ValueId): NamedOperand => ({ ...valueOf(network, id).type, name: names.get(id)! });

  for (const node of network.nodes) {
    builder.path = node.path;
    builder.doc = documentation(node.place);
    const owned = Object.fromEntries(
      node.parameters.map((parameter) => [
        parameter.field,
        { name: parameter.name, type: "float32" as const, shape: parameter.shape.map((value): Dim => ({ kind: "constant", value })) },
      ]),
    );
    operatorOf(node).lower(argumentsOf(node, operand), { outputs: node.outputs.map(operand), owned }, builder);
  }
  // A value that is an input or an output under two names needs a node of its own.
  const outputs = network.outputs.map((output): ValueInfo => {
    if (names.get(output.value) !== output.name) {
      builder.path = output.name;
      builder.doc = `${output.role} ${output.name}`;
      builder.node("Identity", [names.get(output.value)], {}, [output.name]);
    }
    return { ...info(network, valueOf(network, output.value), output.name), doc: output.role };
  });

  const inputIds = new Set(network.inputs.map((input) => input.value));
  const outputNames = new Set(network.outputs.map((output) => output.name));
  const made = network.nodes.flatMap((node) => node.outputs).filter((id) => !inputIds.has(id) && !outputNames.has(names.get(id)!));
  return {
    name: network.name,
    doc: network.doc,
    opset: options.opset,
    irVersion: options.irVersion,
    producerVersion: options.producerVersion,
    inputs: network.inputs.map((input) => ({ ...info(network, valueOf(network, input.value), input.name), ...(input.doc ? { doc: input.doc } : {}) })),
    outputs,
    values: made.map((id) => info(network, valueOf(network, id), names.get(id)!)),
    nodes: builder.nodes,
    constants: builder.constants,
    weights: parameters.map(({ name, shape }) => ({ name, shape })),
    metadata: options.metadata,
  };
}

/** Outputs are called what the author calls them; a value whose path is taken gets its operator's name behind it. */
function nameValues(network: Network): Map<ValueId, string> {
  const names = new Map<ValueId, string>();
  const taken = new Set(parametersOf(network).map(({ name }) => name));
  for (const input of network.inputs) {
    names.set(input.value, input.name);
    taken.add(input.name);
  }
  for (const output of network.outputs)
    if (!names.has(output.value) && !taken.has(output.name)) {
      names.set(output.value, output.name);
      taken.add(output.name);
    }
  for (const output of network.outputs) taken.add(output.name);
  for (const node of network.nodes)
    for (const id of node.outputs) {
      if (names.has(id)) continue;
      let name = valueOf(network, id).name;
      if (taken.has(name)) name = `${name}.${node.operator}`;
      for (let count = 2; taken.has(name); count++) name = `${valueOf(network, id).name}.${node.operator}${count}`;
      names.set(id, name);
      taken.add(name);
    }
  return names;
}

const info = (network: Network, value: NetworkValue, name: string): ValueInfo => ({
  name,
  type: value.type.type,
  shape: value.type.shape.map((dim): Dimension => constantValue(dim) ?? show(dim, network.legal)),
});

/** Input axes that are a bare symbol. */
function symbolSources(network: Network): ReadonlyMap<string, { readonly input: string; readonly axis: number }> {
  const found = new Map<string, { input: string; axis: number }>();
  for (const input of network.inputs)
    for (const [axis, dim] of valueOf(network, input.value).type.shape.entries()) {
      const [symbol] = symbolsOf(dim);
      if (dim.kind === "quasi" && dim.period === 1 && dim.slope === 1 && dim.offsets[0] === 0 && !found.has(symbol!)) found.set(symbol!, { input: input.name, axis });
    }
  return found;
}

/** `specs/unet.seg:12: maxpool(2)`: what a viewer shows, and how a runtime error is traced back. */
function documentation(place: Network["place"]): string {
  const { file, span } = place;
  return `${file.path}:${positionOf(file, span.start).line}: ${file.text.slice(span.start, span.end).replace(/\s+/g, " ").slice(0, 160)}`;
}
