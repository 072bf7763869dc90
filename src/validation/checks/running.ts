/** Checks of running it at all: the same twice, how long, how much. */
import { cost } from "../../analyses/cost.js";
import { weightBytes } from "../../onnx/element-types.js";
import type { Check } from "../check.js";
import { oneNode } from "../../runtime/providers.js";
import { RuntimeProblem } from "../../runtime/runtime-problem.js";
import { type LatencyFigures, latencyOf, rounds, otherSizes } from "../latency.js";
import { brief, skipped } from "../result.js";
import type { Sizes, Subject } from "../subject.js";

export const repeatability: Check = {
  name: "repeatability",
  title: "the same image gives the same bits, also in a new session",
  measures: `Runs the network twice in one session and once in a second one, on the chosen device, and compares bit by bit.`,
  threshold: `Warning where one bit differs.`,
  remedy: `Kernels add up in the order in which threads finish. Results then differ from run to run in the last digits, and so do metrics: compare with a tolerance, or run with --threads 1.`,
  async run(subject) {
    const sizes = subject.comfortable(1e9);
    if (sizes === undefined) return skipped("no legal size");
    const feeds = subject.feeds(sizes);
    const { device } = subject;
    const first = await subject.compiled({ device });
    await first.run(feeds, { want: "shape", keep: "repeat" });
    const again = await first.run(feeds, { want: "shape", against: "repeat" });
    const second = await subject.session("compiled", subject.onnx, subject.initial(), { device, optimisation: "all" });
    const anew = await second.run(feeds, { want: "shape", against: "repeat" });
    await subject.deviceFor(device).forget("repeat");
    const worst = [again, anew].map(({ outputs }) => Math.max(0, ...Object.values(outputs).map(({ difference }) => difference?.max ?? 0)));
    const most = Math.max(...worst);
    return {
      status: most === 0 ? "pass" : "warning",
      figure: most === 0 ? `bit for bit on ${device}` : `differs by ${brief(worst[0]!)} in one session, ${brief(worst[1]!)} in another`,
      threshold: "0",
      metrics: { difference: most },
    };
  },
};

export const latency: Check = {
  name: "latency",
  title: "how long one image takes, warm-up apart",
  measures: `Loads the network on the chosen device, runs it once (shaders are compiled and memory is taken then), and then ${rounds} times: the median and the spread. The report also shows
a quarter, half and double of that size where they take no long time, and the other devices that work here and are no software.`,
  threshold: `None: milliseconds belong to a machine. A threshold file may set \`latency.median\`.`,
  remedy: `Compare variants with \`segc compare\`, and look at \`segc inspect\` for where the multiply-accumulates are.`,
  async run(subject) {
    const sizes = subject.comfortable(2e10);
    if (sizes === undefined) return skipped("no legal size");
    const figures = await latencyOf(subject, subject.device, sizes);
    const { median, least, most, first, loading, macs, size } = figures;
    return {
      status: "pass",
      figure: `${brief(median)} ms at ${size.join("x")} on ${subject.device} (${brief(least)} to ${brief(most)}); loading ${brief(loading)}, first run ${brief(first)}; ${brief(macs / median / 1e6)} G MACs a second`,
      threshold: "none",
      metrics: { median, first, loading },
      data: [figures, ...(subject.options.pictures ? await otherLatencies(subject, sizes, figures) : [])],
    };
  },
};

/** Images of other sizes, and other devices. One that refuses the network is the business of `devices`. */
async function otherLatencies(subject: Subject, sizes: Sizes, main: LatencyFigures): Promise<readonly LatencyFigures[]> {
  const elsewhere = otherSizes(subject, sizes, main);
  const others = (subject.options.providers ?? []).filter(({ name, available, software }) => available && !software && name !== subject.device).map(({ name }) => name);
  const found: LatencyFigures[] = [];
  for (const [device, list] of [[subject.device, elsewhere] as const, ...others.map((name) => [name, [sizes, ...elsewhere]] as const)])
    try {
      for (const one of list) found.push(await latencyOf(subject, device, one));
    } catch (error) {
      if (!(error instanceof RuntimeProblem) || error.kind === "cancelled") throw error;
    }
  return found;
}

const mostRatio = 3;

export const memory: Check = {
  name: "memory",
  title: "the memory that a run takes is about what was predicted",
  measures: `Compares the resident memory of a fresh device process after one run with what it was before, against the weights plus the largest sum of activations that live at the same time
(as \`inspect\` predicts it). ONNX Runtime keeps its arena and scratch space for convolutions, so measured is usually more.
Memory of a GPU is not seen by this: for other devices than the CPU the figure is that of the process.`,
  threshold: `Warning where it is more than ${mostRatio} times as much, and 256 MiB more.`,
  remedy: `The scratch space of one large convolution is the usual cause: smaller tiles, or fewer threads.`,
  async run(subject) {
    const sizes = subject.comfortable(2e10);
    if (sizes === undefined) return skipped("no legal size");
    const device = subject.deviceFor(subject.device, "memory");
    // Loads the runtime and what every run takes.
    const nothing = await device.open(await subject.path("one node", oneNode, subject.initial()), { device: subject.device });
    await nothing.run({ x: { type: "float32", shape: [1, 1, 2, 2], data: new Float32Array(4) } });
    const before = await device.memory();
    const session = await subject.compiled({ device: subject.device, fresh: "memory" });
    await session.run(subject.feeds(sizes), { want: "shape" });
    const after = await device.memory();
    const weights = weightBytes(subject.onnx.weights);
    const { peakBytes } = cost(subject.network, sizes);
    const predicted = weights + peakBytes;
    const measured = Math.max(0, after.rss - before.rss);
    const [, , height, width] = subject.imageShape(sizes);
    const peak = Math.max(measured, after.peak - before.rss);
    const much = measured > mostRatio * predicted && measured - predicted > 256 * 2 ** 20;
    return {
      status: much ? "warning" : "pass",
      figure: `${mebibytes(measured)} measured (${mebibytes(peak)} at the most, while loading), ${mebibytes(predicted)} predicted at ${height}x${width} (weights ${mebibytes(weights)}, activations ${mebibytes(peakBytes)})`,
      threshold: `<= ${mostRatio} x predicted`,
      metrics: { measured, predicted, peak },
    };
  },
};

const mebibytes = (bytes: number): string => `${brief(bytes / 2 ** 20)} MiB`;
