/** The grammar as railroad diagrams: one page with nothing but text and SVG in it, so that it works from a file and without a network. */
import { patterns, type RuleShape, type Shape } from "./shape.js";

/** A drawn part: its line runs from left to right at height 0, with `up` above it and `down` below. */
interface Drawing {
  readonly width: number;
  readonly up: number;
  readonly down: number;
  readonly at: (x: number, y: number) => string;
}

const box = 24;
const gap = 10;
const turn = 8;

const escaped = (text: string): string => text.replace(/&/g, "&amp;").replace(/</g, "&lt;").replace(/>/g, "&gt;").replace(/"/g, "&quot;");
const path = (d: string): string => `<path d="${d}"/>`;
const across = (x: number, y: number, length: number): string => (length <= 0 ? "" : path(`M${x} ${y}h${length}`));

function boxed(text: string, kind: "rule" | "token" | "text"): Drawing {
  const width = Math.ceil(text.length * 7.6) + 18;
  const draw = (x: number, y: number): string => {
    const shape = `<rect class="${kind}" x="${x}" y="${y - box / 2}" width="${width}" height="${box}" rx="${kind === "text" ? box / 2 : 3}"/><text x="${x + width / 2}" y="${y + 4}">${escaped(text)}</text>`;
    return kind === "rule" ? `<a href="#${text}">${shape}</a>` : shape;
  };
  return { width, up: box / 2, down: box / 2, at: draw };
}

function inSequence(parts: readonly Drawing[]): Drawing {
  const width = parts.reduce((sum, part) => sum + part.width, 0) + gap * Math.max(0, parts.length - 1);
  return {
    width,
    up: Math.max(0, ...parts.map((part) => part.up)),
    down: Math.max(0, ...parts.map((part) => part.down)),
    at: (x, y) => {
      let left = x;
      return parts
        .map((part, i) => {
          const drawn = (i > 0 ? across(left, y, gap) : "") + part.at(left + (i > 0 ? gap : 0), y);
          left += part.width + (i > 0 ? gap : 0);
          return drawn;
        })
        .join("");
    },
  };
}

/** The first part on the line, the others below it. */
function stacked(parts: readonly Drawing[]): Drawing {
  const inner = Math.max(...parts.map((part) => part.width));
  const width = inner + 4 * turn;
  const heights: number[] = [0];
  for (let i = 1; i < parts.length; i++) heights.push(heights[i - 1]! + Math.max(2 * turn, parts[i - 1]!.down + gap + parts[i]!.up));
  return {
    width,
    up: parts[0]!.up,
    down: heights.at(-1)! + parts.at(-1)!.down,
    at: (x, y) =>
      parts
        .map((part, i) => {
          const h = heights[i]!;
          const start = x + 2 * turn;
          const rest = inner - part.width;
          const rails =
            i === 0
              ? across(x, y, 2 * turn) + across(start + part.width, y, rest + 2 * turn)
              : path(`M${x} ${y}q${turn} 0 ${turn} ${turn}v${h - 2 * turn}q0 ${turn} ${turn} ${turn}`) +
                across(start + part.width, y + h, rest) +
                path(`M${start + inner} ${y + h}q${turn} 0 ${turn} ${-turn}v${-(h - 2 * turn)}q0 ${-turn} ${turn} ${-turn}`);
          return rails + part.at(start, y + h);
        })
        .join(""),
  };
}

const nothing: Drawing = { width: 0, up: 0, down: 0, at: () => "" };

/** One or more: from behind the part, a line leads back below it. */
function looped(part: Drawing): Drawing {
  const width = part.width + 4 * turn;
  const h = Math.max(2 * turn, part.down + gap);
  return {
    width,
    up: part.up,
    down: h + 4,
    at: (x, y) => {
      const right = x + width;
      return (
        across(x, y, 2 * turn) + part.at(x + 2 * turn, y) + across(right - 2 * turn, y, 2 * turn) +
        path(`M${right - 2 * turn} ${y}q${turn} 0 ${turn} ${turn}v${h - 2 * turn}q0 ${turn} ${-turn} ${turn}H${x + 2 * turn}`) +
        path(`M${x + 2 * turn} ${y + h}q${-turn} 0 ${-turn} ${-turn}v${-(h - 2 * turn)}q0 ${-turn} ${turn} ${-turn}`) +
        path(`M${x + width / 2 + 3} ${y + h - 4}l-6 4l6 4`)
      );
    },
  };
}

function draw(shape: Shape): Drawing {
  switch (shape.kind) {
    case "sequence": return inSequence(shape.parts.map(draw));
    case "choice": return stacked(shape.parts.map(draw));
    case "optional": return stacked([nothing, draw(shape.part)]);
    case "repeated": return stacked([nothing, looped(draw(shape.part))]);
    case "rule": return boxed(shape.name, "rule");
    case "token": return boxed(shape.name, "token");
    case "text": return boxed(shape.text, "text");
  }
}

function svg(shape: Shape): string {
  const drawing = draw(shape);
  const width = drawing.width + 60;
  const height = drawing.up + drawing.down + 20;
  const y = drawing.up + 10;
  const ends = `<circle cx="10" cy="${y}" r="4"/>${across(14, y, 16)}${across(30 + drawing.width, y, 16)}<circle cx="${width - 10}" cy="${y}" r="4"/>`;
  return `<svg viewBox="0 0 ${width} ${height}" width="${width}" height="${height}">${ends}${drawing.at(30, y)}</svg>`;
}

export function railroad(rules: readonly RuleShape[]): string {
  const sections = rules.map(({ name, shape }) => `<section id="${name}"><h2>${name}</h2>${svg(shape)}</section>`);
  const tokens = patterns.map(({ name, pattern }) => `<tr><td>${name}</td><td><code>${escaped(pattern)}</code></td></tr>`);
  return `<!doctype html>
<!-- Generated from grammar/grammar.ts by \`npm run gen\`. Do not edit. -->
<html lang="en">
<meta charset="utf-8">
<meta name="viewport" content="width=device-width">
<title>The grammar of .seg files</title>
<style>
  body { font: 15px/1.5 system-ui, sans-serif; margin: 2rem auto; max-width: 72rem; padding: 0 1rem; color: #222; background: #fff; }
  section { overflow-x: auto; } h2 { font-size: 1rem; margin: 1.5rem 0 .25rem; }
  svg path { fill: none; stroke: #556; stroke-width: 1.5; } svg circle { fill: #556; }
  rect { stroke: #556; fill: #fff; } rect.text { fill: #e4f2e7; } rect.token { fill: #fdf1d8; } rect.rule { fill: #e6ecfa; }
  section:target h2 { background: #fdf1d8; }
  text { font: 13px ui-monospace, monospace; text-anchor: middle; fill: #222; } td { padding-right: 1rem; font-family: ui-monospace, monospace; }
</style>
<h1>The grammar of .seg files</h1>
<p>Round boxes are written as they stand, blue ones are rules, yellow ones are tokens.</p>
${sections.join("\n")}
<h2>Tokens</h2>
<table>${tokens.join("")}</table>
</html>
`;
}
