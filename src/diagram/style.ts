/** Sizes of a drawing: with labels, or compact for a table. All in pixels of the picture. */
import type { Box } from "./diagram.js";
import { shortened, textWidth } from "./text-width.js";

export interface Style {
  readonly labels: boolean;
  /** Height of a box at full resolution, by how much it shrinks at half of it, and at least. */
  readonly tallest: number;
  readonly shrink: number;
  readonly lowest: number;
  readonly thin: number;
  /** Width for each doubling of the channels. */
  readonly widen: number;
  /** Free space between columns; between neighbouring lines. */
  readonly gap: number;
  readonly track: number;
  /** Free space between rows, and between boxes above each other. */
  readonly row: number;
  readonly stack: number;
  readonly margin: number;
  readonly line: number;
}

export const full: Style = { labels: true, tallest: 104, shrink: 14, lowest: 18, thin: 5, widen: 4.4, gap: 26, track: 7, row: 12, stack: 12, margin: 20, line: 1.6 };
export const compact: Style = { labels: false, tallest: 46, shrink: 6.5, lowest: 8, thin: 4, widen: 1.7, gap: 11, track: 3.5, row: 5, stack: 5, margin: 6, line: 1.2 };

export const nameSize = 11;
export const noteSize = 10;
export const lineHeight = 13;

export interface Extent {
  readonly width: number;
  readonly height: number;
  /** Of the side and top faces, which make it a block. */
  readonly side: number;
  readonly top: number;
  readonly lines: readonly string[];
  readonly labelWidth: number;
  readonly labelHeight: number;
}

export function extentOf(box: Box, image: number, style: Style, sized: boolean): Extent {
  // Log scale: each halving takes the same away.
  const halvings = box.size === undefined ? (box.level ?? 4) : Math.log2(image / Math.max(1, box.size[0]));
  const height = round(Math.min(style.tallest * 1.2, Math.max(style.lowest, style.tallest - style.shrink * halvings)));
  const width = round(style.thin + style.widen * Math.log2(Math.max(1, box.depth) + 1));
  const side = round(Math.min(3 + height * 0.1, height * 0.45));
  const lines = style.labels ? labelOf(box, sized) : [];
  const labelWidth = Math.max(0, ...lines.map((line, at) => textWidth(line, at === 0 ? nameSize : noteSize, at === 0)));
  return { width, height, side, top: round(side * 0.6), lines, labelWidth: round(labelWidth), labelHeight: lines.length === 0 ? 0 : lines.length * lineHeight + 5 };
}

/** Name; channels and stride; what is inside, or the size where one was asked for. */
function labelOf(box: Box, sized: boolean): readonly string[] {
  const stride = box.level === undefined || box.level === 0 ? "" : box.level > 0 ? `1/${2 ** box.level}` : `${2 ** -box.level}\u00d7`;
  const size = box.size === undefined || !(sized || box.level === undefined) ? "" : box.size.join("\u00d7");
  const lines = [
    shortName(box.name),
    [box.channels, size !== "" ? size : stride].filter((part) => part !== "").join(" \u00b7 "),
    shortened(box.note, 18),
  ];
  return lines.filter((line) => line !== "");
}

const longest = 17;

/** The last parts of a path that fit: `layer3` of `backbone.layer3`. */
function shortName(path: string): string {
  const parts = path.split(".");
  for (let from = 0; from < parts.length; from++) {
    const rest = parts.slice(from).join(".");
    // A number alone says nothing, and one before says little.
    if (rest.length <= longest && !/^\d+(\.|$)/.test(rest)) return rest;
  }
  return shortened(path, longest);
}

export const round = (value: number): number => Math.round(value * 10) / 10;
