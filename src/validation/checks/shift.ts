import type { Check } from "../check.js";
import { type Axis, axisName, lengthFor, probeSizes } from "../prober.js";
import { brief, skipped } from "../result.js";
import type { Subject, Tensor } from "../subject.js";
import { alongAxes, compareParts, exact, runPart, runnerFor, strideAlong, trusted } from "../tiles.js";
import { headsOf } from "./receptive-field.js";

export const shift: Check = {
  name: "shift",
  title: "moving the image by the derived period moves the output exactly",
  measures: `Cuts two windows from one noise image, the derived shift period apart, and compares the outputs where both see the same pixels. Moved by less than the period the
output must change: the period is then no larger than it has to be. The image has a size at which the period is derived to hold: an interpolation to another map's size has
the right step at some sizes only (\`segc inspect\` names them). Networks in which something sees the whole image, or a grid has its step at no size (\`align_corners\` by a
factor), have no period, and are skipped.`,
  threshold: `Failure where moving by the period changes the output by more than ${exact} of its largest value, which is rounding. Warning where it does not change when moved by less.`,
  remedy: `Something on the way does not follow the image: an odd pooling, a constant map.`,
  async run(subject) {
    const head = headsOf(subject)[0];
    if (head === undefined) return skipped("no head depends on the image");
    const { outcomes, troubles } = await alongAxes(subject, head, (axis, period) => alongAxis(subject, head, axis, period));
    if (outcomes.length === 0) return skipped(troubles[0] ?? "something sees the whole image, or has its step at no size, so no shift is exact");
    const failed = outcomes.some(({ outcome }) => outcome.byPeriod > exact);
    const same = outcomes.some(({ outcome }) => outcome.byLess !== undefined && outcome.byLess <= exact);
    const used = outcomes.at(-1)!.outcome.what;
    return {
      status: failed ? "failure" : same ? "warning" : "pass",
      figure: outcomes.map(({ axis, outcome: { period, byPeriod, less, byLess } }) => `${axisName[axis]} by ${period}: ${brief(byPeriod)}${byLess === undefined ? "" : `, by ${less}: ${brief(byLess)}`}`).join("; "),
      threshold: `<= ${exact} of the largest value by the period, more by less`,
      because: failed ? "the output does not follow the image" : same ? `the output follows smaller shifts too: with ${used} the period is larger than it has to be` : `measured on ${used}`,
      details: troubles,
      metrics: Object.fromEntries(outcomes.map(({ axis, outcome }) => [`difference.${axisName[axis]}`, outcome.byPeriod])),
    };
  },
};

interface Outcome {
  readonly period: number;
  readonly byPeriod: number;
  readonly byLess: number | undefined;
  readonly less: number;
  readonly what: string;
}

async function alongAxis(subject: Subject, head: Tensor, axis: Axis, period: number): Promise<Outcome | string> {
  const sizes = probeSizes(subject, axis, lengthFor(subject, [head], axis) + 4 * period);
  if (sizes === undefined) return "no legal size holds the receptive field";
  const zone = trusted(subject, head, axis, sizes);
  const stride = strideAlong(subject, head, axis);
  if (zone === undefined || zone.last - zone.first < (2 * period) / stride) return "the receptive field leaves no room in an image of 4096 pixels";
  const runner = await runnerFor(subject, sizes);
  if (typeof runner === "string") return runner;
  subject.say(`shift, ${axisName[axis]}`);
  const still = await runPart(subject, runner, sizes, axis, 0, head);
  const by = async (pixels: number): Promise<number | undefined> => {
    const elements = pixels / stride;
    if (!Number.isInteger(elements)) return undefined;
    const { max, scale } = compareParts(await runPart(subject, runner, sizes, axis, pixels, head), still, axis, zone.first, zone.last - elements, elements);
    return scale === 0 ? undefined : max / scale;
  };
  const byPeriod = await by(period);
  if (byPeriod === undefined) return "the head gives 0 everywhere with its initial weights (`init: zeros`)";
  const less = stride >= 1 ? stride : 1;
  return { period, byPeriod, byLess: less % period === 0 ? undefined : await by(less), less, what: runner.what };
}
