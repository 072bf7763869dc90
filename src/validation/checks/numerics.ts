import { elements, inputsOf } from "../../network/network.js";
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
}

const mostGain = 20;
const worstGain = 50;
const leastGain = 0.01;
const mostSpread = 1e4;

export const numerics: Check = {
  name: "numerics",
  title: "activations neither explode nor vanish with the network's own initial weights",
  page: `Runs two images of normal noise through the network with its initial weights (batch normalisation by the statistics of the batch, as in training) and takes the statistics of every tensor: mean, variance, zeros, extremes.
The gain of a convolution is the mean square of its output (without the bias) over that of its input: 2 for He's initialisation, 1 for Glorot's, 1/3 for PyTorch's default.
Failures: NaN or infinity; a value that float16 cannot hold (above 65504); a gain above ${worstGain} (weights some times too large); a tensor ${mostSpread} times as wide as the image.
Warnings: gains above ${mostGain} or below ${leastGain}; more than half of a map's channels dead (one value everywhere). Layers that start at zero on purpose (\`init: zeros\`) are told, not blamed.`,
  async run(subject) {
    const sizes = subject.comfortable(1.5e9);
    if (sizes === undefined) return skipped("no legal size");
    subject.say("numerics");
    const session = await subject.session("training", withBatchStatistics(exposeAll(subject.onnx)), subject.initial(), { optimisation: "disabled" });
    const { outputs } = await session.run(subject.feeds(subject.batched(sizes, 2)), { want: "stats" });
    const stats = new Map<number, TensorStats>();
    const layers: LayerStats[] = [];
    for (const { name, id, node } of subject.tensors) {
      const own = outputs[name]?.stats;
      if (own === undefined) continue;
      stats.set(id, own);
      const [input] = inputsOf(node);
      const before = input === undefined ? undefined : input === subject.network.inputs[0]!.value ? { mean: 0, variance: 1 } : stats.get(input);
      const convolution = operatorNamed.get(node.operator)?.convolution !== undefined;
      const square = before && before.variance + before.mean ** 2;
      const bias = meanSquare(node.parameters.find(({ field }) => field === "bias")?.initial);
      layers.push({ ...own, name, operator: node.operator, role: node.role, gain: convolution && square ? Math.max(0, own.variance + own.mean ** 2 - bias) / square : undefined });
    }
    return judge(layers, subject);
  },
};

function judge(layers: readonly LayerStats[], subject: Subject) {
  const failures: string[] = [];
  const warnings: string[] = [];
  const zero = layers.filter(({ min, max, name }) => min === 0 && max === 0 && zeroWeights(subject, name));
  for (const layer of layers) {
    const { name, nan, infinite, beyondHalf, gain, variance, mean, constantChannels, channels, count } = layer;
    if (nan + infinite > 0) failures.push(`${name}: ${nan} NaN and ${infinite} infinite of ${count} values`);
    else if (beyondHalf > 0) failures.push(`${name}: ${beyondHalf} values are beyond float16 (largest ${brief(Math.max(-layer.min, layer.max))})`);
    else if (Math.sqrt(variance + mean ** 2) > mostSpread) failures.push(`${name}: values of about ${brief(Math.sqrt(variance + mean ** 2))} for an image of about 1`);
    if (gain !== undefined && gain > worstGain) failures.push(`${name}: the convolution multiplies the variance by ${brief(gain)} (He's initialisation: 2)`);
    else if (gain !== undefined && gain > mostGain) warnings.push(`${name}: the convolution multiplies the variance by ${brief(gain)} (He's initialisation: 2)`);
    else if (gain !== undefined && gain > 0 && gain < leastGain) warnings.push(`${name}: the convolution leaves ${brief(gain)} of the variance`);
    if (operatorNamed.get(layer.operator)?.group === "activation" && constantChannels > channels / 2 && channels > 1 && count / channels > 4 && !zero.includes(layer) && variance > 0) warnings.push(`${name}: ${constantChannels} of ${channels} channels have one value everywhere`);
  }
  const gains = layers.flatMap(({ gain }) => (gain !== undefined && gain > 0 ? [gain] : []));
  const widest = layers.reduce((best, { variance, mean }) => Math.max(best, Math.sqrt(variance + mean ** 2)), 0);
  const largest = layers.reduce((best, { min, max }) => Math.max(best, -min, max), 0);
  const mean = gains.length === 0 ? NaN : Math.exp(gains.reduce((sum, gain) => sum + Math.log(gain), 0) / gains.length);
  return {
    status: failures.length > 0 ? "failure" as const : warnings.length > 0 ? "warning" as const : "pass" as const,
    figure: `${layers.length} tensors, largest value ${brief(largest)}${gains.length > 0 ? `, gains of convolutions ${brief(Math.min(...gains))} to ${brief(Math.max(...gains))} (mean ${brief(mean)})` : ""}`,
    threshold: `finite, |x| <= 65504, gain <= ${worstGain}`,
    ...(zero.length > 0 ? { because: `${zero.length} ${zero.length === 1 ? "tensor starts" : "tensors start"} at 0 on purpose: ${zero.slice(0, 3).map(({ name }) => name).join(", ")}` } : {}),
    details: [...failures, ...warnings].slice(0, 12),
    metrics: { largest, widest, largest_gain: gains.length === 0 ? 0 : Math.max(...gains) },
    data: layers,
  };
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
