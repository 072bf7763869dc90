import type { Check } from "../check.js";
import { type Axis, Prober, along, axes, axisName, highOf, lengthFor, lowOf, probeSizes, ratio } from "../prober.js";
import { core } from "../influence.js";
import { type OwnProfile, ownProfile } from "../own-field.js";
import { type CheckResult, brief, skipped } from "../result.js";
import type { Subject, Tensor } from "../subject.js";
import { headsOf } from "./receptive-field.js";

/** How much each pixel of the box moves the output, in the probe. */
export interface FieldPicture {
  readonly head: string;
  readonly rows: readonly number[];
  readonly columns: readonly number[];
  /** Row-major over the box; absent where it is rows x columns. */
  readonly values?: readonly number[];
  /** With the network's own initial weights: rows and columns, or why not. */
  readonly own: readonly [OwnProfile | string, OwnProfile | string];
}

/** Below this share of the box, most of the picture is not seen at all. */
const leastShare = 0.5;
const mostPixels = 2048;

export const coverage: Check = {
  name: "coverage",
  title: "every pixel inside the receptive field can move the output",
  measures: `Lights single rows, columns and pixels of the box in the probe and looks whether the output feels them. Holes come from dilations with a common
divisor (2, 2, 2 sees every other pixel: gridding, Wang et al. 2018) and from strides that skip pixels. The effective field is where 95 % of the
influence lies (Luo et al. 2016), which is much smaller than the box: once with uniform weights, and once with the network's own initial weights, as the
root mean square over images of what a pixel that is moved does to the middle element.`,
  threshold: `Failure where less than ${100 * leastShare} % of the box is felt; warning where any pixel is not. The effective fields are told, not judged.`,
  remedy: `Choose rates without a common divisor, such as 1, 2, 5, and kernels that are no smaller than their strides.`,
  async run(subject) {
    const probe = subject.probe("linear");
    if (typeof probe === "string") return skipped(probe);
    const heads = headsOf(subject).filter((head) => probe.values.has(head.name) && axes.every((axis) => along(subject, head, axis)));
    if (heads.length === 0) return skipped("every head sees the whole image");
    const pictures: FieldPicture[] = [];
    const rows: { name: string; share: number; effective: number; size: number; exact: boolean; own: number | string }[] = [];
    for (const head of heads.slice(0, 4)) {
      subject.say(`coverage of ${head.name}`);
      const profiles: (readonly number[])[] = [];
      for (const axis of axes) {
        const profile = await profileOf(subject, head, axis);
        if (typeof profile === "string") return skipped(profile);
        profiles.push(profile);
      }
      const whole = await pixelsOf(subject, head);
      const share = whole ? nonZero(whole) : nonZero(profiles[0]!) * nonZero(profiles[1]!);
      const own = [await ownProfile(subject, head, 0), await ownProfile(subject, head, 1)] as const;
      pictures.push({ head: head.name, rows: profiles[0]!, columns: profiles[1]!, ...(whole ? { values: whole } : {}), own });
      rows.push({
        name: head.name, share, effective: effectiveLength(profiles[0]!), size: profiles[0]!.length, exact: whole !== undefined,
        own: typeof own[0] === "string" ? own[0] : Math.min(profiles[0]!.length, own[0].step * effectiveLength(own[0].values)),
      });
    }
    const least = rows.reduce((a, b) => (b.share < a.share ? b : a));
    const result: CheckResult = {
      status: least.share < leastShare ? "failure" : least.share < 1 ? "warning" : "pass",
      figure: rows.map(({ name, share, effective, size, own }) => `${name} ${brief(100 * share)} % of the box; 95 % of the influence in ${effective} of ${size} rows${typeof own === "number" ? `, in ${own} with its own weights` : ""}`).join("; "),
      threshold: `>= ${100 * leastShare} %, else failure; < 100 %: warning`,
      metrics: Object.fromEntries(rows.flatMap(({ name, share, effective, own }) => [[`share.${name}`, share] as const, [`effective.${name}`, effective] as const, ...(typeof own === "number" ? [[`own_effective.${name}`, own] as const] : [])])),
      data: pictures,
      ...(least.share < 1 ? { because: `${holes(pictures.find(({ head }) => head === least.name)!)}` } : {}),
      details: [
        ...(least.exact ? [] : ["counted as rows times columns; with skips of other strides the truth may be higher"]),
        ...rows.flatMap(({ name, own }) => (typeof own === "string" ? [`${name}, with its own weights: not measured, since ${own}`] : [])),
      ],
    };
    return result;
  },
};

const nonZero = (values: readonly number[]): number => values.filter((value) => value !== 0).length / values.length;

/** Elements in the shortest run around the middle that holds 95 % of the influence. */
function effectiveLength(profile: readonly number[]): number {
  const { from, to } = core(profile);
  return to - from + 1;
}

function holes({ rows }: FieldPicture): string {
  const seen = rows.flatMap((value, at) => (value === 0 ? [] : [at]));
  const gaps = seen.slice(1).map((at, i) => at - seen[i]!);
  const most = Math.max(1, ...gaps);
  return most === 1 ? "single pixels inside the box are not seen" : gaps.every((gap) => gap === most) ? `only every ${most}. row is seen: gridding` : `up to ${most - 1} rows in a row are not seen`;
}

/** Influence of each row (or column) of the box on the middle element. */
async function profileOf(subject: Subject, head: Tensor, axis: Axis): Promise<readonly number[] | string> {
  const sizes = probeSizes(subject, axis, lengthFor(subject, [head], axis));
  if (sizes === undefined) return "no legal size holds the receptive field";
  const prober = await Prober.open(subject, "linear", sizes, axis);
  const [j] = prober.middle(head, 1);
  const seen = along(subject, head, axis)!;
  if (j === undefined) return `the receptive field of ${head.name} does not fit into ${prober.length} ${axisName[axis]}`;
  const [low, high] = [lowOf(seen, j), highOf(seen, j)];
  if (high - low >= mostPixels) return `the receptive field of ${head.name} has ${high - low + 1} ${axisName[axis]}, and at most ${mostPixels} are looked at one by one`;
  const responses = await prober.ask(Array.from({ length: high - low + 1 }, (_, i) => (pixel: number) => (pixel === low + i ? 1 : 0)), [head.name]);
  return responses.map((response) => prober.profile(response.get(head.name)!)[j]!);
}

/**
 * Influence of each pixel. Moving the input by the shift period moves the output, so the pixels of one period tell of all:
 * what pixel p does to the element m periods before is what pixel p + m periods does to the middle one.
 */
async function pixelsOf(subject: Subject, head: Tensor): Promise<readonly number[] | undefined> {
  const [py, px] = subject.options.model.analysis.shiftPeriod;
  const seen = axes.map((axis) => along(subject, head, axis)!);
  if (py === undefined || px === undefined) return undefined;
  // Elements up to a whole field away from the middle one must have their boxes inside too.
  const size = 2 * Math.max(...axes.map((axis) => lengthFor(subject, [head], axis)));
  if (py * px * size * size > 2.5e8) return undefined;
  const sizes = subject.sizes(size, size);
  if (sizes === undefined) return undefined;
  const probers = await Promise.all(axes.map((axis) => Prober.open(subject, "linear", sizes, axis)));
  const [j, i] = probers.map((prober) => prober.middle(head, 1)[0]);
  const steps = [py / ratio(seen[0]!.stride), px / ratio(seen[1]!.stride)];
  if (j === undefined || i === undefined || steps.some((step) => !Number.isInteger(step))) return undefined;
  const [top, left, bottom, right] = [lowOf(seen[0]!, j), lowOf(seen[1]!, i), highOf(seen[0]!, j), highOf(seen[1]!, i)];
  const [cy, cx] = [Math.round((top + bottom - py) / 2), Math.round((left + right - px) / 2)];
  const places = Array.from({ length: py * px }, (_, n) => [cy + Math.floor(n / px), cx + (n % px)] as const);
  const values = new Array<number>((bottom - top + 1) * (right - left + 1)).fill(0);
  for (let from = 0; from < places.length; from += 16) {
    const part = places.slice(from, from + 16);
    const responses = await probers[0]!.askImages(part.map(([y, x]) => ([row, column]) => (row === y && column === x ? 1 : 0)), [head.name]);
    for (const [n, [y, x]] of part.entries()) {
      const { height, width, values: map } = responses[n]!.get(head.name)!;
      for (let q = y - Math.floor((y - top) / py) * py; q <= bottom; q += py)
        for (let r = x - Math.floor((x - left) / px) * px; r <= right; r += px) {
          const [row, column] = [j - ((q - y) / py) * steps[0]!, i - ((r - x) / px) * steps[1]!];
          if (row < 0 || row >= height || column < 0 || column >= width) return undefined;
          values[(q - top) * (right - left + 1) + r - left] = map[row * width + column]!;
        }
    }
  }
  return values;
}
