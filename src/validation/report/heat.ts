/** Maps of numbers as pictures. */
import { encodeLabelPng } from "../../vision/write-label-png.js";

/** Dark blue, violet, orange, light yellow: lightness rises evenly, so that it can be read without telling colours apart (the idea of matplotlib's "inferno"). */
const stops = [[4, 6, 24], [66, 16, 104], [147, 38, 103], [221, 81, 58], [252, 165, 10], [252, 255, 190]] as const;

/** Of what has no influence at all. */
const hole = [120, 130, 145] as const;

const heat = (share: number): readonly number[] => {
  const place = Math.max(0, Math.min(1, share)) * (stops.length - 1);
  const [low, high] = [stops[Math.floor(place)]!, stops[Math.ceil(place)]!];
  return low.map((value, i) => Math.round(value + (high[i]! - value) * (place % 1)));
};

const palette = (first: readonly number[], of: (share: number) => readonly number[]): Uint8Array => Uint8Array.from([...first, ...Array.from({ length: 255 }, (_, i) => of(i / 254)).flat()]);
const withHoles = palette(hole, heat);
const whole = palette(heat(0), heat);
const greys = palette([0, 0, 0], (share) => Array<number>(3).fill(Math.round(255 * share)));

export const gradient = `linear-gradient(90deg,${stops.map((stop) => `rgb(${stop.join(" ")})`).join(",")})`;

/** A map inside a page has no more rows and columns than that. */
const mostSide = 480;

interface NumberMap {
  readonly values: ArrayLike<number>;
  readonly width: number;
}

/** Of blocks the largest value, but 0 where most of a block is 0: holes stay holes. */
function shrunk({ values, width }: NumberMap, most: number): NumberMap {
  const height = values.length / width;
  const step = Math.ceil(Math.max(width, height) / most);
  if (step <= 1) return { values, width };
  const [rows, columns] = [Math.ceil(height / step), Math.ceil(width / step)];
  const [largest, zeros, counts] = [new Float64Array(rows * columns), new Float64Array(rows * columns), new Float64Array(rows * columns)];
  for (let i = 0; i < values.length; i++) {
    const block = Math.floor(Math.floor(i / width) / step) * columns + Math.floor((i % width) / step);
    largest[block] = Math.max(largest[block]!, values[i]!);
    counts[block]!++;
    if (values[i] === 0) zeros[block]!++;
  }
  return { values: largest.map((value, i) => (zeros[i]! > counts[i]! / 2 ? 0 : value)), width: columns };
}

export interface HeatOptions {
  /** Powers of ten below the largest that are shown. */
  readonly decades: number;
  /** What is brightest; the largest value unless given. */
  readonly most?: number;
  /** `holes`: 0 is grey. `mask`: black to white. */
  readonly kind?: "holes" | "whole" | "mask";
  /** Rows and columns at the most. */
  readonly side?: number;
}

/** Row-major values, logarithmic, as a PNG in a data URI. */
export function heatMap(map: ArrayLike<number>, across: number, { decades, most, kind = "whole", side = mostSide }: HeatOptions): string {
  const { values, width } = shrunk({ values: map, width: across }, side);
  const top = most ?? largestOf(values);
  const data = Uint8Array.from(values, (value) => (value <= 0 ? 0 : 1 + Math.round(254 * Math.max(0, Math.min(1, 1 + Math.log10(value / top) / decades)))));
  return dataUri(encodeLabelPng({ width, height: values.length / width, data }, { holes: withHoles, whole, mask: greys }[kind]));
}

function largestOf(values: ArrayLike<number>): number {
  let largest = 0;
  for (let i = 0; i < values.length; i++) largest = Math.max(largest, values[i]!);
  return largest;
}

export const dataUri = (png: Uint8Array): string => `data:image/png;base64,${Buffer.from(png).toString("base64")}`;

/** The scale below a map. */
export const heatKey = (low: string, high: string): string => `<div class="scale" style="background:${gradient}"></div><div class="ends"><span>${low}</span><span>${high}</span></div>`;
