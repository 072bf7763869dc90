import type { OnnxModel, OnnxNode, ValueInfo, Weight } from "../../onnx/model.js";
import type { Value } from "../../runtime/session.js";
import { fillInitial } from "../../weights/initial-values.js";
import type { WeightSource } from "../../weights/weight-source.js";
import { Standardising } from "../batch-statistics.js";
import { cut } from "../cut.js";
import type { Subject } from "../subject.js";
import { type Proxy, fixedBatch, withBatch } from "./proxy.js";
import { withoutResiduals } from "./without-residuals.js";

/** Images, each of which is answered again with a little noise on it. */
const pairs = 4;
const alpha = 0.01;

/**
 * Zen-score (Lin, Wang, Sun, Chen, Sun, Qian, Li, Jin 2021, "Zen-NAS: A Zero-Shot NAS for High-Performance Image Recognition", algorithm 1):
 *
 *     log E |f(x) - f(x + alpha e)| + sum over layers of log sqrt(mean over channels of the variance)
 *
 * with weights, x and e from N(0, 1), residual links taken out, and a batch normalisation behind each convolution, which keeps numbers small; the second term puts
 * back what it divided by. The paper's f ends before global pooling; here it is the first head, before its softmax. x and x + alpha e go through in one batch, so that
 * both are normalised alike.
 */
export const zen: Proxy = {
  name: "zen",
  title: "Zen-score",
  page: `Zen-score (Lin et al. 2021, algorithm 1): how much the first head moves when ${alpha} of noise is added to an image of noise, as a logarithm, with all weights from N(0, 1), residual
links taken out and a batch normalisation behind each convolution, plus the logarithms of what these divided by. Higher means a more expressive network.`,
  async score(subject, sizes, seed) {
    const batch = withBatch(subject, sizes, 2 * pairs);
    if (batch === undefined) return fixedBatch;
    const { model, output, variances } = gaussian(subject.onnx, headOf(subject));
    if (variances.length === 0) return "the network has no convolutions";
    return subject.once(model, weights(subject, seed), async (session) => {
      const { outputs } = await session.run(imagePairs(subject.feeds(batch, seed), subject.imageName));
      const scales = variances.map((name) => {
        const data = outputs[name]!.data as Float32Array;
        return Math.log(data.reduce((sum, value) => sum + value, 0) / data.length) / 2;
      });
      const score = Math.log(distance(outputs[output]!.data as Float32Array)) + scales.reduce((a, b) => a + b, 0);
      return Number.isFinite(score) ? score : "a map has one value everywhere";
    });
  },
};

/** The first head, before what turns scores into shares or classes. */
function headOf({ network, onnx }: Subject): string {
  const maker = new Map(onnx.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  let name = (network.outputs.find(({ role }) => role === "head") ?? network.outputs[0]!).name;
  for (let node = maker.get(name); node && ["Softmax", "LogSoftmax", "Sigmoid", "ArgMax", "Identity"].includes(node.op); node = maker.get(name)) name = node.inputs[0]!;
  return name;
}

/** The graph up to a map, with a batch normalisation behind each convolution and no other. */
function gaussian(onnx: OnnxModel, output: string): { readonly model: OnnxModel; readonly output: string; readonly variances: readonly string[] } {
  const standardise = new Standardising();
  const made: string[] = [];
  const nodes = withoutResiduals(onnx).nodes.flatMap((node): readonly OnnxNode[] => {
    const [name = ""] = node.outputs;
    if (node.op === "BatchNormalization") return [{ ...node, op: "Identity", inputs: node.inputs.slice(0, 1), attributes: {} }];
    if (node.op !== "Conv" && node.op !== "ConvTranspose") return [node];
    const raw = `${name}/raw`;
    const statistics = standardise.map(node, raw, 4);
    made.push(statistics.variance);
    return [{ ...node, inputs: node.inputs.slice(0, 2), outputs: [raw] }, ...statistics.nodes, { op: "Identity", name: `${node.name}/normal`, inputs: [statistics.output], outputs: [name], attributes: {} }];
  });
  const whole = { ...onnx, nodes, constants: [...onnx.constants, ...standardise.constants] };
  const reached = cut(whole, [], [output]);
  const variances = made.filter((name) => reached.nodes.some(({ outputs }) => outputs.includes(name)));
  const info = (name: string): ValueInfo => ({ name, type: "float32", shape: ["a", "b", "c", "d"].map((axis) => `${name}/${axis}`) });
  return { model: { ...reached, outputs: [...reached.outputs, ...variances.map(info)] }, output, variances };
}

/** Weights of sums from N(0, 1); what has one value a channel as it is at first. */
const weights = (subject: Subject, seed: number) => (weight: Weight): WeightSource =>
  weight.shape.length < 2 ? subject.initial()(weight) : { read: (target, offset) => fillInitial(target, { kind: "normal", std: 1 }, weight.shape, `zen ${weight.name}`, subject.seed + seed, offset) };

/** The second half of the batch becomes the first with some of itself added. */
function imagePairs(feeds: Readonly<Record<string, Value>>, image: string): Readonly<Record<string, Value>> {
  const given = feeds[image] as Value & { readonly data: Float32Array };
  const data = Float32Array.from(given.data);
  const half = data.length / 2;
  for (let i = 0; i < half; i++) data[half + i] = data[i]! + alpha * data[half + i]!;
  return { ...feeds, [image]: { ...given, type: "float32", data } };
}

/** Mean over the pairs of the Frobenius norm of their difference. */
function distance(data: Float32Array): number {
  const [half, count] = [data.length / 2, data.length / (2 * pairs)];
  let sum = 0;
  for (let n = 0; n < pairs; n++) {
    let square = 0;
    for (let i = n * count; i < (n + 1) * count; i++) square += (data[i]! - data[half + i]!) ** 2;
    sum += Math.sqrt(square);
  }
  return sum / pairs;
}
