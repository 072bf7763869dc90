import { type Network, inputsOf, shapeOf } from "../../network/network.js";
import type { CompiledModel } from "../../compile.js";
import type { Value } from "../../runtime/session.js";
import { constantValue, evaluateShape } from "../../tensor/index.js";
import type { Check } from "../check.js";
import { withBatchStatistics } from "../batch-statistics.js";
import { cut } from "../cut.js";
import { brief, skipped } from "../result.js";
import type { Subject } from "../subject.js";

const most = 2;
const far = 10;

export const loss: Check = {
  name: "loss",
  title: "the loss starts near that of a guess, and ignored pixels do not change it",
  measures: `Needs a \`loss\` in the spec. The network with its initial weights (batch normalisation as in training) gets noise and random labels; the loss must be near that of a network which
knows nothing: the same graph with all weights 0, which for one cross-entropy over C classes is ln C. Then the loss alone is cut out of the graph: changing the scores of pixels
whose label is ignored must not move it, changing others must.`,
  threshold: `More than ${most} times the loss of a guess is a warning, ${far} times or no number a failure. Ignored pixels that move the loss are a failure, by however little.`,
  remedy: `The head starts too sure, and training spends its first epochs on taking that back: give the last convolution smaller weights, or \`init: zeros\`. For ignored pixels: mask every
term of the loss, and divide by the pixels that count.`,
  async run(subject) {
    const model = subject.options.withLoss;
    if (model === undefined) return skipped("the spec has no `loss`");
    const { lowered: network, onnx } = model;
    const total = network.outputs.find(({ role }) => role === "loss")!;
    const sizes = subject.comfortable(1e9);
    if (sizes === undefined) return skipped("no legal size");
    const classes = classesOf(network);
    const feeds = subject.feeds(subject.batched(sizes, 2), 0, network, Math.max(2, classes ?? 2));
    const run = async (key: string, values: ReturnType<Subject["initial"]>): Promise<number> => {
      const session = await subject.session(key, withBatchStatistics(onnx), values, { optimisation: "basic" });
      const { outputs } = await session.run(feeds, { fetch: [total.name], data: [total.name], want: "shape" });
      return Number(outputs[total.name]!.data![0]);
    };
    const start = await run("loss", subject.initial());
    const guess = await run("loss of zeros", () => ({ read: (target) => void target.fill(0) }));
    const ignored = await ignoredPixels(subject, model, feeds);
    const ratio = start / guess;
    const entropy = network.nodes.some(({ operator }) => operator === "cross_entropy");
    const expected = entropy && classes !== undefined && Math.abs(guess - Math.log(classes)) < 1e-3 ? ` = ln ${classes}` : "";
    const broken = !Number.isFinite(start) || (guess > 0 && ratio > far) || ignored.problem !== undefined;
    return {
      status: broken ? "failure" : guess > 0 && ratio > most ? "warning" : "pass",
      figure: `${total.name} starts at ${brief(start)}, a guess costs ${brief(guess)}${expected}${guess > 0 ? `: ${brief(ratio)} x` : ""}${ignored.figure}`,
      threshold: `<= ${most} x a guess (failure above ${far} x); ignored pixels: difference 0`,
      ...(ignored.problem !== undefined ? { because: ignored.problem } : guess > 0 && ratio > most ? { because: "the head starts too sure of itself: give the last convolution smaller weights, or `init: zeros`" } : {}),
      metrics: { start, guess },
    };
  },
};

/** Classes of a cross-entropy, else channels of the first head; undefined where there is none, or a size decides. */
function classesOf(network: Network): number | undefined {
  const node = network.nodes.find(({ operator }) => operator === "cross_entropy");
  if (node !== undefined) return constantValue(shapeOf(network, inputsOf(node)[0]!)[1]!);
  const heads = network.outputs.filter(({ role }) => role === "head");
  return heads.length === 0 ? undefined : constantValue(shapeOf(network, heads[0]!.value)[1] ?? { kind: "constant", value: 2 });
}

async function ignoredPixels(subject: Subject, { lowered: network, onnx, }: CompiledModel, feeds: Readonly<Record<string, Value>>): Promise<{ readonly figure: string; readonly problem?: string }> {
  const node = network.nodes.find(({ operator }) => operator === "cross_entropy");
  const ignore = node?.attributes["ignore"];
  const total = network.outputs.find(({ role }) => role === "loss")!;
  const target = network.inputs.find(({ value }) => shapeOf(network, value).length === 3 && network.values[value]!.type.type === "int64");
  const heads = onnx.outputs.filter(({ name, shape }) => name !== total.name && shape.length === 4);
  if (typeof ignore !== "number" || target === undefined || heads.length === 0) return { figure: "" };
  const part = cut(onnx, heads, [total.name]);
  const taken = heads.filter(({ name }) => part.nodes.some((one) => one.inputs.includes(name)));
  // Something of the loss reads what lies before the heads.
  if (taken.length === 0 || part.weights.length > 0) return { figure: "" };
  const labels = feeds[target.name]!;
  const [batch, height, width] = labels.shape as [number, number, number];
  const half = BigInt64Array.from(labels.data as BigInt64Array, (label, i) => (Math.floor(i / width) % height < height / 2 ? BigInt(ignore) : label));
  const sizes = Object.fromEntries(network.inputs.flatMap(({ value, name }) => shapeOf(network, value).flatMap((dim, axis) => (dim.kind === "quasi" && dim.period === 1 && dim.slope === 1 && dim.offsets[0] === 0 ? [[dim.symbol, feeds[name]!.shape[axis]!]] : []))));
  const scores = (moveRows: (y: number) => boolean): Record<string, Value> => Object.fromEntries(taken.map(({ name }) => {
    const shape = evaluateShape(shapeOf(network, network.outputs.find((output) => output.name === name)!.value), sizes);
    const [, channels, h, w] = shape as [number, number, number, number];
    const data = new Float32Array(batch * channels * h * w);
    for (let i = 0; i < data.length; i++) data[i] = Math.sin(i * 12.9898) + (moveRows((Math.floor(i / w) % h) / h) ? 3 * Math.cos(i * 78.233) : 0);
    return [name, { type: "float32", shape, data }];
  }));
  const session = await subject.session("loss alone", { ...part, inputs: part.inputs.filter((input) => part.nodes.some((one) => one.inputs.includes(input.name))) }, subject.initial());
  const others = Object.fromEntries(Object.entries(feeds).filter(([name]) => session.inputs.some((port) => port.name === name)));
  const run = async (moveRows: (y: number) => boolean): Promise<number> => {
    const { outputs } = await session.run({ ...others, [target.name]: { ...labels, data: half } as Value, ...scores(moveRows) });
    return Number(outputs[total.name]!.data![0]);
  };
  const [plain, above, below] = [await run(() => false), await run((y) => y < 0.49), await run((y) => y > 0.6)];
  if (Math.abs(above - plain) > 1e-6 * Math.max(1, Math.abs(plain))) return { figure: "", problem: `the scores of ignored pixels (label ${ignore}) move the loss from ${brief(plain)} to ${brief(above)}` };
  if (below === plain) return { figure: "", problem: "the scores of labelled pixels do not move the loss" };
  return { figure: `; pixels labelled ${ignore} do not move it` };
}
