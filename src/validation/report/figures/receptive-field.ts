import { fieldSize, type Seen } from "../../../analyses/geometry.js";
import type { FieldPicture } from "../../checks/coverage.js";
import { core } from "../../influence.js";
import { type Bounded, highOf, lowOf, ratio } from "../../prober.js";
import { heatMap } from "../heat.js";
import { at, escape, key, times } from "../html.js";
import type { Placed } from "../sample.js";
import type { Figure } from "./figure.js";

const mostHeads = 4;

/** What one element of each head sees of the sample: bright where it looks, dark where it does not. */
export const receptiveFieldFigure: Figure = (_, { model, sample, dataOf }) => {
  if (sample === undefined) return "";
  const measured = (dataOf("coverage") ?? []) as readonly FieldPicture[];
  const heads = model.network.outputs.filter(({ role }) => role !== "loss").slice(0, mostHeads);
  const pictures = heads.flatMap(({ name, value }, i) => {
    const seen = model.analysis.geometry.get(value);
    return seen === undefined || seen.includes("unknown") ? [] : [picture(name, seen, sample, measured.find(({ head }) => head === name), `light-${i}`)];
  });
  if (pictures.length === 0) return "";
  const influence = pictures.some(({ cored }) => cored);
  return `<div class="figures${pictures.length === 1 ? " beside" : ""}">${pictures.map(({ html }) => html).join("\n")}
<div class="words">${key([{ class: "box", word: "the receptive field, as derived" }, ...(influence ? [{ class: "core", word: "holds 95 % of the influence along each axis: the effective field, with equal weights" }] : [])])}
<p class="caption">${escape(sample.name)}, drawn as ${times([sample.height, sample.width])} pixels, and what the element in its middle sees of it.${influence ? " Brightness is influence, down to a thousandth of the largest." : ""}</p></div></div>`;
};

interface Span {
  readonly from: number;
  readonly length: number;
}

function picture(head: string, seen: readonly [Seen, Seen], sample: Placed, field: FieldPicture | undefined, id: string): { readonly html: string; readonly cored: boolean } {
  const sides = [sample.height, sample.width] as const;
  const profiles = field && ([field.rows, field.columns] as const);
  const [rows, columns] = seen.map((axis, i) => boxOf(axis, sides[i]!, profiles?.[i]?.length)) as [Span | undefined, Span | undefined];
  // The frame holds the picture and the box, and a little around a box that reaches beyond.
  const [y, x] = [rows, columns].map((box, i) => around(box, sides[i]!)) as [Span, Span];
  const box = rectangle(rows ?? y, columns ?? x);
  const cores = profiles?.map((profile, i) => inside(profile, [rows, columns][i]));
  const cored = cores?.every((one) => one !== undefined) ?? false;
  const size = rows || columns ? times([rows?.length ?? "all", columns?.length ?? "all"]) : "";
  const words = `${escape(head)}: ${size === "" ? "the whole image" : `${size} pixels`}`;
  const line = (kind: string): string => `fill="none" stroke="${kind}" stroke-width="2.5" vector-effect="non-scaling-stroke"`;
  return {
    cored,
    html: `<figure><figcaption><code>${escape(head)}</code> sees ${size === "" ? "the whole image" : `${size} pixels`}${cored ? `<span class="soft">, mostly ${times(cores!.map((one) => one!.length))}</span>` : ""}</figcaption>
<svg class="picture" viewBox="${at(x.from)} ${at(y.from)} ${at(x.length)} ${at(y.length)}" role="img" aria-label="${words}, over ${escape(sample.name)}">
<defs><mask id="${id}" maskUnits="userSpaceOnUse" x="${at(x.from)}" y="${at(y.from)}" width="${at(x.length)}" height="${at(y.length)}">${light(field, box)}</mask><clipPath id="${id}-box"><rect ${box}/></clipPath></defs>
<use href="#sample" opacity=".34"/><g clip-path="url(#${id}-box)"><use href="#sample" opacity=".3"/></g><g mask="url(#${id})"><use href="#sample"/></g>
<rect ${box} ${line("#fff")}/>${cored ? `<rect ${rectangle(cores![0]!, cores![1]!)} ${line("#ffd24a")} stroke-dasharray="6 4"/>` : ""}
</svg></figure>`,
  };
}

/** The box of the element nearest to the middle, of those in the phase that was measured, or else sees most. */
function boxOf(axis: Seen, side: number, measured: number | undefined): Span | undefined {
  if (typeof axis === "string" || axis.field === undefined) return undefined;
  const seen = axis as Bounded;
  const wanted = measured ?? fieldSize(axis);
  const middle = Math.round(((side - 1) / 2 - seen.centre) / ratio(seen.stride));
  const boxes = Array.from({ length: 65 }, (_, i) => middle + (i % 2 === 0 ? i / 2 : -(i + 1) / 2)).map((j) => ({ from: lowOf(seen, j), length: highOf(seen, j) - lowOf(seen, j) + 1 }));
  return boxes.find(({ length }) => length === wanted) ?? boxes[0];
}

function around(box: Span | undefined, side: number): Span {
  if (box === undefined) return { from: 0, length: side };
  const beyond = box.from < 0 || box.from + box.length > side;
  const room = beyond ? 0.04 * Math.max(side, box.length) : 0;
  const from = Math.min(0, box.from) - room;
  return { from, length: Math.max(side, box.from + box.length) + room - from };
}

function inside(profile: readonly number[], box: Span | undefined): Span | undefined {
  if (box === undefined) return undefined;
  const { from, to } = core(profile);
  return { from: box.from + from, length: to - from + 1 };
}

const rectangle = (rows: Span, columns: Span): string => `x="${at(columns.from)}" y="${at(rows.from)}" width="${at(columns.length)}" height="${at(rows.length)}"`;

/** How bright each place is: its influence where that was measured, else all of the box. */
function light(field: FieldPicture | undefined, box: string): string {
  if (field === undefined) return `<rect ${box} fill="#fff"/>`;
  return `<image ${box} preserveAspectRatio="none" href="${heatMap(influenceOf(field), field.columns.length, { decades: 3, kind: "mask", side: 200 })}"/>`;
}

/** Of each pixel; where it was not measured one by one, rows times columns. */
export const influenceOf = ({ rows, columns, values }: FieldPicture): readonly number[] => values ?? rows.flatMap((row) => columns.map((column) => row * column));
