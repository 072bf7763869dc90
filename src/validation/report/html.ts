/** Words and numbers of the pages. */
import { escape } from "../../diagram/svg.js";

export { escape };

/** A sentence of a check, in which `code` stands between backticks; elsewhere `<=`, `8x8` and `1e-5` are set as in print. */
export const prose = (text: string): string =>
  escape(text).split(/(`[^`]+`)/).map((part) => (/^`.+`$/s.test(part) ? `<code>${part.slice(1, -1)}</code>` : printed(part))).join("");

const printed = (escaped: string): string =>
  escaped
    .replaceAll("&gt;=", "\u2265").replaceAll("&lt;=", "\u2264")
    .replace(/(?<=\d)x(?=\d)/g, "\u202f\u00d7\u202f").replace(/(?<=\d) x\b/g, "\u00a0\u00d7")
    .replace(/\b(\d+(?:\.\d+)?)e([+-]?)(\d+)\b/g, (_, digits: string, sign: string, power: string) => `${digits}\u00b710<sup>${sign === "-" ? "\u2212" : ""}${power}</sup>`);

export const sentence = (text: string): string => `${text.charAt(0).toUpperCase()}${text.slice(1)}`;

/** `572 × 388`: height and width. */
export const times = (sizes: readonly (number | string)[]): string => sizes.join("\u202f\u00d7\u202f");

/** A number and its unit, which stay on one line. */
export const withUnit = (value: string, unit: string): string => `${value}\u00a0${unit}`;

/** Coordinates in pictures; fewer digits than anybody sees. */
export const at = (value: number): string => String(Math.round(value * 10) / 10);

export interface KeyEntry {
  /** Of the swatch. */
  readonly class: string;
  readonly word: string;
}

export const key = (entries: readonly KeyEntry[]): string =>
  `<p class="key">${entries.map((one) => `<span><i class="swatch ${one.class}"></i>${prose(one.word)}</span>`).join("")}</p>`;
