import type { SeamFigures, SeamPicture } from "../../checks/seams.js";
import { brief } from "../../result.js";
import type { SeamMap } from "../../seam-map.js";
import { exact } from "../../tiles.js";
import { chart, level, line, thinned } from "../chart.js";
import { heatKey, heatMap } from "../heat.js";
import { at, escape, key, prose, times } from "../html.js";
import { linear, logarithmic } from "../scale.js";
import type { Figure } from "./figure.js";

const decades = 4;
/** Rounding; what is less is as dark as nothing. */
const floor = 1e-8;

/** Four tiles against the whole image, at the derived distance and at the naive one; and the same along the axes. */
export const seamsFigure: Figure = ({ data }) => {
  if (data === undefined) return "";
  const { pictures, planned, naive } = data as SeamFigures;
  const most = Math.max(planned?.worst ?? 0, naive?.worst ?? 0);
  const maps = planned === undefined || most === 0 ? "" : `<div class="figures">${[mapOf(planned, "as derived", most), naive === undefined ? "" : mapOf(naive, "where outputs just touch", most)].join("\n")}</div>
${heatKey(`10<sup>\u2212${decades}</sup> of the largest difference, or less`, prose(`${brief(most)} of the largest value`))}
<p class="caption">Four tiles, stitched, against the whole image (${escape(planned.what)}). Dashed: where one tile ends and the next begins.</p>`;
  const profiles = pictures.filter(({ naiveRows, plannedRows }) => Math.max(...naiveRows, ...plannedRows) > 0).map(profile);
  return `${maps}${profiles.length === 0 ? "" : `<div class="figures">${profiles.join("\n")}</div>`}`;
};

function mapOf({ height, width, values, worst, cuts, distances }: SeamMap, words: string, most: number): string {
  return `<figure><figcaption>Every ${times(distances)} pixels, ${words}<br><span class="soft">differs by ${prose(brief(worst))} of the largest value</span></figcaption>
<div class="framed"><img class="map" style="aspect-ratio:${width}/${height}" alt="differences of ${times([height, width])} places; the largest is ${brief(worst)}" src="${heatMap(values, width, { decades, most })}"><i style="left:0;right:0;top:${at(100 * cuts[0])}%;border-top-width:1.5px"></i><i style="top:0;bottom:0;left:${at(100 * cuts[1])}%;border-left-width:1.5px"></i></div></figure>`;
}

function profile({ axis, planned, naive, plannedRows, naiveRows, tile }: SeamPicture): string {
  const name = axis === 0 ? "row" : "column";
  const y = logarithmic(floor, Math.max(...naiveRows, ...plannedRows));
  const x = linear(0, Math.max(plannedRows.length, naiveRows.length) - 1, { exact: true });
  const curve = (values: readonly number[], kind: string, distance: number): string => line(thinned(values).map(([i, value]) => [x.at(i), y.at(value)] as const), kind, `every ${distance} pixels`);
  return `<div>${chart({
    title: `Two tiles of ${tile} pixels: difference of each ${name}`, label: `difference from the whole image along the ${name}s`, x, y, xName: `${name}s of the output`,
    marks: [level(y.at(exact), "limit"), curve(naiveRows, "second", naive), curve(plannedRows, "first", planned)],
  })}${key([{ class: "line-first", word: `every ${planned} pixels, as derived: ${brief(Math.max(...plannedRows))}` }, ...(naiveRows.length === 0 ? [] : [{ class: "line-second", word: `every ${naive}: ${brief(Math.max(...naiveRows))}` }]), { class: "limit", word: "threshold" }])}</div>`;
}
