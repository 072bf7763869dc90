import { graphOf } from "../../lint/graph.js";
import { type NetworkNode, elements, inputsOf } from "../../network/network.js";
import { operatorNamed } from "../../operators/index.js";
import type { TensorStats } from "../../runtime/device-messages.js";
import type { Initial } from "../../tensor/index.js";
import type { Check } from "../check.js";
import { brief, skipped } from "../result.js";
import { withBatchStatistics } from "../batch-statistics.js";
import { type Subject, exposeAll } from "../subject.js";

export interface LayerStats extends TensorStats {
  readonly name: string;
  readonly operator: string;
  readonly role: string | undefined;
  /** Mean square out, less that of the bias, over mean square in, of convolutions: 2 for He's initialisation, 1 for Glorot's. */
  readonly gain: number | undefined;
  /** The same of gradients on their way back, for weights at random: 2 for He's initialisation by outputs. */
  readonly gainBack: number | undefined;
}

export const mostGain = 20;
export const worstGain = 50;
const mostSpread = 1e4;
const leastSpread = 1e-4;
const mostScores = 5;

export const numerics: Check = {
  name: "numerics",
  title: "activations neither explode nor vanish with the network's own initial weights",
  measures: `Runs two images of normal noise through the network with its initial weights (batch normalisation by the statistics of the batch, as in training) and takes the statistics of
every tensor: mean, variance, zeros, extremes. The gain of a convolution is the mean square of its output (without the bias) over that of its input: 2 for He's initialisation, 1 for
Glorot's, 1/3 for PyTorch's default. Times the elements of the output over those of the input it is what gradients are multiplied by on their way back. It is enough to keep
one of the two (He et al. 2015, section 2.2), so a convolution is blamed only where both are large, and no normalisation follows.`,
  threshold: `Failure: NaN or infinity; a value that float16 cannot hold (above 65504); a gain above ${worstGain} both ways (weights some times too large); a tensor ${mostSpread} times as wide as
the image. Warning: a gain above ${mostGain} both ways; a tensor less than ${leastSpread} times as wide as the image, which is on the way to vanish; scores of a head that spread over
more than ${mostScores} (a softmax of them is sure before anything is learnt); more than half of a map's channels dead (one value everywhere).`,
  remedy: `Look at \`init\` and \`std\` of the first tensor that is named, or normalise behind it. Layers that start at zero on purpose (\`init: zeros\`) are told, not blamed.`,
  async run(subject) {
    const sizes = subject.comfortable(1.5e9);
    if (sizes === undefined) return skipped("no legal size");
    const session = await subject.session("training", withBatchStatistics(exposeAll(subject.onnx)), subject.initial(), { optimisation: "disabled" });
    const { outputs } = await session.run(subject.feeds(subject.batched(sizes, 2)), { want: "stats" });
    const stats = new Map<number, Pick<TensorStats, "mean" | "variance" | "count">>();
    const image = subject.network.inputs[0]!.value;
    stats.set(image, { mean: 0, variance: 1, count: elements(subject.imageShape(subject.batched(sizes, 2))) });
    const layers: LayerStats[] = [];
    for (const { name, id, node } of subject.tensors) {
      const own = outputs[name]?.stats;
      if (own === undefined) continue;
      stats.set(id, own);
      layers.push({ ...own, name, operator: node.operator, role: node.role, ...gainsOf(node, own, stats) });
    }
    return judge(layers, subject);
  },
};

/** Forwards and backwards, of a convolution. */
function gainsOf(node: NetworkNode, own: TensorStats, stats: ReadonlyMap<number, Pick<TensorStats, "mean" | "variance" | "count">>): Pick<LayerStats, "gain" | "gainBack"> {
  const [input] = inputsOf(node);
  const before = input === undefined ? undefined : stats.get(input);
  const square = before && before.variance + before.mean ** 2;
  if (operatorNamed.get(node.operator)?.convolution === undefined || !before || !square) return { gain: undefined, gainBack: undefined };
  const bias = meanSquare(node.parameters.find(({ field }) => field === "bias")?.initial);
  const gain = Math.max(0, own.variance + own.mean ** 2 - bias) / square;
  return { gain, gainBack: (gain * own.count) / before.count };
}

const spreadOf = ({ variance, mean }: TensorStats): number => Math.sqrt(variance + mean ** 2);

function judge(layers: readonly LayerStats[], subject: Subject) {
  const failures: string[] = [];
  const warnings: string[] = [];
  const zero = layers.filter(({ min, max, name }) => min === 0 && max === 0 && zeroWeights(subject, name));
  const normalised = normalisedOf(subject);
  const heads = new Set(subject.network.outputs.filter(({ role }) => role === "head").map(({ name }) => name));
  for (const layer of layers) {
    const { name, nan, infinite, beyondHalf, gain = 0, gainBack = 0, variance, constantChannels, channels, count } = layer;
    const spread = spreadOf(layer);
    const both = normalised.has(name) ? 0 : Math.min(gain, gainBack);
    if (nan + infinite > 0) failures.push(`${name}: ${nan} NaN and ${infinite} infinite of ${count} values`);
    else if (beyondHalf > 0) failures.push(`${name}: ${beyondHalf} values are beyond float16 (largest ${brief(Math.max(-layer.min, layer.max))})`);
    else if (spread > mostSpread) failures.push(`${name}: values of about ${brief(spread)} for an image of about 1`);
    else if (spread < leastSpread && spread > 0) warnings.push(`${name}: values of about ${brief(spread)} for an image of about 1`);
    else if (heads.has(name) && Math.sqrt(variance) > mostScores) warnings.push(`${name}: its scores spread over ${brief(Math.sqrt(variance))} before anything is learnt`);
    if (both > mostGain) (both > worstGain ? failures : warnings).push(`${name}: the convolution multiplies the variance by ${brief(gain)}, and that of gradients by ${brief(gainBack)} (He's initialisation: 2)`);
    if (operatorNamed.get(layer.operator)?.group === "activation" && constantChannels > channels / 2 && channels > 1 && count / channels > 4 && !(variance === 0 && zeroWeights(subject, name))) warnings.push(`${name}: ${constantChannels} of ${channels} channels have one value everywhere`);
  }
  const gains = layers.flatMap(({ gain }) => (gain !== undefined && gain > 0 ? [gain] : []));
  const spreads = layers.map(spreadOf).filter((one) => one > 0);
  const largest = layers.reduce((best, { min, max }) => Math.max(best, -min, max), 0);
  const mean = gains.length === 0 ? NaN : Math.exp(gains.reduce((sum, gain) => sum + Math.log(gain), 0) / gains.length);
  return {
    status: failures.length > 0 ? "failure" as const : warnings.length > 0 ? "warning" as const : "pass" as const,
    figure: `${layers.length} tensors, largest value ${brief(largest)}, ${brief(Math.min(...spreads))} to ${brief(Math.max(...spreads))} times as wide as the image${gains.length > 0 ? `, gains of convolutions ${brief(Math.min(...gains))} to ${brief(Math.max(...gains))} (mean ${brief(mean)})` : ""}`,
    threshold: `finite, |x| <= 65504, ${leastSpread} to ${mostSpread} times as wide, gain <= ${worstGain}, scores <= ${mostScores}`,
    ...(zero.length > 0 ? { because: `${zero.length} ${zero.length === 1 ? "tensor starts" : "tensors start"} at 0 on purpose: ${zero.slice(0, 3).map(({ name }) => name).join(", ")}` } : {}),
    details: [...failures, ...warnings].slice(0, 12),
    metrics: {
      largest, widest: Math.max(0, ...spreads), narrowest: spreads.length === 0 ? 0 : Math.min(...spreads), largest_gain: gains.length === 0 ? 0 : Math.max(...gains),
      dead_channels: layers.filter(({ operator }) => operatorNamed.get(operator)?.group === "activation").reduce((sum, { constantChannels }) => sum + constantChannels, 0),
    },
    data: layers,
  };
}

/** Tensors that only a normalisation reads: how wide they are is taken out again. */
function normalisedOf(subject: Subject): ReadonlySet<string> {
  const { readers } = graphOf(subject.network);
  const outputs = new Set(subject.network.outputs.map(({ value }) => value));
  const normalises = ({ operator }: NetworkNode): boolean => operatorNamed.get(operator)?.normalises === true;
  return new Set(subject.tensors.filter(({ id }) => !outputs.has(id) && (readers.get(id) ?? []).length > 0 && readers.get(id)!.every(normalises)).map(({ name }) => name));
}

function meanSquare(initial: Initial | undefined): number {
  if (initial?.kind === "constant") return initial.value ** 2;
  return initial?.kind === "normal" ? initial.std ** 2 : initial?.kind === "uniform" ? initial.bound ** 2 / 3 : 0;
}

/** Whether a step, or one before it, has weights that are zero at first. */
function zeroWeights(subject: Subject, name: string): boolean {
  const start = subject.tensors.find((tensor) => tensor.name === name)!;
  const made = new Map(subject.network.nodes.flatMap((node) => node.outputs.map((id) => [id, node] as const)));
  const seen = new Set<number>();
  const visit = (id: number): boolean => {
    const node = made.get(id);
    if (node === undefined || seen.has(id)) return false;
    seen.add(id);
    if (node.parameters.some(({ field, initial, shape }) => field === "weight" && initial.kind === "constant" && initial.value === 0 && elements(shape) > 0)) return true;
    return inputsOf(node).some(visit);
  };
  return visit(start.id);
}
