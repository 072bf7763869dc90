import type { Check } from "../check.js";
import { type Axis, axisName, lengthFor, probeSizes } from "../prober.js";
import { brief, skipped } from "../result.js";
import { type AxisTiles, planOf, type SeamMap, seamMap } from "../seam-map.js";
import type { Sizes, Subject, Tensor } from "../subject.js";
import { alongAxes, compareParts, exact, runPart, runnerFor, strideAlong, trusted } from "../tiles.js";
import { headsOf } from "./receptive-field.js";

export interface SeamPicture {
  readonly axis: Axis;
  readonly tile: number;
  readonly planned: number;
  readonly naive: number;
  /** Difference for each element along the axis, relative to the largest value. */
  readonly plannedRows: readonly number[];
  readonly naiveRows: readonly number[];
  readonly stride: number;
}

export interface SeamFigures {
  readonly pictures: readonly SeamPicture[];
  readonly planned: SeamMap | undefined;
  readonly naive: SeamMap | undefined;
}

export const seams: Check = {
  name: "seams",
  title: "tiles that are stitched by the derived plan equal the whole image",
  measures: `Runs one large image whole, and as two tiles. Tiles lie a multiple of the shift period apart and overlap, so that each output comes from a tile that
holds all that it sees: the result must be that of the whole image. Beside it stands what the naive distance costs, at which
the tiles' outputs just touch (a U-Net at 388 instead of 384).`,
  threshold: `Failure where the tiles differ from the whole image by more than ${exact} of its largest value, which is rounding.`,
  remedy: `Take tiles at the distance that \`segc inspect\` derives. --tile-stride takes your own distance instead; the check fails where that leaves seams or a gap, or
where no distance would do.`,
  async run(subject) {
    const head = headsOf(subject)[0];
    if (head === undefined) return skipped("no head depends on the image");
    const { outcomes, troubles } = await alongAxes(subject, head, (axis, period) => alongAxis(subject, head, axis, period));
    const threshold = `<= ${exact} of the largest value at the planned distance`;
    if (outcomes.length === 0) {
      const why = troubles[0] ?? "something sees the whole image, or has its step at no size, so tiles cannot reproduce it";
      // Whoever asks for a distance wants to know whether it holds.
      return subject.options.tileStride === undefined ? skipped(why) : { status: "failure", figure: why, threshold };
    }
    const failed = outcomes.some(({ outcome }) => outcome.planned.worst > exact);
    return {
      status: failed ? "failure" : "pass",
      figure: outcomes.map(({ axis, outcome: { tiling, planned, naive } }) =>
        `${axisName[axis]}: tiles of ${tiling.length} every ${planned.distance} differ by ${brief(planned.worst)}${naive ? `, every ${naive.distance} by ${brief(naive.worst)}` : ""}`).join("; "),
      threshold,
      ...(failed && subject.options.tileStride !== undefined
        ? { because: `${subject.options.tileStride} is no multiple of the shift period ${subject.options.model.analysis.shiftPeriod.join(", ")}, or leaves too little overlap` }
        : {}),
      details: troubles,
      metrics: Object.fromEntries(outcomes.flatMap(({ axis, outcome: { planned, naive } }) => [
        [`planned.${axisName[axis]}`, planned.worst] as const,
        ...(naive ? [[`naive.${axisName[axis]}`, naive.worst] as const] : []),
      ])),
      data: await figuresOf(subject, head, outcomes.map(({ outcome }) => outcome)),
    };
  },
};

async function figuresOf(subject: Subject, head: Tensor, outcomes: readonly Outcome[]): Promise<SeamFigures> {
  const pictures = outcomes.map(({ tiling, planned, naive, touching }): SeamPicture => ({
    axis: tiling.axis, tile: tiling.length, planned: planned.distance, naive: touching, plannedRows: planned.rows, naiveRows: naive?.rows ?? [], stride: tiling.stride,
  }));
  // The same in two dimensions, where both axes can be tiled.
  const [rows, columns] = outcomes.map(({ tiling }) => tiling);
  const map = async (distances: readonly number[]): Promise<SeamMap | undefined> =>
    rows === undefined || columns === undefined || !subject.options.pictures ? undefined : seamMap(subject, head, [rows, columns], distances as [number, number]);
  const same = pictures.every(({ planned, naive }) => planned === naive);
  return { pictures, planned: await map(pictures.map(({ planned }) => planned)), naive: same ? undefined : await map(pictures.map(({ naive }) => naive)) };
}

interface Tiling extends AxisTiles {
  readonly axis: Axis;
  readonly sizes: Sizes;
}

interface Stitched {
  readonly distance: number;
  /** Largest difference, and that of each element along the axis, relative to the largest value. */
  readonly worst: number;
  readonly rows: readonly number[];
}

interface Outcome {
  readonly tiling: Tiling;
  readonly planned: Stitched;
  /** The distance at which the tiles' outputs just touch. */
  readonly touching: number;
  readonly naive: Stitched | undefined;
}

async function alongAxis(subject: Subject, head: Tensor, axis: Axis, period: number): Promise<Outcome | string> {
  const asked = subject.options.tileStride;
  const tiling = tilingOf(subject, head, axis, period);
  if (typeof tiling === "string") return tiling;
  const { zone, stride, length, count } = tiling;
  const longest = Math.floor(((zone.last - zone.first + 1) * stride) / period) * period;
  if (longest < period) return `tiles of ${length} pixels leave nothing between their borders`;
  const planned = await stitch(subject, head, tiling, asked ?? longest, asked === undefined ? "exactly" : "about");
  if (typeof planned === "string") return planned;
  const touching = count * stride;
  const naive = touching === planned.distance ? undefined : await stitch(subject, head, tiling, touching, "about");
  return { tiling, planned, touching, naive: typeof naive === "string" ? undefined : naive };
}

/** Tiles that hold what the head sees and two periods more; where a distance is given, of a usual size. */
function tilingOf(subject: Subject, head: Tensor, axis: Axis, period: number): Tiling | string {
  const needed = lengthFor(subject, [head], axis);
  const usual = subject.network.inputs[0]!.image.natural?.[axis] ?? 512;
  const sizes = probeSizes(subject, axis, subject.options.tileStride === undefined ? needed + 2 * period : Math.max(needed, usual));
  if (sizes === undefined) return "no legal size holds the receptive field";
  const zone = trusted(subject, head, axis, sizes);
  const length = subject.imageShape(sizes)[2 + axis]!;
  if (zone === undefined) return `tiles of ${length} pixels are too small for what the head sees`;
  return { axis, sizes, length, count: subject.shape(head.id, sizes)[2 + axis]!, zone, stride: strideAlong(subject, head, axis) };
}

/** Two tiles against the image that holds both: `exactly`, or with as little around them as sizes allow. */
async function stitch(subject: Subject, head: Tensor, tiling: Tiling, distance: number, whole: "exactly" | "about"): Promise<Stitched | string> {
  const { axis, length } = tiling;
  const sizes = probeSizes(subject, axis, length + distance);
  const total = sizes && subject.imageShape(sizes)[2 + axis]!;
  if (sizes === undefined || total === undefined || (whole === "exactly" && total !== length + distance)) return `an image of ${length + distance} is not legal`;
  if (total < length + distance && total < distance + length / 2) return "the image would be too large";
  const plan = planOf(tiling, distance, total);
  if (plan === undefined) return `tiles of ${length} pixels, ${distance} apart, leave a gap or do not fall on the head's grid`;
  const runner = await runnerFor(subject, sizes);
  if (typeof runner === "string") return runner;
  subject.say(`seams, ${axisName[axis]}, every ${distance}`);
  const all = await runPart(subject, runner, sizes, axis, 0, head);
  const [one, two] = [await runPart(subject, runner, tiling.sizes, axis, 0, head), await runPart(subject, runner, tiling.sizes, axis, distance, head)];
  const differences = Array.from({ length: Math.min(axis === 0 ? all.height : all.width, plan.extent) }, (_, j) =>
    j < plan.cut ? compareParts(one, all, axis, j, j, 0) : compareParts(two, all, axis, j - plan.by, j - plan.by, plan.by));
  const scale = Math.max(...differences.map((difference) => difference.scale));
  if (scale === 0) return "the head gives 0 everywhere with its initial weights (`init: zeros`)";
  const rows = differences.map(({ max }) => max / scale);
  return { distance, worst: Math.max(...rows), rows };
}
