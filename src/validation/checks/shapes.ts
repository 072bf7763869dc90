import { above, below, contains, sizesOf, smallest, symbolsOf } from "../../tensor/index.js";
import { shapeOf } from "../../network/network.js";
import { RuntimeProblem } from "../../runtime/runtime-problem.js";
import { specLine } from "../../runtime/spec-line.js";
import type { Check } from "../check.js";
import type { Sizes, Subject } from "../subject.js";

export const shapes: Check = {
  name: "shapes",
  title: "derived shapes are those that come out, for every tensor",
  measures: `Runs the graph with all of its tensors as outputs, at the smallest legal size, at a usual one and at an odd one, for batches of 1 and 2,
and compares every shape with the derived one. Sizes just outside of the legal set must not be accepted: the compiler's own answer is asked for.`,
  threshold: `Failure where one shape differs, or where a size outside of the legal set would run.`,
  remedy: `A difference is a bug of segc: please report it, with the spec.`,
  async run(subject) {
    const cases = casesOf(subject);
    const session = await subject.exposed();
    const wrong: string[] = [];
    let compared = 0;
    for (const { label, sizes } of cases) {
      subject.say(`shapes at ${label}`);
      try {
        const { outputs } = await session.run(subject.feeds(sizes), { want: "shape" });
        for (const tensor of subject.tensors) {
          const actual = outputs[tensor.name]?.shape;
          if (actual === undefined) continue;
          compared++;
          const derived = subject.shape(tensor.id, sizes);
          if (actual.join() !== derived.join()) wrong.push(`${tensor.name} at ${label}: derived [${derived.join(", ")}], actual [${actual.join(", ")}]`);
        }
      } catch (error) {
        if (!(error instanceof RuntimeProblem) || ["timeout", "cancelled", "crashed"].includes(error.kind)) throw error;
        const line = specLine(subject.onnx, error.node);
        wrong.push(`does not run at ${label}: ${error.message}${line === undefined ? "" : ` (${line})`}`);
      }
    }
    const outside = outsideOf(subject);
    for (const { label, sizes } of outside) if (subject.runs(sizes)) wrong.push(`${label} is outside of the legal set, but every condition holds there`);
    const where = cases.map(({ label }) => label).join(", ");
    return {
      status: wrong.length > 0 ? "failure" : "pass",
      figure: wrong.length > 0 ? `${wrong.length} of ${compared} shapes differ` : `${compared} shapes equal, at ${where}`,
      threshold: "0 differ",
      details: wrong.slice(0, 12),
      metrics: { compared, different: wrong.length },
    };
  },
};

interface Case {
  readonly label: string;
  readonly sizes: Sizes;
}

function casesOf(subject: Subject): readonly Case[] {
  const least = subject.smallest;
  const usual = subject.comfortable(2e9);
  const image = usual === undefined ? [0, 0, 1, 1] : subject.imageShape(usual);
  // The next legal sizes that are odd, or at least other than those of the usual case.
  const odd = subject.sizes(image[2]!, image[3]!, 1, (set, wish) => {
    let size = above(set, wish);
    for (let tries = 0; size !== undefined && size % 2 === 0 && tries < 64; tries++) size = above(set, size);
    return size !== undefined && (size % 2 === 1 || size < wish * 1.5) ? size : (above(set, wish) ?? smallest(set));
  });
  const found: Case[] = [];
  for (const sizes of [least, usual, odd])
    for (const batch of [1, 2]) {
      if (sizes === undefined || (batch === 2 && sizes === usual && subject.macs(sizes) > 1e9)) continue;
      const batched = subject.batched(sizes, batch);
      const shape = subject.imageShape(batched);
      const label = `${shape[0] === 1 ? "" : `${shape[0]}x`}${shape[2]}x${shape[3]}`;
      if (!found.some((one) => one.label === label)) found.push({ label, sizes: batched });
    }
  return found;
}

/** One below the smallest, and the first gap, of each symbol. */
function outsideOf(subject: Subject): readonly Case[] {
  const least = subject.smallest;
  if (least === undefined) return [];
  const found: Case[] = [];
  for (const axis of [2, 3])
    for (const symbol of symbolsOf(shapeOf(subject.network, subject.network.inputs[0]!.value)[axis]!)) {
      const legal = sizesOf(subject.network.legal, symbol);
      const claimed = sizesOf(subject.network.claimed, symbol);
      for (const size of [least[symbol]! - 1, least[symbol]! + 1])
        // What only the author's \`where\` refuses may well run.
        if (size >= 1 && !contains(legal, size) && contains(claimed, size) && below(legal, size) !== size) found.push({ label: `${symbol} = ${size}`, sizes: { ...least, [symbol]: size } });
    }
  return found;
}
