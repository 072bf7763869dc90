import type { LatencyFigures } from "../../latency.js";
import { brief } from "../../result.js";
import { times, withUnit } from "../html.js";
import { bars } from "./bars.js";
import type { Figure } from "./figure.js";

/** The runs at each size and device: each a mark, their spread behind it, and the median. */
export const latencyFigure: Figure = ({ data }) => {
  const rows = ((data ?? []) as readonly LatencyFigures[]).toSorted((a, b) => a.device.localeCompare(b.device) || a.macs - b.macs);
  if (rows.length === 0) return "";
  const most = 1.02 * Math.max(...rows.map((row) => row.most));
  return `<div class="figures one"><figure><figcaption>Milliseconds of one image</figcaption>${bars(rows.map(({ device, size, median, least, most: longest, times: runs, macs }) => ({
    name: `${device}, ${times(size)}`, value: withUnit(brief(median), "ms"), more: withUnit(brief(macs / median / 1e6), "G MACs/s"),
    parts: [{ kind: "range", from: least / most, to: longest / most }, ...runs.map((run) => ({ kind: "tick", from: run / most, title: withUnit(brief(run), "ms") })), { kind: "median", from: median / most, title: `median ${brief(median)} ms, ${brief(least)} to ${brief(longest)}` }],
  })))}<p class="caption">Marks: single runs, after the first. Thick: the median. The tracks are ${withUnit(brief(most), "ms")} long.</p></figure></div>`;
};
