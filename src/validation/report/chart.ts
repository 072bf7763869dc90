/**
 * A chart whose marks stretch with the page while its words keep their size: the lines are SVG without a ratio of its own,
 * the words around it HTML.
 */
import { at, escape } from "./html.js";
import type { Scale, Tick } from "./scale.js";

/** Of the drawing: the page stretches it. */
const side = 1000;

export const across = (share: number): string => at(side * share);
export const up = (share: number): string => at(side * (1 - share));

export interface Chart {
  readonly title: string;
  /** What is seen, for those who do not see it. */
  readonly label: string;
  readonly x: Scale;
  readonly y: Scale;
  readonly xName: string;
  readonly height?: number;
  /** Marks, back to front. */
  readonly marks: readonly string[];
  /** Words over the drawing, as HTML. */
  readonly over?: string;
}

export const chart = ({ title, label, x, y, xName, height = 190, marks, over = "" }: Chart): string => `<figure class="chart"><figcaption>${escape(title)}</figcaption>
<div class="plot" style="height:${height}px"><div class="ys">${y.ticks.map(({ at: share, label: word }) => `<span style="top:${at(100 * (1 - share))}%">${escape(word)}</span>`).join("")}</div>
<svg viewBox="0 0 ${side} ${side}" preserveAspectRatio="none" role="img" aria-label="${escape(label)}">
<path class="grid" d="${y.ticks.map(({ at: share }) => `M0 ${up(share)}H${side}`).join("")}"/>
${marks.join("\n")}
</svg>${over}
<div class="xs">${x.ticks.map((tick, i) => xTick(tick, i, x.ticks.length)).join("")}</div></div>
<p class="x-name">${escape(xName)}</p></figure>`;

/** Those at the ends stay inside. */
const xTick = ({ at: share, label }: Tick, i: number, count: number): string =>
  `<span style="left:${at(100 * share)}%"${i === 0 && share < 0.03 ? ' class="first"' : i === count - 1 && share > 0.97 ? ' class="last"' : ""}>${escape(label)}</span>`;

/** A line through points, broken where there is none. */
export function line(points: readonly (readonly [x: number, y: number] | undefined)[], kind: string, title = ""): string {
  let path = "";
  let drawn = false;
  for (const point of points) {
    if (point !== undefined) path += `${drawn ? "L" : "M"}${across(point[0])} ${up(point[1])}`;
    drawn = point !== undefined;
  }
  return `<path class="curve ${kind}" d="${path}">${title === "" ? "" : `<title>${escape(title)}</title>`}</path>`;
}

/** A level to hold against. */
export const level = (y: number, kind = "reference"): string => `<path class="${kind}" d="M0 ${up(y)}H${side}"/>`;

/** A dot that stays round: the end of a line without length. */
export const dot = (x: number, y: number, kind: string): string => `<path class="dot ${kind}" d="M${across(x)} ${up(y)}h0"/>`;

export const bar = (from: number, to: number, low: number, high: number, kind: string): string =>
  `<rect class="${kind}" x="${across(from)}" width="${at(side * (to - from))}" y="${up(high)}" height="${at(Math.max(2, side * (high - low)))}"/>`;

/** Where the pointer tells more: a whole column. */
export const column = (from: number, to: number, title: string): string => `<rect class="hover" x="${across(from)}" width="${at(side * (to - from))}" y="0" height="${side}"><title>${escape(title)}</title></rect>`;

/** At most about 600 points: of each stretch the largest. */
export function thinned(values: readonly number[]): readonly (readonly [index: number, value: number])[] {
  const step = Math.max(1, Math.ceil(values.length / 600));
  return Array.from({ length: Math.ceil(values.length / step) }, (_, i) => [i * step, Math.max(...values.slice(i * step, (i + 1) * step))] as const);
}
