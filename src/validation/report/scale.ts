/** Axes of charts: where a value lies between the ends (0 to 1), and where the marks are. */
import { brief } from "../result.js";

export interface Tick {
  readonly at: number;
  readonly label: string;
}

export interface Scale {
  readonly at: (value: number) => number;
  readonly ticks: readonly Tick[];
}

const clamp = (share: number): number => Math.max(0, Math.min(1, share));

/** Even; both ends are round numbers where `high` is no end by nature. */
export function linear(low: number, high: number, { label = brief as (value: number) => string, exact = false, most = 5 } = {}): Scale {
  const step = roundStep((high - low || 1) / most);
  const end = exact ? high : Math.max(low + step, Math.ceil((high - 1e-9 * step) / step) * step);
  const place = (value: number): number => clamp((value - low) / (end - low || 1));
  const marks: number[] = [];
  for (let value = Math.ceil(low / step) * step; value <= end + 1e-9 * step; value += step) marks.push(Number(value.toPrecision(12)));
  return { at: place, ticks: marks.map((value) => ({ at: place(value), label: label(value) })) };
}

/** 1, 2 or 5 times a power of ten, and not less than `least`. */
function roundStep(least: number): number {
  const power = 10 ** Math.floor(Math.log10(least));
  return power * ([1, 2, 5].find((factor) => factor * power >= least * (1 - 1e-9)) ?? 10);
}

/** Equal ratios, equal distances. What is not above 0 lies at the lower end. */
export function logarithmic(low: number, high: number, label: (value: number) => string = power): Scale {
  const [from, to] = [Math.floor(Math.log10(low) + 1e-9), Math.max(Math.floor(Math.log10(low) + 1e-9) + 1, Math.ceil(Math.log10(high) - 1e-9))];
  const place = (value: number): number => (value > 0 ? clamp((Math.log10(value) - from) / (to - from)) : 0);
  const step = Math.ceil((to - from) / 6);
  const marks = Array.from({ length: Math.floor((to - from) / step) + 1 }, (_, i) => 10 ** (from + i * step));
  return { at: place, ticks: marks.map((value) => ({ at: place(value), label: label(value) })) };
}

/** Even near 0 and logarithmic beyond, on both sides. */
export function symmetric(low: number, high: number): Scale {
  const squash = (value: number): number => Math.asinh(2 * value);
  const [from, to] = [squash(low), squash(high)];
  const place = (value: number): number => clamp((squash(value) - from) / (to - from || 1));
  const decades = Array.from({ length: 12 }, (_, i) => 10 ** i).filter((value) => value <= Math.max(-low, high));
  const shown = decades.length > 4 ? decades.filter((_, i) => i % 2 === 0) : decades;
  return { at: place, ticks: [...shown.map((value) => -value).reverse(), 0, ...shown].filter((value) => value >= low && value <= high).map((value) => ({ at: place(value), label: power(value) })) };
}

/** `10⁻⁶` for what has too many zeros. */
export function power(value: number): string {
  const size = Math.abs(value);
  if (size === 0 || (size >= 1e-3 && size < 1e5)) return brief(value).replace("-", "\u2212");
  const exponent = Math.log10(size);
  return Number.isInteger(Number(exponent.toFixed(9))) ? `${value < 0 ? "\u2212" : ""}10${[...String(Math.round(exponent))].map((digit) => superscripts[digit]!).join("")}` : brief(value);
}

const superscripts: Readonly<Record<string, string>> = { "-": "\u207b", 0: "\u2070", 1: "\u00b9", 2: "\u00b2", 3: "\u00b3", 4: "\u2074", 5: "\u2075", 6: "\u2076", 7: "\u2077", 8: "\u2078", 9: "\u2079" };
