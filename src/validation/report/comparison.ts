/** The page of `segc compare`: what each network costs against what it sees, and the figures side by side. */
import { textWidth } from "../../diagram/text-width.js";
import { version } from "../../version.js";
import { type Comparison, comparisonRows } from "../compare.js";
import { brief, count } from "../result.js";
import { across, chart, up } from "./chart.js";
import { at, escape, key, prose } from "./html.js";
import { page } from "./page.js";
import { linear, logarithmic, type Scale } from "./scale.js";

export function comparisonHtml(rows: readonly Comparison[]): string {
  const front = rows.filter(({ pareto }) => pareto).map(({ name }) => `<b>${escape(name)}</b>`);
  const timed = rows.every(({ latency }) => latency);
  return page("segc compare", `<header><p class="over">segc compare</p><h1>Side by side</h1>
<p class="lead">${rows.length} networks, untrained. No other is better than ${front.length === rows.length ? "any of them" : listed(front)} in all of parameters${timed ? ", multiply-accumulates and latency" : " and multiply-accumulates"}.</p></header>
<section class="card" id="plot"><header><div><h2>Cost against what is seen</h2><p>Left of another: cheaper. The area of a dot is its parameters.</p></div></header>
<div class="figures">${seenPlot(rows, timed)}${costPlot(rows)}</div>
${key([{ class: "on-front", word: "on the front" }, { class: "off-front", word: "another is better in all" }])}</section>
<section class="card" id="table"><header><div><h2>Figures</h2><p>* on the front</p></div></header><div class="rows" tabindex="0" role="region" aria-label="figures">${table(rows)}</div></section>
<footer>segc ${version}. Nothing here was trained: these figures say what a network costs and can see, not how good it will be.</footer>`);
}

const listed = (names: readonly string[]): string => (names.length < 2 ? names.join() : `${names.slice(0, -1).join(", ")} and ${names.at(-1)}`);

/** A network a row. */
function table(rows: readonly Comparison[]): string {
  const [names, ...figures] = comparisonRows(rows);
  return `<table><thead><tr><td></td>${figures.map(([figure]) => `<th scope="col">${escape(figure)}</th>`).join("")}</tr></thead>
<tbody>${rows.map((row, i) => `<tr><th scope="row"${row.pareto ? ' class="front"' : ""}>${escape(names![i + 1]!)}</th>${figures.map((cells) => `<td${cells[i + 1]!.length > 20 ? ' class="long"' : ""}>${prose(cells[i + 1]!)}</td>`).join("")}</tr>`).join("\n")}</tbody></table>`;
}

const height = 300;

function seenPlot(rows: readonly Comparison[], timed: boolean): string {
  const x = costScale(rows.map((row) => (timed ? row.latency!.median : row.macs)), timed ? brief : rounded);
  const y = seenScale(rows);
  return plot(rows, {
    title: "Receptive field, pixels", xName: timed ? "milliseconds of one image (median)" : "multiply-accumulates of one image",
    x, y, place: (row) => [x.at(timed ? row.latency!.median : row.macs), y.at(row.receptiveField ?? Infinity)],
  });
}

function costPlot(rows: readonly Comparison[]): string {
  const x = costScale(rows.map(({ macs }) => macs), rounded);
  const y = costScale(rows.map(({ parameters }) => parameters), rounded);
  return plot(rows, { title: "Parameters", xName: "multiply-accumulates of one image", x, y, place: ({ macs, parameters }) => [x.at(macs), y.at(parameters)] });
}

/** `10 M` for `10.0 M`. */
const rounded = (value: number): string => count(value).replace(/(\.\d*?)0+(?= |$)/, "$1").replace(/\.(?= |$)/, "");

/** From 0 where that can be told apart, else in powers of ten. */
const costScale = (values: readonly number[], label: (value: number) => string): Scale =>
  Math.min(...values) > 0 && Math.max(...values) > 20 * Math.min(...values) ? logarithmic(Math.min(...values), Math.max(...values), label) : linear(0, Math.max(...values), { label });

/** Who sees the whole image stands above all others. */
function seenScale(rows: readonly Comparison[]): Scale {
  const fields = rows.flatMap(({ receptiveField }) => receptiveField ?? []);
  const below = linear(0, Math.max(1, ...fields));
  if (fields.length === rows.length) return below;
  const share = 0.82;
  return {
    at: (field) => (field === Infinity ? 1 : share * below.at(field)),
    ticks: [...(fields.length === 0 ? [] : below.ticks.map(({ at: place, label }) => ({ at: share * place, label }))), { at: 1, label: "whole" }],
  };
}

interface Plot {
  readonly title: string;
  readonly xName: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly place: (row: Comparison) => readonly [x: number, y: number];
}

function plot(rows: readonly Comparison[], { title, xName, x, y, place }: Plot): string {
  const most = Math.max(...rows.map(({ parameters }) => parameters), 1);
  const points = rows.map((row): Point => ({ row, place: place(row), size: 10 + 30 * Math.sqrt(row.parameters / most) }));
  // Large ones behind small ones.
  const bubbles = points.toSorted((a, b) => b.size - a.size).map(({ row, place: [px, py], size }) => {
    const circle = (kind: string, width: number): string => `<path class="${kind}" style="stroke-width:${at(width)}px" d="M${across(px)} ${up(py)}h0"/>`;
    return `<g class="bubble ${row.pareto ? "on-front" : "off-front"}"><title>${escape(tell(row))}</title>${circle("rim", size)}${circle("core", size - 4)}</g>`;
  });
  return chart({ title, label: `${title}: ${rows.map(tell).join("; ")}`, x, y, xName, height, marks: bubbles, over: names(points) });
}

const tell = ({ name, parameters, macs, receptiveField, latency }: Comparison): string =>
  `${name}: ${count(parameters)} parameters, ${count(macs)} MACs, sees ${receptiveField === undefined ? "the whole image" : `${receptiveField} pixels`}${latency ? `, ${brief(latency.median)} ms` : ""}`;

interface Point {
  readonly row: Comparison;
  readonly place: readonly [x: number, y: number];
  readonly size: number;
}

/** What a name may cover nothing of, in pixels of a chart of this width. */
interface Region {
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const usualWidth = 400;
const nameSize = 13;

/** Names beside their points: on the right or the left, a little higher or lower, where they cover least. */
function names(points: readonly Point[]): string {
  const taken: Region[] = points.map(({ place: [x, y], size }) => around(usualWidth * x - size / 2, height * (1 - y), size, size));
  return points.toSorted((a, b) => b.place[1] - a.place[1]).map(({ row, place: [x, y], size }) => {
    const [middle, gap, width] = [height * (1 - y), size / 2 + 5, textWidth(row.name, nameSize, true)];
    const places = [0, 12, -12, 24, -24, 36, -36].flatMap((by) => [false, true].map((left) => ({ left, y: middle + by, region: around(usualWidth * x + (left ? -gap - width : gap), middle + by, width, nameSize) })));
    const cost = ({ y: line, region }: (typeof places)[number]): number =>
      taken.reduce((sum, other) => sum + overlap(region, other), 0) + 1e3 * (Number(region.left < 0) + Number(region.right > usualWidth)) + Math.abs(line - middle);
    const best = places.reduce((a, b) => (cost(b) < cost(a) ? b : a));
    taken.push(best.region);
    return `<span class="name-of" style="${best.left ? `right:calc(${at(100 * (1 - x))}% + ${at(gap)}px)` : `left:calc(${at(100 * x)}% + ${at(gap)}px)`};top:${at(best.y)}px">${escape(row.name)}</span>`;
  }).join("");
}

const around = (left: number, middle: number, width: number, tall: number): Region => ({ left, right: left + width, top: middle - tall / 2, bottom: middle + tall / 2 });

const overlap = (a: Region, b: Region): number => Math.max(0, Math.min(a.right, b.right) - Math.max(a.left, b.left)) * Math.max(0, Math.min(a.bottom, b.bottom) - Math.max(a.top, b.top));
