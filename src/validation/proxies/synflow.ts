import type { Value } from "../../runtime/session.js";
import { elements } from "../../network/network.js";
import { type LinearFlow, linearFlow } from "./linear-flow.js";
import type { Proxy } from "./proxy.js";

/** In the logarithm of the factor. The truncation error is of the order of its square, the rounding of float32 over it. */
const step = 0.02;

/**
 * Synaptic flow (Tanaka, Kunin, Yamins, Ganguli 2020, "Pruning neural networks without any data by iteratively conserving synaptic flow", section 5 and
 * algorithm 1), summed over all weights, as a score of a network (Abdelfattah, Mehrotra, Dudziak, Lane 2021, "Zero-Cost Proxies for Lightweight NAS").
 *
 * A weight's flow is w dR/dw, where R is the sum of the scores for an image of ones, with weights by magnitude. No backward pass is needed for the sum:
 * if all weights are multiplied by t, then sum(w dR/dw) = dR/dt at t = 1 (Euler), which is R times the slope of log R over log t. That slope is taken from three
 * forward passes. It is the mean length of the paths, each counted as often as it weighs.
 */
export const synflow: Proxy = {
  name: "synflow",
  title: "log SynFlow",
  page: `SynFlow (Tanaka, Kunin, Yamins, Ganguli 2020, section 5): R is the sum of the scores for an image of ones with weights by magnitude, without biases, activations and
normalisations; a weight's flow is w dR/dw, and the score is the logarithm of their sum. No backward pass is needed: the sum is R times the slope of log R over the logarithm of
a factor on all weights (Euler), taken from three forward passes. Networks that multiply maps with one another (gates, attention) have none.`,
  async score(subject, sizes, seed) {
    const flow = linearFlow(subject);
    if (typeof flow === "string") return flow;
    const shape = subject.imageShape(sizes);
    const image: Value = { type: "float32", shape, data: new Float32Array(elements(shape)).fill(1) };
    return subject.once(flow.model, flow.values(seed), async (session) => {
      const logSum = async (factor: number): Promise<number> => {
        const { outputs } = await session.run({ [subject.imageName]: image, [flow.factorName]: { type: "float32", shape: [], data: Float32Array.of(factor) } });
        return logOfHeads(flow, (name) => outputs[name]!.data as Float32Array);
      };
      const [less, sum, more] = [await logSum(Math.exp(-step)), await logSum(1), await logSum(Math.exp(step))];
      return sum === -Infinity ? "nothing flows: weights on every path are 0" : sum + Math.log((more - less) / (2 * step));
    });
  },
};

/** log of the sum of all scores. */
function logOfHeads({ heads }: LinearFlow, valuesOf: (name: string) => Float32Array): number {
  const logs = heads.map(({ name, logScale }) => logScale + Math.log(valuesOf(name).reduce((sum, value) => sum + value, 0)));
  const largest = Math.max(...logs);
  return largest === -Infinity ? largest : largest + Math.log(logs.reduce((sum, log) => sum + Math.exp(log - largest), 0));
}
