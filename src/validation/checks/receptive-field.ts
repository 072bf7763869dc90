import { fieldSize } from "../../analyses/geometry.js";
import { valueOf } from "../../network/network.js";
import { argumentsOf } from "../../network/operands.js";
import { operatorOf } from "../../operators/index.js";
import type { Check } from "../check.js";
import { Prober, along, axes, axisName, highOf, lengthFor, lowOf, phases, probeSizes, stepSlack } from "../prober.js";
import { type CheckResult, brief, skipped } from "../result.js";
import type { Subject, Tensor } from "../subject.js";

export const receptiveField: Check = {
  name: "receptive_field",
  title: "what an output sees is what was derived, to the pixel",
  measures: `Lights all pixels up to a row (or column), and all from one on, in the probe: the compiled graph with one channel, positive weights, and
nothing that saturates, so that no influence can cancel. An element must stay exactly 0 up to the edge of its derived box, and change with it.
Heads are measured in all phases, and other tensors in one, in the middle of an image that holds the box. Where something sees the whole image
(global pooling, attention), the compiled network itself must feel its farthest corner.`,
  threshold: `Failure where an edge differs from the derived one. Behind a resize to another map's size the step depends on the size of the image; there the difference may be what
that step leaves open at the size that is measured. Warning where the box does not fit into an image of 4096 pixels, or a corner is not felt.`,
  remedy: `The graph does not do what the spec says: look at the dilation, stride or padding of the first tensor that is named.`,
  async run(subject) {
    const heads = headsOf(subject);
    const bounded = heads.filter((head) => axes.some((axis) => along(subject, head, axis)));
    const details: string[] = [];
    if (bounded.length === 0) return wholeImage(subject, heads);
    const probe = subject.probe("linear");
    if (typeof probe === "string") return skipped(`${probe}, and without the probe influence could cancel`);
    let [asked, wrong, open] = [0, 0, 0];
    const measured: Record<string, readonly (Extent | undefined)[]> = {};
    let tooLarge = "";
    const gaps = leavesGaps(subject);
    for (const axis of axes) {
      const others = sample(subject.tensors.filter(({ name, id }) => probe.values.has(name) && along(subject, { id }, axis) && !heads.some((head) => head.id === id)), 48);
      const sizes = probeSizes(subject, axis, lengthFor(subject, [...bounded, ...others], axis));
      if (sizes === undefined) return skipped("no legal size holds the receptive field");
      subject.say(`receptive field, ${axisName[axis]}`);
      const prober = await Prober.open(subject, "linear", sizes, axis);
      const questions: Question[] = [];
      for (const tensor of [...bounded, ...others]) {
        const seen = along(subject, tensor, axis);
        if (seen === undefined) continue;
        const js = prober.middle(tensor, bounded.includes(tensor) ? Math.min(32, phases(subject, seen)) : 1);
        if (js.length === 0 && bounded.includes(tensor)) tooLarge = `the box of ${tensor.name} (${fieldSize(seen)} ${axisName[axis]}) does not fit into ${prober.length}`;
        for (const j of js)
          for (const side of ["low", "high"] as const) {
            const edge = side === "low" ? lowOf(seen, j) : highOf(seen, j);
            questions.push({ tensor, j, side, edge });
          }
      }
      const edges = await answers(prober, questions);
      const slack = stepSlack(subject, sizes, axis);
      const nothing = gaps ? feltNothing(questions, edges) : new Set();
      for (const [at, question] of questions.entries()) {
        if (nothing.has(at)) continue;
        asked++;
        const allowed = slack.get(question.tensor.id) ?? 0;
        open = Math.max(open, bounded.includes(question.tensor) ? allowed : 0);
        if (Math.abs(edges[at]! - question.edge) <= allowed) continue;
        wrong++;
        if (details.length < 8) details.push(`${question.tensor.name}[${question.j}], ${axisName[axis]}: derived ${question.side === "low" ? "from" : "to"} ${question.edge}, measured ${edges[at]} (${question.tensor.node.place.file.path}, ${question.tensor.node.path})`);
      }
      for (const head of bounded) {
        const own = questions.map((question, at) => ({ question, edge: edges[at]! })).filter(({ question }) => question.tensor === head);
        const js = [...new Set(own.map(({ question }) => question.j))];
        const boxes = js.map((j): Extent => ({
          low: own.find(({ question }) => question.j === j && question.side === "low")!.edge,
          high: own.find(({ question }) => question.j === j && question.side === "high")!.edge,
        }));
        const largest = boxes.reduce<Extent | undefined>((best, one) => (best === undefined || one.high - one.low > best.high - best.low ? one : best), undefined);
        measured[head.name] = [...(measured[head.name] ?? []), largest];
      }
    }
    const size = (extent: Extent | undefined): number | undefined => extent && extent.high - extent.low + 1;
    const shown = bounded.map((head) => {
      const [rows, columns] = measured[head.name]!.map(size);
      return `${head.name} ${rows === columns ? (rows ?? "?") : `${rows ?? "?"}x${columns ?? "?"}`}`;
    });
    if (asked === 0) return skipped(tooLarge || "no tensor's box fits into an image");
    return {
      status: wrong > 0 ? "failure" : tooLarge ? "warning" : "pass",
      figure: `${shown.join(", ")} pixels; ${asked - wrong} of ${asked} edges as derived`,
      threshold: open > 0 ? `all edges equal; within ${brief(open)} pixels behind resizes whose step depends on the size` : "all edges equal",
      ...(tooLarge ? { because: tooLarge } : {}),
      details,
      metrics: Object.fromEntries([["different", wrong], ...bounded.map((head) => [`size.${head.name}`, size(measured[head.name]![0]) ?? NaN] as const)]),
    };
  },
};

/** Whether some step puts elements between others that come from nowhere. Their boxes are those of their neighbours' edges. */
const leavesGaps = ({ network }: Subject): boolean =>
  network.nodes.some((node) => axes.some((axis) => {
    const reach = operatorOf(node).reach(argumentsOf(node, (id) => valueOf(network, id).type), axis, "x");
    return reach.kind === "spread" && reach.kernel < reach.stride;
  }));

/** Both questions about each element that no pixel moves: each is asked from its low and from its high side. */
function feltNothing(questions: readonly Question[], edges: readonly number[]): ReadonlySet<number> {
  return new Set(questions.flatMap(({ side }, at) => (side === "low" && edges[at]! > edges[at + 1]! ? [at, at + 1] : [])));
}

interface Extent {
  readonly low: number;
  readonly high: number;
}

interface Question {
  readonly tensor: Tensor;
  readonly j: number;
  readonly side: "low" | "high";
  /** As derived. */
  readonly edge: number;
}

/** The true edge of each: the derived one where the element feels it and nothing before it, else found by halving. */
async function answers(prober: Prober, questions: readonly Question[]): Promise<readonly number[]> {
  const last = prober.length - 1;
  const feels = await feeler(prober, questions);
  const found: number[] = [];
  for (const question of questions) {
    const { side, edge } = question;
    const step = side === "low" ? -1 : 1;
    const inside = (at: number): boolean => at >= 0 && at <= last;
    if ((await feels(question, edge)) && !(inside(edge + step) && (await feels(question, edge + step)))) {
      found.push(edge);
      continue;
    }
    // Felt at the near end of the image, not felt at the far end.
    let [out, felt] = side === "low" ? [-1, last] : [last + 1, 0];
    while (Math.abs(felt - out) > 1) {
      const middle = Math.floor((felt + out) / 2);
      if (await feels(question, middle)) felt = middle;
      else out = middle;
    }
    found.push(felt);
  }
  return found;
}

/** Whether an element feels all pixels up to (\`low\`) or from (\`high\`) a place on; the expected questions are asked together. */
async function feeler(prober: Prober, questions: readonly Question[]): Promise<(question: Question, at: number) => Promise<boolean>> {
  const names = (side: string, at: number): string => `${side} ${at}`;
  const known = new Map<string, ReadonlyMap<string, Float64Array>>();
  const ask = async (list: readonly { readonly side: "low" | "high"; readonly at: number; readonly tensors: ReadonlySet<string> }[]): Promise<void> => {
    const tensors = [...new Set(list.flatMap((one) => [...one.tensors]))];
    const responses = await prober.ask(list.map(({ side, at }) => (side === "low" ? (pixel) => (pixel <= at ? 1 : 0) : (pixel) => (pixel >= at ? 1 : 0))), tensors);
    for (const [index, { side, at }] of list.entries())
      known.set(names(side, at), new Map([...(known.get(names(side, at)) ?? []), ...[...responses[index]!].map(([name, response]) => [name, prober.profile(response)] as const)]));
  };
  const wanted = new Map<string, { side: "low" | "high"; at: number; tensors: Set<string> }>();
  for (const { tensor, side, edge } of questions)
    for (const at of [edge, edge + (side === "low" ? -1 : 1)]) {
      if (at < 0 || at >= prober.length) continue;
      const one = wanted.get(names(side, at)) ?? { side, at, tensors: new Set() };
      one.tensors.add(tensor.name);
      wanted.set(names(side, at), one);
    }
  const list = [...wanted.values()];
  for (let from = 0; from < list.length; from += 16) await ask(list.slice(from, from + 16));
  return async ({ tensor, side, j }, at) => {
    if (!known.get(names(side, at))?.has(tensor.name)) await ask([{ side, at, tensors: new Set([tensor.name]) }]);
    return (known.get(names(side, at))!.get(tensor.name)![j] ?? 0) !== 0;
  };
}

export const headsOf = (subject: Subject): readonly Tensor[] => {
  const ids = new Set(subject.network.outputs.filter(({ role }) => role !== "loss").map(({ value }) => value));
  return subject.tensors.filter(({ id }) => ids.has(id));
};

function sample<T>(items: readonly T[], most: number): readonly T[] {
  return items.length <= most ? items : Array.from({ length: most }, (_, i) => items[Math.floor((i * items.length) / most)]!);
}

/** Nothing to measure but that the farthest corner is felt. */
async function wholeImage(subject: Subject, heads: readonly Tensor[]): Promise<CheckResult> {
  const sizes = subject.comfortable(1e9);
  if (sizes === undefined || heads.length === 0) return skipped("no head depends on the image");
  if (heads.every((head) => subject.geometry.get(head.id)?.includes("unknown"))) return skipped("the receptive field depends on the size of the image in a way that has no single answer");
  const session = await subject.compiled();
  const feeds = subject.feeds(sizes);
  const image = feeds[subject.imageName]!;
  const moved = Float32Array.from(image.data as Float32Array);
  const shape = image.shape;
  // A block in the last corner of every channel.
  const [, channels, height, width] = shape as [number, number, number, number];
  for (let c = 0; c < channels; c++) for (let y = height - Math.ceil(height / 4); y < height; y++) for (let x = width - Math.ceil(width / 4); x < width; x++) moved[(c * height + y) * width + x]! += 10;
  const names = heads.map(({ name }) => name);
  const [before, after] = [await session.run(feeds, { fetch: names }), await session.run({ ...feeds, [subject.imageName]: { ...image, data: moved } as never }, { fetch: names })];
  const felt = heads.filter(({ name }) => (before.outputs[name]!.data as Float32Array)[0] !== (after.outputs[name]!.data as Float32Array)[0]);
  const constant = heads.every(({ name }) => (before.outputs[name]!.data as Float32Array).every((value, _, all) => value === all[0]));
  if (constant) return skipped("the head gives one value everywhere with its initial weights (`init: zeros`)");
  return {
    status: felt.length === heads.length ? "pass" : "warning",
    figure: felt.length === heads.length ? "the whole image: the first pixel feels the last corner" : `${heads.filter((head) => !felt.includes(head)).map(({ name }) => name).join(", ")}: the first pixel does not feel the last corner`,
    threshold: "felt",
    metrics: { different: heads.length - felt.length },
  };
}
