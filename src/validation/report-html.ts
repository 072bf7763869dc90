/** The report: one file that can be mailed, printed, and kept. */
import { inspect } from "../analyses/inspect.js";
import type { CompiledModel } from "../compile.js";
import { version } from "../version.js";
import type { FieldPicture } from "./checks/coverage.js";
import type { LayerStats } from "./checks/numerics.js";
import type { SeamPicture } from "./checks/seams.js";
import { page } from "./page.js";
import { brief } from "./result.js";
import { bands, bitmap, escape, lines } from "./svg.js";
import type { Checked } from "./validate.js";

export interface ReportInput {
  readonly model: CompiledModel;
  readonly results: readonly Checked[];
  readonly device: string;
  readonly why: string;
  readonly spec: string;
}

export function htmlReport({ model, results, device, why, spec }: ReportInput): string {
  const facts = inspect(model);
  const data = <T>(check: string): T | undefined => results.find((one) => one.check === check)?.data as T | undefined;
  const settings = Object.entries(facts.settings).map(([name, value]) => `${name} = ${value}`).join(", ");
  const tally = (["pass", "warning", "failure", "skipped"] as const).map((status) => `<span class="c-${status}"><b>${results.filter((one) => one.status === status).length}</b>${{ pass: "passed", warning: "warnings", failure: "failures", skipped: "skipped" }[status]}</span>`).join("");
  return page(`${facts.model}: segc validate`, `<header><h1>${escape(facts.model)}</h1>
<p class="soft"><code>${escape(spec)}</code>${settings === "" ? "" : ` with ${escape(settings)}`}</p>
<p>${escape(facts.doc.split("\n")[0] ?? "")}</p></header>
<div class="tally">${tally}<span><b>${short(facts.parameters.total)}</b>parameters</span><span><b>${short(facts.macs)}</b>MACs at ${Object.values(facts.cost_at).slice(1).join(" x ")}</span></div>
<section class="card"><h2>Checks</h2><p class="soft">Untrained, with initial weights, on ${escape(device)} (${escape(why)}).</p><table>${results.map(row).join("")}</table></section>
${fields(data<readonly FieldPicture[]>("coverage") ?? [])}
${activations(data<readonly LayerStats[]>("numerics"))}
${seamSection(data<readonly SeamPicture[]>("seams") ?? [])}
<footer>segc ${version}. Nothing here was trained: these figures say what a network can and cannot do, not how good it will be.</footer>`);
}

const row = ({ check, title, status, figure, threshold, because, details = [], seconds }: Checked): string =>
  `<tr><td><span class="status ${status}">${status}</span></td><th>${escape(check)}</th><td>${escape(title)}<br><span class="soft">${escape(status === "skipped" ? (because ?? "") : figure)}</span>${
    (because && status !== "skipped") || details.length > 0 ? `<ul>${[...(because && status !== "skipped" ? [because] : []), ...details].map((one) => `<li>${escape(one)}</li>`).join("")}</ul>` : ""
  }</td><td class="soft">${escape(threshold)}</td><td class="num soft">${seconds.toFixed(1)} s</td></tr>`;

function fields(pictures: readonly FieldPicture[]): string {
  if (pictures.length === 0) return "";
  return pictures.map(({ head, rows, columns, values }) => {
    const map = values ?? rows.flatMap((row) => columns.map((column) => row * column));
    const [height, width] = [rows.length, columns.length];
    const inner = [core(columns), core(rows)].map((length, i) => (100 * length) / [width, height][i]!);
    const share = map.filter((value) => value !== 0).length / map.length;
    return `<section class="card"><h2>What one output of <code>${escape(head)}</code> sees</h2>
<div class="pair"><div><div class="frame"><img class="field" alt="influence of each pixel" src="${bitmap(map, width)}"><div class="ring" style="width:${inner[0]!.toFixed(1)}%;height:${inner[1]!.toFixed(1)}%"></div></div>
<div class="scale"></div><div class="ends"><span>1/10,000 of the largest influence</span><span>largest</span></div></div>
<div><p><b>${height} x ${width}</b> pixels can move it (the receptive field). <b>${brief(100 * share)} %</b> of them do; pixels without influence are grey.</p>
<p>The dashed frame holds 95 % of the influence along each axis, with even weights: the effective field, ${core(rows)} x ${core(columns)} pixels.</p>
<p class="soft">${values ? "Each pixel was measured." : "Measured along rows and columns; the picture is their product."}</p>
${lines([{ values: rows.map(normal(rows)), name: "rows", class: "a" }, { values: columns.map(normal(columns)), name: "columns", class: "b" }], { x: "pixels of the box", y: "influence" })}
<p class="soft"><span class="key a"></span>rows<span class="key b"></span>columns</p></div></div></section>`;
  }).join("\n");
}

const normal = (values: readonly number[]) => (value: number): number => value / Math.max(...values);

/** The shortest run around the middle with 95 % of the sum. */
function core(profile: readonly number[]): number {
  const total = profile.reduce((a, b) => a + b, 0);
  let [from, to, lost] = [0, profile.length - 1, 0];
  while (from < to) {
    const less = Math.min(profile[from]!, profile[to]!);
    if (lost + less > 0.05 * total) break;
    lost += less;
    if (profile[from]! <= profile[to]!) from++;
    else to--;
  }
  return to - from + 1;
}

function activations(layers: readonly LayerStats[] | undefined): string {
  if (layers === undefined || layers.length === 0) return "";
  const suspicious = (layer: LayerStats): boolean => layer.nan + layer.infinite + layer.beyondHalf > 0 || (layer.gain ?? 0) > 20;
  const gains = layers.flatMap(({ gain }) => (gain === undefined || gain <= 0 ? [] : [gain]));
  return `<section class="card"><h2>Activations along the depth</h2>
<p class="soft">Middle half, 90 % and 98 % of the values of every step, for normal noise, initial weights, and batch normalisation as in training. The scale is even near 0 and logarithmic beyond.${layers.some(suspicious) ? " Red: beyond what numbers or the initialisation allow." : ""}</p>
${bands(layers.map((layer) => ({ name: `${layer.name} (${layer.operator})`, quantiles: layer.quantiles, mark: suspicious(layer) })))}
${gains.length > 1 ? `<h2>Gain of each convolution</h2><p class="soft">Mean square out over mean square in: 2 keeps a ReLU network's scale (He), 1 a linear one's.</p>${lines([{ values: gains, name: "gain", class: "a" }], { x: "convolutions, in order", y: "gain" })}` : ""}</section>`;
}

function seamSection(pictures: readonly SeamPicture[]): string {
  const [picture] = pictures.filter(({ naiveRows }) => naiveRows.length > 0);
  if (picture === undefined) return "";
  return `<section class="card"><h2>Seams between tiles</h2>
<p>Tiles of ${picture.tile} pixels, stitched, against the whole image: difference of each ${picture.axis === 0 ? "row" : "column"}, relative to the largest value.</p>
${lines([{ values: picture.naiveRows, name: `every ${picture.naive}`, class: "b" }, { values: picture.plannedRows, name: `every ${picture.planned}`, class: "a" }], { x: `${picture.axis === 0 ? "rows" : "columns"} of the output`, y: "difference" })}
<p class="soft"><span class="key a"></span>every ${picture.planned} pixels, as derived: ${brief(Math.max(...picture.plannedRows))}<span class="key b"></span>every ${picture.naive}, where outputs touch: ${brief(Math.max(...picture.naiveRows))}</p></section>`;
}

const short = (value: number): string => {
  const units = ["", " k", " M", " G", " T"];
  let [scaled, unit] = [value, 0];
  for (; scaled >= 1000 && unit < units.length - 1; unit++) scaled /= 1000;
  return `${unit === 0 ? scaled : scaled.toPrecision(3)}${units[unit]}`;
};
