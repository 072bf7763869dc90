/**
 * The probe: the compiled graph with every map reduced to one channel. Windows, strides, paddings, dilations, crops and resizes are those
 * of the graph, and all weights are positive, so that nothing can cancel; where an image looks is then measured in milliseconds,
 * however wide the network is.
 *
 *   linear   activations become identities and products sums: what is fed nowhere comes out nowhere, exactly
 *   average  besides, maxima become means: a ramp comes out as the centre of what is seen
 */
import type { Attribute, Constant, OnnxModel, OnnxNode, ValueInfo, Weight } from "../onnx/model.js";

export interface Probe {
  readonly model: OnnxModel;
  /** All values that the author's steps make and that the probe still has. */
  readonly values: ReadonlySet<string>;
}

export type ProbeKind = "linear" | "average";

const unary = new Set([
  "Relu", "LeakyRelu", "Elu", "Sigmoid", "HardSigmoid", "HardSwish", "Tanh", "Softplus", "Gelu", "Erf", "Exp", "Log", "Sqrt", "Neg", "Abs", "Clip", "Softmax", "LogSoftmax",
  "Mish", "Identity", "Dropout", "BatchNormalization", "LayerNormalization", "LRN", "PRelu", "Cast", "Reciprocal",
]);
const binary = new Set(["Add", "Sub", "Mul", "Div", "Max", "Min", "Pow"]);
/** Which of two maps an element comes from is no matter of where it looks. */
const comparisons = new Set(["Equal", "Less", "LessOrEqual", "Greater", "GreaterOrEqual"]);
const kept = new Set(["Transpose", "AveragePool", "GlobalAveragePool", "GlobalMaxPool", "ReduceMean", "ReduceSum", "ReduceMax", "Unsqueeze", "Squeeze"]);

/** The probe, or why there is none. */
export function probeOf(model: OnnxModel, kind: ProbeKind): Probe | string {
  const constants = new Map(model.constants.map((one) => [one.name, one]));
  const weights = new Map(model.weights.map((one) => [one.name, one]));
  /** Sizes that the graph works out: left as they are. */
  const sizes = new Set(model.constants.filter(({ type }) => type !== "float32").map(({ name }) => name));
  const fixed = (name: string): boolean => sizes.has(name) || constants.has(name) || weights.has(name);
  const nodes: OnnxNode[] = [];
  const used: Weight[] = [];
  const extra: Constant[] = [];
  const ints = (name: string, values: readonly number[]): string => {
    if (!extra.some((one) => one.name === name)) extra.push({ name, type: "int64", shape: [values.length], values });
    return name;
  };
  const made = new Set<string>(model.inputs.map(({ name }) => name));
  const masks = new Set<string>();
  const emit = (node: OnnxNode, op: string, inputs: readonly string[], outputs: readonly string[] = node.outputs, attributes: OnnxNode["attributes"] = {}, suffix = ""): void => {
    nodes.push({ op, name: node.name + suffix, inputs, outputs, attributes, ...(node.doc === undefined ? {} : { doc: node.doc }) });
    for (const name of outputs) made.add(name);
  };
  const identity = (node: OnnxNode, input: string): void => node.outputs.forEach((output, index) => emit(node, "Identity", [input], [output], {}, index === 0 ? "" : `/${index}`));
  /** Height and width of a target [N, C, H, W], with one channel in front. */
  const oneChannel = (node: OnnxNode, input: string, target: string): string => {
    const name = `${node.outputs[0]}/probe`;
    emit(node, "Shape", [input], [`${name}/front`], { start: int(0), end: int(2) }, "/front");
    emit(node, "Slice", [target, ints("probe/2", [2]), ints("probe/4", [4]), ints("probe/0", [0])], [`${name}/back`], {}, "/back");
    emit(node, "Concat", [`${name}/front`, `${name}/back`], [name], { axis: int(0) }, "/size");
    return name;
  };

  for (const node of model.nodes) {
    const [input = "", second = ""] = node.inputs;
    if (node.op === "Shape" || (node.inputs.length > 0 && node.inputs.every((name) => name === "" || sizes.has(name)))) {
      nodes.push(node);
      for (const name of node.outputs) sizes.add(name);
      continue;
    }
    if (node.inputs.every((name) => name === "" || fixed(name))) {
      nodes.push(node);
      for (const name of node.outputs) constants.set(name, { name, type: "float32", shape: [], values: [] });
      continue;
    }
    if (node.op !== "Where" && node.inputs.some((name) => masks.has(name))) return `${node.op} of a comparison cannot be reduced to one channel`;
    if (node.op === "Conv" || node.op === "ConvTranspose") {
      const weight = weights.get(second) ?? constants.get(second);
      if (weight?.shape.length !== 4) return `${node.op} with weights that are worked out`;
      const kernel = { name: weight.name, shape: [1, 1, ...weight.shape.slice(2)] };
      const fixedKernel = "values" in weight ? { ...weight, ...kernel, name: `${node.outputs[0]}/probe kernel`, values: weight.values.slice(0, kernel.shape.reduce((a, b) => a * b)) } : undefined;
      if (fixedKernel) extra.push(fixedKernel);
      else used.push(kernel);
      emit(node, node.op, [input, (fixedKernel ?? kernel).name], node.outputs, { ...node.attributes, group: int(1) });
    } else if (unary.has(node.op)) identity(node, fixed(input) ? second : input);
    else if (binary.has(node.op)) {
      const moving = node.inputs.filter((name) => !fixed(name));
      if (moving.length === 1) identity(node, moving[0]!);
      else emit(node, "Add", moving);
    } else if (node.op === "Concat") {
      if (valueOf(node.attributes["axis"]) === 1) emit(node, "Sum", node.inputs.filter((name) => !fixed(name)));
      else emit(node, "Concat", node.inputs, node.outputs, node.attributes);
    } else if (node.op === "Split") {
      if (valueOf(node.attributes["axis"]) !== 1) return "a map is split along its height or width";
      identity(node, input);
    } else if (node.op === "Slice") {
      const axes = constants.get(node.inputs[3] ?? "")?.values;
      if (axes?.length === 1 && axes[0] === 1) identity(node, input);
      else if (axes === undefined || axes.includes(1)) return "channels and pixels are sliced together";
      else emit(node, "Slice", node.inputs, node.outputs, node.attributes);
    } else if (node.op === "MaxPool") {
      const { storage_order: _, ...attributes } = node.attributes;
      const { dilations, ...rest } = attributes;
      const dilated = dilations?.kind === "ints" && dilations.value.some((one) => one !== 1);
      if (kind === "average" && dilated) return "a dilated maximum has no mean in ONNX";
      emit(node, kind === "average" ? "AveragePool" : "MaxPool", [input], node.outputs.slice(0, 1), kind === "average" ? rest : attributes);
    } else if (node.op === "MaxUnpool") {
      emit(node, "Resize", [input, "", "", oneChannel(node, input, node.inputs[2]!)], node.outputs, {
        mode: text("nearest"), coordinate_transformation_mode: text("asymmetric"), nearest_mode: text("floor"),
      });
    } else if (node.op === "DepthToSpace") {
      const factor = Number(valueOf(node.attributes["blocksize"]));
      const scales = `${node.outputs[0]}/probe scales`;
      extra.push({ name: scales, type: "float32", shape: [4], values: [1, 1, factor, factor] });
      emit(node, "Resize", [input, "", scales], node.outputs, { mode: text("nearest"), coordinate_transformation_mode: text("asymmetric"), nearest_mode: text("floor") });
    } else if (comparisons.has(node.op)) masks.add(node.outputs[0]!);
    else if (node.op === "Where" && masks.has(input)) {
      const moving = node.inputs.slice(1).filter((name) => !fixed(name));
      if (moving.length === 1) identity(node, moving[0]!);
      else emit(node, "Add", moving);
    } else if (node.op === "Resize") {
      const target = node.inputs[3] ?? "";
      emit(node, "Resize", target === "" ? node.inputs : [input, "", "", oneChannel(node, input, target)], node.outputs, node.attributes);
    } else if (node.op === "MatMul" && node.inputs.filter((name) => !fixed(name)).length === 1) emit(node, "MatMul", node.inputs, node.outputs, node.attributes);
    else if (node.op === "Pad") {
      const pads = constants.get(second)?.values;
      const on = constants.get(node.inputs[3] ?? "")?.values ?? [0, 1, 2, 3];
      if (pads === undefined || pads.length !== 2 * on.length) return "the padding is worked out in the graph";
      // Padded channels are channels: the one that is left has them in it.
      const spatial = pads.map((pad, i) => (on[i % on.length] === 1 ? 0 : pad));
      if (spatial.every((pad) => pad === 0)) identity(node, input);
      else emit(node, "Pad", [input, ints(`${node.outputs[0]}/probe pads`, spatial), ...node.inputs.slice(2)], node.outputs, node.attributes);
    } else if (kept.has(node.op)) emit(node, node.op, node.inputs, node.outputs, node.attributes);
    else return `${node.op} cannot be reduced to one channel`;
  }
  const info = ({ name, type, shape }: ValueInfo): ValueInfo => ({ name, type, shape: shape.map((_, axis) => (shape.length === 4 && axis === 1 ? 1 : `${name}/${axis}`)) });
  const maps = [...model.values, ...model.outputs].filter(({ name, shape, type }) => made.has(name) && shape.length === 4 && type === "float32");
  // What only led to operands that were dropped goes too.
  const reached = new Set(maps.map(({ name }) => name));
  const live: OnnxNode[] = [];
  for (const node of [...nodes].reverse())
    if (node.outputs.some((name) => reached.has(name))) {
      live.unshift(node);
      for (const name of node.inputs) reached.add(name);
    }
  for (const weight of model.weights) if (reached.has(weight.name) && !used.some(({ name }) => name === weight.name)) used.push(weight);
  return {
    model: {
      ...model,
      inputs: model.inputs.map((one) => ({ ...one, shape: one.shape.map((size, axis) => (one.shape.length === 4 && axis === 1 ? 1 : size)) })),
      outputs: maps.map(info),
      values: [],
      nodes: live,
      constants: [...model.constants, ...extra].filter(({ name }) => reached.has(name)),
      weights: used.filter(({ name }, at) => reached.has(name) && used.findIndex((one) => one.name === name) === at),
      metadata: [],
    },
    values: new Set(maps.map(({ name }) => name)),
  };
}

const taps = ({ shape }: Weight): number => (shape[2] ?? 1) * (shape[3] ?? 1);

/** Natural logarithm; float32 loses precision below e^-87. */
const least = -80;

/**
 * The weights of a probe: taps^(share - 1) each, so that an even image grows by taps^share a layer. The pixels at the edge of the field are felt through one tap of
 * each layer on the longest way. With a share of 0.18 (1.5 for a 3x3) that is above what float32 holds up to 44 layers of 3x3; networks with more get a larger share.
 */
export function probeWeights({ nodes, weights }: OnnxModel): (weight: Weight) => number {
  const logTaps = new Map(weights.map((weight) => [weight.name, Math.log(taps(weight))]));
  const longest = new Map<string, number>();
  for (const { inputs, outputs } of nodes) {
    const before = inputs.reduce((most, name) => Math.max(most, longest.get(name) ?? 0), 0);
    const own = inputs.reduce((sum, name) => sum + (logTaps.get(name) ?? 0), 0);
    for (const name of outputs) longest.set(name, before + own);
  }
  const way = Math.max(0, ...longest.values());
  const share = Math.max(0.18, 1 + least / Math.max(way, 1));
  return (weight) => taps(weight) ** (share - 1);
}

const int = (value: number): Attribute => ({ kind: "int", value });
const text = (value: string): Attribute => ({ kind: "string", value });
const valueOf = (attribute: Attribute | undefined): unknown => attribute?.value;
