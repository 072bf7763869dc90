import { type Comparison, comparisonRows } from "./compare.js";
import { page } from "./page.js";
import { escape } from "./svg.js";

/** Cost to the right, what is seen upwards, area as parameters. */
export function comparisonHtml(rows: readonly Comparison[]): string {
  const cells = comparisonRows(rows);
  return page("segc compare", `<h1>Side by side</h1><p class="soft">* no other beats it in all of parameters, MACs and latency.</p>
<section class="card"><table>${cells.map((row, at) => `<tr>${row.map((cell, column) => (at === 0 || column === 0 ? `<th>${escape(cell)}</th>` : `<td>${escape(cell)}</td>`)).join("")}</tr>`).join("")}</table></section>
<section class="card"><h2>Cost against what is seen</h2><p class="soft">Area: parameters. Filled: on the front.</p>${plot(rows)}</section>`);
}

function plot(rows: readonly Comparison[]): string {
  const time = rows.every(({ latency }) => latency);
  const x = (row: Comparison): number => (time ? row.latency!.median : row.macs);
  const y = (row: Comparison): number => row.receptiveField ?? Math.max(...row.size);
  const [most, seen, large] = [Math.max(...rows.map(x)), Math.max(...rows.map(y)), Math.max(...rows.map(({ parameters }) => parameters))];
  const points = rows.map((row) => {
    const [cx, cy, r] = [60 + (560 * x(row)) / most, 220 - (180 * y(row)) / seen, 4 + 14 * Math.sqrt(row.parameters / large)];
    return `<circle cx="${cx.toFixed(1)}" cy="${cy.toFixed(1)}" r="${r.toFixed(1)}" class="line ${row.pareto ? "a near" : "b"}" fill-opacity="${row.pareto ? 0.6 : 0}"><title>${escape(row.name)}</title></circle><text x="${(cx + r + 4).toFixed(1)}" y="${(cy + 4).toFixed(1)}">${escape(row.name)}</text>`;
  });
  return `<svg viewBox="0 0 720 260" role="img"><path class="axis" d="M48 20V226H700"/><text x="374" y="248" text-anchor="middle">${time ? "latency" : "MACs"}</text><text transform="translate(18 120) rotate(-90)" text-anchor="middle">receptive field</text>${points.join("")}</svg>`;
}
