import { type DeviceComparison, tolerance } from "../../checks/devices.js";
import { brief } from "../../result.js";
import { chart, column, dot, level } from "../chart.js";
import { escape, key } from "../html.js";
import { linear, logarithmic } from "../scale.js";
import { bars } from "./bars.js";
import type { Figure } from "./figure.js";

const floor = 1e-9;

/** How far each device is from the CPU along the depth, and which nodes it keeps. */
export const devicesFigure: Figure = ({ data }) => ((data ?? []) as readonly DeviceComparison[]).map(deviceOf).join("\n");

function deviceOf({ device, differences, stayed, left }: DeviceComparison): string {
  const away = Object.values(left).reduce((a, b) => a + b, 0);
  const all = Math.max(1, (stayed ?? 0) + away);
  return `<div class="figures"><div>${differencesOf(device, differences)}</div>
<figure><figcaption>Nodes on ${escape(device)}</figcaption>${bars([
    { name: device, value: String(stayed ?? "unknown"), parts: [{ kind: "fill", from: 0, to: (stayed ?? 0) / all }] },
    { name: "left to the CPU", value: String(away), parts: away === 0 ? [] : [{ kind: "fill alarm", from: 0, to: away / all }] },
  ])}${away === 0 ? "" : `<p class="caption">${Object.entries(left).map(([op, count]) => `${count} ${escape(op)}`).join(", ")}: each costs a copy there and back.</p>`}</figure></div>`;
}

function differencesOf(device: string, differences: DeviceComparison["differences"]): string {
  if (differences.length === 0) return "";
  const y = logarithmic(floor, Math.max(tolerance * 2, ...differences.map(({ relative }) => relative).filter(Number.isFinite)));
  const x = linear(0, differences.length, { exact: true });
  return `${chart({
    title: `Difference of ${device} from the CPU`, label: `differences of ${differences.length} tensors`, x, y, xName: "tensors, in the order in which they are computed; relative to the largest value of each",
    marks: [level(y.at(tolerance), "limit"), ...differences.map(({ relative }, i) => dot((i + 0.5) / differences.length, Number.isFinite(relative) ? y.at(relative) : 1, relative <= tolerance ? "small first" : "alarm")), ...differences.map(({ name, operator, relative }, i) => column(i / differences.length, (i + 1) / differences.length, `${name} (${operator})\n${brief(relative)}`))],
  })}${key([{ class: "limit", word: `threshold: ${brief(tolerance)}` }])}`;
}
