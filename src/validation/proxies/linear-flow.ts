/**
 * A network as SynFlow sees it (Tanaka, Kunin, Yamins, Ganguli 2020, algorithm 1): weights by magnitude, no biases, activations and normalisations passed by. What
 * comes out is then a sum over all paths, and each path the product of its weights.
 *
 * Such products leave float32 within twenty layers. So the weights of each layer are divided by about what the layer multiplies by, and the logarithm of all
 * that was divided out goes along with each map; where maps meet, it is made equal.
 */
import { type Parameter, elements, inputsOf, parametersOf } from "../../network/network.js";
import { operatorNamed } from "../../operators/index.js";
import type { Attribute, Constant, OnnxModel, OnnxNode, Weight } from "../../onnx/model.js";
import type { Initial } from "../../tensor/index.js";
import type { WeightSource } from "../../weights/weight-source.js";
import { cut } from "../cut.js";
import type { Subject } from "../subject.js";

export interface LinearFlow {
  /** Inputs: the image, and the scalar `factorName`, by which every weight is multiplied. */
  readonly model: OnnxModel;
  readonly factorName: string;
  /** The heads, with the logarithm of what each has to be multiplied by. */
  readonly heads: readonly { readonly name: string; readonly logScale: number }[];
  readonly values: (seed: number) => (weight: Weight) => WeightSource;
}

const factorName = "flow/factor";
/** Of one map, or of several that meet. `Max` is one of them in turn. */
const joins = new Set(["Add", "Sum", "Max", "Concat"]);
const weighted = new Set(["Conv", "ConvTranspose", "MatMul", "Gemm"]);
const linear = new Set([
  "MaxPool", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "ReduceSum", "ReduceMax", "MaxUnpool", "Resize", "Pad", "Slice", "Split", "Transpose", "Reshape", "Flatten", "Squeeze",
  "Unsqueeze", "DepthToSpace", "Identity", "Expand", "Cast", "Gather",
]);

/** The flow of a network, or why it has none. */
export function linearFlow(subject: Subject): LinearFlow | string {
  const { onnx } = subject;
  const passed = passedBy(subject);
  const weights = new Map(onnx.weights.map((one) => [one.name, one]));
  const parameters = new Map(parametersOf(subject.network).map((one) => [one.name, one]));
  const divisors = new Map<string, number>();
  /** Maps that the image reaches, with the logarithm of their scale. */
  const scales = new Map<string, number>([[subject.imageName, 0]]);
  /** What is worked out of a weight. */
  const weightBehind = new Map<string, string>(onnx.weights.map(({ name }) => [name, name]));
  const nodes: OnnxNode[] = [];
  const constants: Constant[] = [...onnx.constants];
  const emit = (node: OnnxNode, op: string, inputs: readonly string[], outputs: readonly string[], part = "", attributes: OnnxNode["attributes"] = {}): void =>
    void nodes.push({ op, name: `${node.name}${part}`, inputs, outputs, attributes, ...(node.doc === undefined ? {} : { doc: node.doc }) });
  /** The map with a larger scale: its values are smaller by as much. */
  const rescaled = (node: OnnxNode, input: string, to: number): string => {
    const by = scales.get(input)! - to;
    if (by === 0) return input;
    const [factor, name] = [`${node.outputs[0]}/by ${input}`, `${node.outputs[0]}/of ${input}`];
    constants.push({ name: factor, type: "float32", shape: [], values: [Math.exp(by)] });
    emit(node, "Mul", [input, factor], [name], `/${input}`);
    return name;
  };

  for (const node of onnx.nodes) {
    const [output = ""] = node.outputs;
    const source = passed.get(output);
    const moving = [...new Set(node.inputs.filter((name) => scales.has(name)))];
    const [first = ""] = moving;
    if (source !== undefined && scales.has(source)) {
      emit(node, "Identity", [source], [output]);
      scales.set(output, scales.get(source)!);
    } else if (node.op === "Shape" || moving.length === 0) {
      nodes.push(node);
      const behind = node.inputs.flatMap((name) => weightBehind.get(name) ?? []);
      if (behind.length > 0) weightBehind.set(output, behind[0]!);
    } else if (weighted.has(node.op) && moving.length === 1 && node.inputs.some((name) => weightBehind.has(name))) {
      const weight = weightBehind.get(node.inputs.find((name) => weightBehind.has(name))!)!;
      const divisor = divisors.get(weight) ?? growth(parameters.get(weight), node);
      divisors.set(weight, divisor);
      emit(node, node.op, node.inputs.slice(0, 2), [`${output}/once`], "", node.attributes);
      emit(node, "Mul", [`${output}/once`, factorName], [output], "/factor");
      scales.set(output, scales.get(first)! + Math.log(divisor));
    } else if (joins.has(node.op)) {
      const to = Math.max(...moving.map((name) => scales.get(name)!));
      const inputs = node.inputs.filter((name) => scales.has(name)).map((name) => rescaled(node, name, to));
      emit(node, inputs.length === 1 ? "Identity" : node.op, inputs, [output], "", inputs.length === 1 ? {} : node.attributes);
      scales.set(output, to);
    } else if (linear.has(node.op) || (node.op === "MatMul" && moving.length === 1)) {
      nodes.push(node);
      for (const name of node.outputs) scales.set(name, scales.get(first)!);
    } else if ((node.op === "Mul" || node.op === "Div" || node.op === "Sub") && moving.length === 1 && node.inputs[0] === first) {
      // By a constant, or a parameter that is no weight of a sum.
      emit(node, "Identity", [first], [output]);
      scales.set(output, scales.get(first)!);
    } else scales.set(output, NaN);
  }

  const heads = subject.network.outputs.filter(({ role }) => role === "head").flatMap(({ name }) => (scales.has(name) && onnx.outputs.some((one) => one.name === name && one.type === "float32") ? [{ name, logScale: scales.get(name)! }] : []));
  if (heads.length === 0) return "no head gives scores";
  if (heads.some(({ logScale }) => Number.isNaN(logScale))) return "maps are multiplied with one another, so it is no sum of paths";
  const model = cut({ ...onnx, nodes, constants, inputs: [...onnx.inputs, { name: factorName, type: "float32", shape: [] }] }, [], heads.map(({ name }) => name));
  return {
    model, factorName, heads,
    values: (seed) => (weight) => {
      const [source, divisor] = [subject.initial(subject.seed + seed)(weights.get(weight.name)!), divisors.get(weight.name) ?? 1];
      return {
        async read(target, offset) {
          await source.read(target, offset);
          for (let i = 0; i < target.length; i++) target[i] = Math.abs(target[i]!) / divisor;
        },
      };
    },
  };
}

/** By the name of what an activation or a normalisation gives, that of what it takes. */
function passedBy(subject: Subject): ReadonlyMap<string, string> {
  const names = new Map([...subject.network.inputs.map(({ value, name }) => [value, name] as const), ...subject.tensors.map(({ id, name }) => [id, name] as const)]);
  return new Map(subject.tensors.flatMap(({ name, node }): readonly (readonly [string, string])[] => {
    const group = operatorNamed.get(node.operator)?.group;
    const [input] = inputsOf(node);
    const from = input === undefined ? undefined : names.get(input);
    return (group === "activation" || group === "normalisation") && from !== undefined ? [[name, from]] : [];
  }));
}

/** About what a layer multiplies the mean by. Any other positive number would do; this one keeps it near 1. */
function growth(parameter: Parameter | undefined, node: OnnxNode): number {
  if (parameter === undefined) return 1;
  const { shape } = parameter;
  const strides: Attribute | undefined = node.attributes["strides"];
  const taps = node.op !== "ConvTranspose" ? elements(shape.slice(1)) : (shape[0]! * elements(shape.slice(2))) / ((strides?.kind === "ints" ? elements(strides.value) : 1) * Number(node.attributes["group"]?.value ?? 1));
  return taps * magnitude(parameter.initial) || 1;
}

/** Mean of |w|; 0 where it is no matter. */
function magnitude(initial: Initial): number {
  switch (initial.kind) {
    case "constant": return Math.abs(initial.value);
    case "normal": return initial.std * Math.sqrt(2 / Math.PI);
    case "uniform": return initial.bound / 2;
    default: return 0;
  }
}
