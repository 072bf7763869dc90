import type { Check } from "../check.js";
import { brief, skipped } from "../result.js";
import type { Subject } from "../subject.js";

const images = 8;
const seeds = 3;

export const proxies: Check = {
  name: "proxies",
  title: "how differently the untrained network answers different images",
  page: `NASWOT (Mellor, Turner, Storkey, Crowley, 2021): ${images} images of noise, one bit for each unit that is positive behind a ReLU (or its relatives); K[i][j] counts the bits on
which images i and j agree, and the score is log |det K|. Higher means that the images are told apart better before training. It is given for ${seeds} seeds of the initial
weights, with its spread. It ranks variants of one spec, weakly, and promises nothing: networks of other sizes or activations are not comparable, and it is never judged.`,
  async run(subject) {
    const units = subject.onnx.nodes.filter(({ op }) => op === "Relu" || op === "PRelu" || op === "LeakyRelu" || op === "Clip").map(({ outputs }) => outputs[0]!);
    const known = units.filter((name) => subject.tensors.some((tensor) => tensor.name === name));
    if (known.length < 2) return skipped("the network has no ReLUs to take bits from");
    const small = subject.comfortable(2e8);
    const sizes = small && subject.batched(small, images);
    if (sizes === undefined || subject.imageShape(sizes)[0] !== images) return skipped("the batch is fixed");
    const scores: number[] = [];
    for (let seed = 0; seed < seeds; seed++) {
      subject.say(`proxies, seed ${seed}`);
      scores.push(await naswot(subject, sizes, known, seed));
    }
    const mean = scores.reduce((a, b) => a + b, 0) / seeds;
    const spread = Math.max(...scores) - Math.min(...scores);
    if (!Number.isFinite(mean)) return { status: "pass", figure: "NASWOT: some images give the same bits, so the score is minus infinity", threshold: "none" };
    return {
      status: "pass",
      figure: `NASWOT ${mean.toFixed(2)} (spread ${brief(spread)} over ${seeds} seeds); ranks variants of one spec, and promises nothing`,
      threshold: "none",
      metrics: { naswot: mean, naswot_spread: spread },
    };
  },
};

async function naswot(subject: Subject, sizes: NonNullable<ReturnType<Subject["comfortable"]>>, names: readonly string[], seed: number): Promise<number> {
  const model = { ...subject.onnx, outputs: [...subject.onnx.outputs, ...subject.onnx.values.filter(({ name }) => names.includes(name))], values: [] };
  const session = await subject.session(`naswot ${seed}`, model, subject.initial(subject.seed + seed), { optimisation: "basic" });
  const feeds = subject.feeds(sizes, seed);
  const kernel = Array.from({ length: images }, () => new Float64Array(images));
  // One tensor at a time: together they would be large.
  for (let from = 0; from < names.length; from += 8) {
    const part = names.slice(from, from + 8);
    const { outputs } = await session.run(feeds, { fetch: part });
    for (const name of part) {
      const data = outputs[name]!.data as Float32Array;
      const count = data.length / images;
      for (let i = 0; i < images; i++)
        for (let j = i; j < images; j++) {
          let same = 0;
          for (let k = 0, a = i * count, b = j * count; k < count; k++, a++, b++) if (data[a]! > 0 === data[b]! > 0) same++;
          kernel[i]![j]! += same;
          if (i !== j) kernel[j]![i]! += same;
        }
    }
  }
  return logDeterminant(kernel);
}

/** log |det|, by elimination with pivots. */
export function logDeterminant(matrix: readonly Float64Array[]): number {
  const rows = matrix.map((row) => Float64Array.from(row));
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.slice(i).reduce((best, row, at) => (Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? i + at : best), i);
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    const head = rows[i]![i]!;
    if (head === 0) return -Infinity;
    sum += Math.log(Math.abs(head));
    for (let r = i + 1; r < rows.length; r++) {
      const factor = rows[r]![i]! / head;
      for (let c = i; c < rows.length; c++) rows[r]![c]! -= factor * rows[i]![c]!;
    }
  }
  return sum;
}
