import type { Check } from "../check.js";
import { type Axis, along, axes, axisName, lengthFor, probeSizes } from "../prober.js";
import { brief, skipped } from "../result.js";
import type { Sizes, Subject, Tensor } from "../subject.js";
import { compareParts, type Part, runPart, runnerFor, strideAlong, trusted } from "../tiles.js";
import { type AxisTiles, type SeamMap, seamMap } from "../seam-map.js";
import { headsOf } from "./receptive-field.js";
import { exact, mostMacs } from "./shift.js";

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
  remedy: `Take tiles at the distance that \`segc inspect\` derives. --tile-stride takes your own distance instead; the check fails where that leaves seams.`,
  async run(subject) {
    const head = headsOf(subject)[0];
    if (head === undefined) return skipped("no head depends on the image");
    const periods = subject.options.model.analysis.shiftPeriod;
    const shown: string[] = [];
    const problems: string[] = [];
    const pictures: SeamPicture[] = [];
    const tiles: AxisTiles[] = [];
    const metrics: Record<string, number> = {};
    let failed = false;
    for (const axis of axes) {
      const period = periods[axis];
      if (period === undefined || !along(subject, head, axis)) continue;
      const outcome = await alongAxis(subject, head, axis, period);
      if (typeof outcome === "string") {
        problems.push(`${axisName[axis]}: ${outcome}`);
        continue;
      }
      const { planned, naive } = outcome;
      pictures.push(outcome.picture);
      tiles.push(outcome.tiles);
      if (planned.worst > exact) failed = true;
      metrics[`planned.${axisName[axis]}`] = planned.worst;
      if (naive) metrics[`naive.${axisName[axis]}`] = naive.worst;
      shown.push(`${axisName[axis]}: tiles of ${outcome.picture.tile} every ${planned.distance} differ by ${brief(planned.worst)}${naive ? `, every ${naive.distance} by ${brief(naive.worst)}` : ""}`);
    }
    if (pictures.length === 0) return skipped(problems[0] ?? "something sees the whole image, or has its step at no size, so tiles cannot reproduce it");
    return {
      status: failed ? "failure" : "pass",
      figure: shown.join("; "),
      threshold: `<= ${exact} of the largest value at the planned distance`,
      ...(failed && subject.options.tileStride !== undefined ? { because: `${subject.options.tileStride} is no multiple of the shift period ${periods.join(", ")}, or leaves too little overlap` } : {}),
      details: problems,
      metrics,
      data: await figuresOf(subject, head, pictures, tiles),
    };
  },
};

/** The same in two dimensions, where both axes can be tiled. */
async function figuresOf(subject: Subject, head: Tensor, pictures: readonly SeamPicture[], [rows, columns]: readonly AxisTiles[]): Promise<SeamFigures> {
  const map = async (distances: readonly number[]): Promise<SeamMap | undefined> =>
    rows === undefined || columns === undefined || !subject.options.pictures ? undefined : seamMap(subject, head, [rows, columns], distances as [number, number], mostMacs);
  const same = pictures.every(({ planned, naive }) => planned === naive);
  return { pictures, planned: await map(pictures.map(({ planned }) => planned)), naive: same ? undefined : await map(pictures.map(({ naive }) => naive)) };
}

interface Stitched {
  readonly distance: number;
  readonly worst: number;
  readonly rows: readonly number[];
}

async function alongAxis(subject: Subject, head: Tensor, axis: Axis, period: number): Promise<{ readonly planned: Stitched; readonly naive: Stitched | undefined; readonly picture: SeamPicture; readonly tiles: AxisTiles } | string> {
  const asked = subject.options.tileStride;
  const tile = asked === undefined ? probeSizes(subject, axis, lengthFor(subject, [head], axis) + 2 * period) : probeSizes(subject, axis, Math.max(lengthFor(subject, [head], axis), usual(subject, axis)));
  if (tile === undefined) return "no legal size holds the receptive field";
  const zone = trusted(subject, head, axis, tile);
  const stride = strideAlong(subject, head, axis);
  const length = subject.imageShape(tile)[2 + axis]!;
  const count = subject.shape(head.id, tile)[2 + axis]!;
  if (zone === undefined) return `tiles of ${length} pixels are too small for what the head sees`;
  const longest = Math.floor(((zone.last - zone.first + 1) * stride) / period) * period;
  if (longest < period) return `tiles of ${length} pixels leave nothing between their borders`;
  const planned = asked ?? longest;
  const touching = count * stride;

  const stitch = async (distance: number, whole: "exactly" | "about"): Promise<Stitched | string> => {
    const by = distance / stride;
    if (!Number.isInteger(by)) return `tiles ${distance} apart do not fall on the head's grid`;
    const sizes = probeSizes(subject, axis, length + distance);
    const total = sizes && subject.imageShape(sizes)[2 + axis]!;
    if (sizes === undefined || total === undefined || (whole === "exactly" && total !== length + distance)) return `an image of ${length + distance} is not legal`;
    if (total < length + distance && total < distance + length / 2) return "the image would be too large";
    const runner = await runnerFor(subject, sizes, mostMacs);
    if (typeof runner === "string") return runner;
    subject.say(`seams, ${axisName[axis]}, every ${distance}`);
    const [all, one, two] = [await runPart(subject, runner, sizes, axis, 0, head), await runPart(subject, runner, tile, axis, 0, head), await runPart(subject, runner, tile, axis, distance, head)];
    const size = axis === 0 ? all.height : all.width;
    // The first tile up to the middle of the overlap, the second from there on.
    const cut = Math.min(count, Math.round((zone.last + 1 + zone.first + by) / 2));
    const rows: number[] = [];
    let scale = 0;
    for (let j = 0; j < Math.min(size, by + count); j++) {
      const part: Part = j < cut ? one : two;
      const at = j < cut ? j : j - by;
      if (at < 0 || at >= count) continue;
      // At the far end of the whole image only its own border counts.
      if (total !== length + distance && at > zone.last && j >= cut) continue;
      const difference = compareParts(part, all, axis, at, at, j - at);
      scale = Math.max(scale, difference.scale);
      rows.push(difference.max);
    }
    if (scale === 0) return "the head gives 0 everywhere with its initial weights (`init: zeros`)";
    const relative = rows.map((row) => row / scale);
    return { distance, worst: Math.max(...relative), rows: relative };
  };

  const good = await stitch(planned, asked === undefined ? "exactly" : "about");
  if (typeof good === "string") return good;
  const naive = touching === planned ? undefined : await stitch(touching, "about");
  const bad = typeof naive === "string" ? undefined : naive;
  return { planned: good, naive: bad, picture: { axis, tile: length, planned, naive: touching, plannedRows: good.rows, naiveRows: bad?.rows ?? [], stride }, tiles: { length, count, zone, stride } };
}

const usual = (subject: Subject, axis: Axis): number => subject.network.inputs[0]!.image.natural?.[axis] ?? 512;

export type { Sizes };
