import type { FieldPicture } from "../../checks/coverage.js";
import { core } from "../../influence.js";
import type { OwnProfile } from "../../own-field.js";
import { brief } from "../../result.js";
import { chart, line, thinned } from "../chart.js";
import { heatKey, heatMap } from "../heat.js";
import { at, escape, key, times } from "../html.js";
import { linear, logarithmic } from "../scale.js";
import type { Figure } from "./figure.js";
import { influenceOf } from "./receptive-field.js";

const decades = 4;

/** How much each pixel of the box moves the output, and along the axes. */
export const coverageFigure: Figure = ({ data }) => ((data ?? []) as readonly FieldPicture[]).map(fieldOf).join("\n");

function fieldOf(field: FieldPicture): string {
  const { head, rows, columns, values } = field;
  const influence = influenceOf(field);
  const share = influence.filter((value) => value !== 0).length / influence.length;
  const [y, x] = [core(rows), core(columns)];
  const ring = `left:${part(x.from, columns)}%;top:${part(y.from, rows)}%;width:${part(x.to - x.from + 1, columns)}%;height:${part(y.to - y.from + 1, rows)}%;border-width:2px`;
  return `<div class="figures"><figure><figcaption>Influence of each pixel on <code>${escape(head)}</code></figcaption>
<div class="framed"><img class="map" alt="map of ${times([rows.length, columns.length])} pixels, brightest in the middle" src="${heatMap(influence, columns.length, { decades, kind: "holes" })}"><i style="${ring}"></i></div>
${heatKey("1/10,000 of the largest", "largest influence")}
<p class="caption">${share === 1 ? "Each pixel of the box has some." : `${brief(100 * share)} % of the pixels have some; the others are grey.`} The dashed frame holds 95 % along each axis, ${times([y.to - y.from + 1, x.to - x.from + 1])} pixels. ${values ? "Measured pixel by pixel." : "Measured along rows and columns; the map is their product."}</p></figure>
<div>${profile(field, "linear")}${profile(field, "log")}${key([
    { class: "line-first", word: "rows" }, { class: "line-second", word: "columns" },
    ...(ownRows(field) ? [{ class: "line-third", word: "rows, with the network's own initial weights" }] : []),
  ])}</div></div>`;
}

const part = (length: number, of: readonly number[]): string => at((100 * length) / of.length);

const ownRows = ({ own: [rows] }: FieldPicture): OwnProfile | undefined => (typeof rows === "string" ? undefined : rows);

function profile(field: FieldPicture, kind: "linear" | "log"): string {
  const { head, rows, columns } = field;
  const own = ownRows(field);
  const y = kind === "linear" ? linear(0, 1, { exact: true, most: 4, label: (value) => `${Math.round(100 * value)} %` }) : logarithmic(10 ** -decades, 1);
  const x = linear(0, Math.max(rows.length, columns.length) - 1, { exact: true });
  const curve = (values: readonly number[], name: "first" | "second" | "third", title: string, step = 1): string => {
    const most = values.reduce((a, b) => Math.max(a, b), 0);
    return line(thinned(values).map(([i, value]) => [x.at(i * step), y.at(value / most)] as const), name, title);
  };
  return chart({
    title: kind === "linear" ? "Along the axes, of the largest" : "The same on a logarithmic scale", label: `influence on ${head} of each row and column of the box, ${kind}`,
    x, y, xName: "pixels from the edge of the box", height: 150, marks: [curve(rows, "first", "rows"), curve(columns, "second", "columns"), ...(own ? [curve(own.values, "third", "rows, with the network's own initial weights", own.step)] : [])],
  });
}
