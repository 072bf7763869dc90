import { type Paint, paints } from "../../../diagram/palette.js";
import { type LayerStats, mostGain, worstGain } from "../../checks/numerics.js";
import { brief } from "../../result.js";
import { bar, chart, column, dot, level, line } from "../chart.js";
import { key } from "../html.js";
import { linear, logarithmic, symmetric, type Scale } from "../scale.js";
import type { Figure } from "./figure.js";

/** Values, spread, zeros and gains of every tensor, from the image to the heads. */
export const numericsFigure: Figure = ({ data }) => {
  const layers = (data ?? []) as readonly LayerStats[];
  if (layers.length === 0) return "";
  const used = new Set(layers.map(paintOf));
  const alarmed = layers.some(alarms);
  return `<p class="caption">Two images of normal noise, initial weights, batch normalisation as in training. Each column is one tensor; the pointer tells which.</p>
${key([...(Object.keys(paints) as Paint[]).filter((paint) => used.has(paint)).map((paint) => ({ class: `r-${paint}`, word: paints[paint].word })), ...(alarmed ? [{ class: "alarm", word: "beyond what numbers or the initialisation allow" }] : [])])}
<div class="figures one">${values(layers)}${spread(layers)}${zeros(layers)}${gains(layers)}</div>`;
};

const paintOf = ({ role }: LayerStats): Paint => role as Paint | undefined ?? "other";
const alarms = ({ nan, infinite, beyondHalf, gain }: LayerStats): boolean => nan + infinite + beyondHalf > 0 || (gain ?? 0) > mostGain;

/** Tensors side by side, in the order in which they are computed. */
const depth = (layers: readonly LayerStats[]): Scale => {
  const marks = linear(1, layers.length, { exact: true, most: 8 }).ticks.map(({ label }) => Number(label)).filter(Number.isInteger);
  return { at: (i) => i / layers.length, ticks: [1, ...marks.filter((mark) => mark > 1 && mark < layers.length * 0.96), ...(layers.length > 1 ? [layers.length] : [])].map((mark) => ({ at: (mark - 0.5) / layers.length, label: String(mark) })) };
};

const along = "tensors, in the order in which they are computed";

const columns = (layers: readonly LayerStats[], tell: (layer: LayerStats) => string): string =>
  layers.map((layer, i) => column(i / layers.length, (i + 1) / layers.length, `${i + 1}: ${layer.name} (${layer.operator})\n${tell(layer)}`)).join("");

function values(layers: readonly LayerStats[]): string {
  const finite = layers.flatMap(({ quantiles }) => quantiles.filter(Number.isFinite));
  const y = symmetric(Math.min(-0.5, ...finite), Math.max(0.5, ...finite));
  const bars = layers.map((layer, i) => {
    const [q1, q5, q25, q50, q75, q95, q99] = layer.quantiles.map((value) => y.at(Number.isFinite(value) ? value : 0)) as [number, number, number, number, number, number, number];
    const place = (inset: number): readonly [number, number] => [(i + inset) / layers.length, (i + 1 - inset) / layers.length];
    const paint = `r-${paintOf(layer)}`;
    const [from, to] = place(0.08);
    return `<g${alarms(layer) ? ' class="alarmed"' : ""}>${bar(...place(0.36), q1, q99, `${paint} wide`)}${bar(...place(0.2), q5, q95, `${paint} half`)}${bar(from, to, q25, q75, `${paint} inner`)}${q75 - q25 > 0.02 ? bar(from, to, q50 - 0.003, q50 + 0.003, "middle") : ""}</g>`;
  });
  return chart({
    title: "Values: middle half, 90 % and 98 % of each tensor (even near 0, logarithmic beyond)", label: `quantiles of ${layers.length} tensors`, x: depth(layers), y, xName: along, height: 240,
    marks: [level(y.at(0)), ...bars, columns(layers, ({ quantiles: [q1, , , q50, , , q99], mean }) => `1 % ${brief(q1!)}, median ${brief(q50!)}, 99 % ${brief(q99!)}, mean ${brief(mean)}`)],
  });
}

/** Means that are 0 but for rounding. */
const least = 1e-4;

function spread(layers: readonly LayerStats[]): string {
  const shown = layers.flatMap(({ variance, mean }) => [Math.sqrt(variance), Math.abs(mean)]).filter((value) => value > least && Number.isFinite(value));
  if (shown.length === 0) return "";
  const y = logarithmic(shown.reduce((a, b) => Math.min(a, b)), shown.reduce((a, b) => Math.max(a, b)));
  const points = (of: (layer: LayerStats) => number) => layers.map((layer, i) => (of(layer) > least && Number.isFinite(of(layer)) ? [(i + 0.5) / layers.length, y.at(of(layer))] as const : undefined));
  return `<div>${chart({
    title: "Spread and mean (logarithmic)", label: `standard deviation and mean of ${layers.length} tensors`, x: depth(layers), y, xName: along, height: 150,
    marks: [line(points(({ variance }) => Math.sqrt(variance)), "first"), ...points(({ mean }) => Math.abs(mean)).flatMap((point) => (point === undefined ? [] : [dot(...point, "small second")])), columns(layers, ({ variance, mean }) => `standard deviation ${brief(Math.sqrt(variance))}, mean ${brief(mean)}`)],
  })}${key([{ class: "line-first", word: "standard deviation" }, { class: "dot-second", word: `|mean|, where it is above ${least}` }])}</div>`;
}

function zeros(layers: readonly LayerStats[]): string {
  const y = linear(0, 1, { exact: true, most: 4, label: (value) => `${Math.round(100 * value)} %` });
  const share = ({ zeros: none, count }: LayerStats): number => none / count;
  return chart({
    title: "Zeros", label: `share of zeros in ${layers.length} tensors`, x: depth(layers), y, xName: along, height: 110,
    marks: [...layers.map((layer, i) => (share(layer) === 0 ? "" : bar((i + 0.08) / layers.length, (i + 0.92) / layers.length, 0, y.at(share(layer)), `r-${paintOf(layer)} inner`))), columns(layers, (layer) => `${brief(100 * share(layer))} % are 0; ${layer.constantChannels} of ${layer.channels} channels have one value everywhere`)],
  });
}

function gains(layers: readonly LayerStats[]): string {
  const known = layers.flatMap(({ gain }) => (gain !== undefined && gain > 0 && Number.isFinite(gain) ? [gain] : []));
  if (known.length === 0) return "";
  const y = logarithmic(Math.min(0.1, ...known), Math.max(10, ...known));
  return `<div>${chart({
    title: "Gain of each convolution: mean square out over mean square in (logarithmic)", label: `gains of ${known.length} convolutions`, x: depth(layers), y, xName: along, height: 150,
    marks: [level(y.at(2)), level(y.at(worstGain), Math.max(...known) > 10 ? "limit" : "grid"), ...layers.map((layer, i) => (layer.gain !== undefined && layer.gain > 0 && Number.isFinite(layer.gain) ? dot((i + 0.5) / layers.length, y.at(layer.gain), alarms(layer) ? "alarm" : "first") : "")), columns(layers, ({ gain }) => (gain === undefined ? "no convolution" : `gain ${brief(gain)}`))],
  })}${key([{ class: "reference", word: "2: keeps the scale of a ReLU network (He); 1 keeps a linear one's" }])}</div>`;
}
