/** A diagram as SVG: a picture with title, strips of equal resolution, blocks, arrows and a legend; or compact, with blocks and arrows alone. */
import type { Diagram, Link } from "./diagram.js";
import { type Layout, type PlacedBox, type PlacedLink, type Point, layOut } from "./layout.js";
import { type Paint, paintOf, paints, strokes, surface } from "./palette.js";
import { compact as compactStyle, full, lineHeight, nameSize, noteSize, round, type Style } from "./style.js";
import { firstSentence, textWidth } from "./text-width.js";

export interface SvgOptions {
  /** Without any text, for a table. */
  readonly compact?: boolean;
}

const fonts = "Inter, 'Segoe UI', 'Helvetica Neue', Arial, 'DejaVu Sans', sans-serif";
const titleSize = 18;
const docSize = 12;

/** A picture that needs nothing else, for light and dark pages: rows are resolutions, heights and widths of boxes resolution and channels. In pixels. */
export function svg(diagram: Diagram, { compact = false }: SvgOptions = {}): string {
  const style = compact ? compactStyle : full;
  const layout = layOut(diagram, style);
  const axis = compact ? 0 : 44;
  const head = compact ? [] : heading(diagram, Math.max(560, layout.width + axis));
  const legend = compact ? [] : legendOf(diagram, layout);
  const textual = Math.max(0, ...head.map(({ text, size, bold }) => textWidth(text, size, bold)));
  const key = wrapped(legend, Math.max(layout.width + axis, textual, 480));
  const inner = Math.max(layout.width + axis, textual, ...key.map((row) => row.width));
  const width = Math.ceil(inner + 2 * style.margin);
  const top = style.margin + head.reduce((sum, { size }) => sum + size * 1.45, 0) + (compact ? 0 : 8);
  const keyTop = top + layout.height + (compact ? 0 : 14);
  const height = Math.ceil(keyTop + key.length * 20 + style.margin);
  const left = round(style.margin + axis + Math.max(0, (inner - axis - layout.width) / 2));

  let baseline = style.margin;
  const titles = head.map(({ text, size, bold, muted }) => {
    baseline += size * 1.45;
    return `<text x="${style.margin}" y="${round(baseline - size * 0.4)}" font-size="${size}"${bold ? ' font-weight="700"' : ""} class="${muted ? "muted" : "ink"}">${escape(text)}</text>`;
  });
  const lines = [
    `<svg xmlns="http://www.w3.org/2000/svg" viewBox="0 0 ${width} ${height}" width="${width}" height="${height}" role="img" font-family="${fonts}">`,
    `<title>${escape(diagram.name)}</title>`,
    `<desc>${escape(firstSentence(diagram.doc))}</desc>`,
    `<style>${sheet(diagram)}</style>`,
    `<rect width="${width}" height="${height}" rx="${compact ? 4 : 10}" class="paper"/>`,
    ...titles,
    ...(compact ? [] : bands(layout, style.margin, width - 2 * style.margin, top)),
    `<g transform="translate(${left} ${round(top)})">`,
    ...layout.links.toSorted((a, b) => order(a.link) - order(b.link)).flatMap((one) => arrow(one, style, diagram)),
    ...layout.boxes.flatMap((one) => block(one)),
    "</g>",
    ...key.flatMap((row, at) => row.items.map((item) => item.draw(style.margin + item.x, keyTop + at * 20))),
    "</svg>",
    "",
  ];
  return lines.join("\n");
}

// ---- parts --------------------------------------------------------------------------------------------------------

interface TitleLine {
  readonly text: string;
  readonly size: number;
  readonly bold: boolean;
  readonly muted: boolean;
}

function heading(diagram: Diagram, room: number): readonly TitleLine[] {
  const settings = diagram.settings.map(([name, value]) => `${name} = ${value}`).join(", ");
  const facts = `${grouped(diagram.parameters)} parameters${settings === "" ? "" : `; ${settings}`}${diagram.sized ? `; drawn for ${Object.entries(diagram.sizes).map(([name, value]) => `${name} = ${value}`).join(", ")}` : ""}`;
  return [
    { text: diagram.name, size: titleSize, bold: true, muted: false },
    ...[firstSentence(diagram.doc), facts].flatMap((text) => broken(text, room, docSize)).map((text) => ({ text, size: docSize, bold: false, muted: true })),
  ];
}

/** At most three lines; the rest is in the spec. */
function broken(text: string, room: number, size: number): readonly string[] {
  const lines: string[] = [];
  let line = "";
  for (const word of text.split(/\s+/).filter((one) => one !== "")) {
    if (line !== "" && textWidth(`${line} ${word}`, size) > room) {
      lines.push(line);
      line = word;
    } else line = line === "" ? word : `${line} ${word}`;
  }
  if (line !== "") lines.push(line);
  const cut = [...lines.slice(0, 3)];
  if (lines.length > 3) cut[2] = `${cut[2]}\u2026`;
  return cut.map((one) => [...one].slice(0, 300).join(""));
}

function bands(layout: Layout, x: number, width: number, top: number): readonly string[] {
  return layout.rows.flatMap(({ level, y, height }, at) => [
    ...(at % 2 === 0 ? [`<rect x="${x - 8}" y="${round(top + y)}" width="${width + 16}" height="${height}" rx="6" class="band"/>`] : []),
    ...(level === undefined ? [] : [`<text x="${x}" y="${round(top + y + 16)}" font-size="12" font-weight="700" class="muted">${level >= 0 ? `1/${2 ** level}` : `${2 ** -level}\u00d7`}</text>`]),
  ]);
}

function block({ box, extent, x, y }: PlacedBox): readonly string[] {
  const { width: w, height: h, side: s, top: t } = extent;
  const name = `f-${paintOf(box)}`;
  const to = (...points: readonly (readonly [number, number])[]): string => `M${points.map(([px, py]) => `${round(px)} ${round(py)}`).join("L")}Z`;
  const middle = round(x + (w + s) / 2);
  const bottom = y + h + 3;
  return [
    `<g class="${name}"${box.outputs.length > 0 ? ` data-output="${escape(box.outputs.join(" "))}"` : ""}>`,
    `<title>${escape(tooltip(box))}</title>`,
    `<path d="${to([x, y], [x + s, y - t], [x + w + s, y - t], [x + w, y])}" class="lit"/>`,
    `<path d="${to([x + w, y], [x + w + s, y - t], [x + w + s, y + h - t], [x + w, y + h])}" class="dim"/>`,
    `<rect x="${x}" y="${y}" width="${w}" height="${h}"/>`,
    "</g>",
    ...extent.lines.map((line, at) =>
      `<text x="${middle}" y="${round(bottom + lineHeight * (at + 1) - 3)}" font-size="${at === 0 ? nameSize : noteSize}"${at === 0 ? ' font-weight="700"' : ""} text-anchor="middle" class="${at === 0 ? "ink" : "muted"}">${escape(line)}</text>`),
  ];
}

const tooltip = (box: PlacedBox["box"]): string => [
  `${box.name}${box.role === undefined ? "" : ` (${box.role})`}`,
  [box.channels === "" ? "" : `${box.channels} channels`, box.level === undefined ? "" : `stride ${box.level >= 0 ? 2 ** box.level : `1/${2 ** -box.level}`}`, box.size === undefined ? "" : box.size.join("\u00d7")].filter((part) => part !== "").join(", "),
  ...box.paths.slice(0, 12),
  ...(box.paths.length > 12 ? [`\u2026 ${box.paths.length - 12} more`] : []),
].join("\n");

function arrow({ link, points }: PlacedLink, style: Style, diagram: Diagram): readonly string[] {
  const size = style.labels ? 7 : 4;
  const tip = points.at(-1)!;
  const ends = [...points.slice(0, -1), { x: tip.x - size + 1, y: tip.y }];
  const { dash } = strokes[link.kind];
  const text = `${diagram.boxes[link.from]!.name} \u2192 ${diagram.boxes[link.to]!.name}${link.kind === "plain" ? "" : `: ${strokes[link.kind].word}`}${link.paths.length === 0 ? "" : ` (${link.paths.join(", ")})`}`;
  return [
    `<g class="s-${link.kind}"><title>${escape(text)}</title><path d="${rounded(ends, style.labels ? 6 : 3)}" class="line"${dash === undefined ? "" : ` stroke-dasharray="${dash}"`}/>` +
    `<path d="M${tip.x} ${tip.y}l${-size} ${-size * 0.5}v${size}z" class="tip"/></g>`,
  ];
}

/** Skips lie above the flow. */
const order = (link: Link): number => ({ plain: 0, pool: 1, resize: 2, upconv: 2, unpool: 2, indices: 3, skip: 3 })[link.kind];

function rounded(points: readonly Point[], radius: number): string {
  const corners = points.filter((point, at) => at === 0 || at === points.length - 1 || !(point.x === points[at - 1]!.x && point.y === points[at - 1]!.y));
  let path = `M${round(corners[0]!.x)} ${round(corners[0]!.y)}`;
  for (let at = 1; at < corners.length - 1; at++) {
    const [a, b, c] = [corners[at - 1]!, corners[at]!, corners[at + 1]!];
    const before = Math.min(radius, distance(a, b) / 2);
    const after = Math.min(radius, distance(b, c) / 2);
    const [from, to] = [towards(b, a, before), towards(b, c, after)];
    path += `L${round(from.x)} ${round(from.y)}Q${round(b.x)} ${round(b.y)} ${round(to.x)} ${round(to.y)}`;
  }
  const end = corners.at(-1)!;
  return `${path}L${round(end.x)} ${round(end.y)}`;
}

const distance = (a: Point, b: Point): number => Math.abs(a.x - b.x) + Math.abs(a.y - b.y);
const towards = (from: Point, to: Point, by: number): Point => {
  const whole = distance(from, to) || 1;
  return { x: from.x + ((to.x - from.x) * by) / whole, y: from.y + ((to.y - from.y) * by) / whole };
};

// ---- legend -------------------------------------------------------------------------------------------------------

interface Key {
  readonly width: number;
  readonly draw: (x: number, y: number) => string;
}

function legendOf(diagram: Diagram, layout: Layout): readonly Key[] {
  const used = new Set(layout.boxes.map(({ box }) => paintOf(box)));
  const kinds = new Set(diagram.links.map((link) => link.kind));
  const item = (word: string, mark: (x: number, y: number) => string, room: number): Key => ({
    width: room + 6 + textWidth(word, noteSize + 1) + 16,
    draw: (x, y) => `${mark(round(x), round(y))}<text x="${round(x + room + 6)}" y="${round(y + 10)}" font-size="${noteSize + 1}" class="muted">${escape(word)}</text>`,
  });
  return [
    ...(Object.keys(paints) as Paint[]).filter((paint) => used.has(paint)).map((paint) =>
      item(paints[paint].word, (x, y) => `<g class="f-${paint}"><rect x="${x}" y="${y}" width="12" height="12" rx="2"/></g>`, 12)),
    ...(Object.keys(strokes) as Link["kind"][]).filter((kind) => kinds.has(kind)).map((kind) =>
      item(strokes[kind].word, (x, y) => {
        const { dash } = strokes[kind];
        return `<g class="s-${kind}"><path d="M${x} ${y + 6}h20" class="line"${dash === undefined ? "" : ` stroke-dasharray="${dash}"`}/><path d="M${x + 26} ${y + 6}l-7 -3.5v7z" class="tip"/></g>`;
      }, 26)),
    item(`below a box: channels \u00b7 ${diagram.sized ? "size" : "stride"}`, () => "", -6),
  ];
}

function wrapped(items: readonly Key[], room: number): readonly { readonly width: number; readonly items: readonly (Key & { readonly x: number })[] }[] {
  const rows: { width: number; items: (Key & { x: number })[] }[] = [];
  for (const item of items) {
    const row = rows.at(-1);
    if (row === undefined || row.width + item.width > room) rows.push({ width: item.width, items: [{ ...item, x: 0 }] });
    else {
      row.items.push({ ...item, x: row.width });
      row.width += item.width;
    }
  }
  return rows;
}

// ---- text ---------------------------------------------------------------------------------------------------------

/** Colours are classes, so that a viewer in the dark gets the dark ones. */
function sheet(diagram: Diagram): string {
  const used = { paints: new Set(diagram.boxes.map(paintOf)), strokes: new Set(diagram.links.map((link) => link.kind)) };
  const colours = (mode: "light" | "dark"): string => [
    `.paper{fill:${surface.paper[mode]}}.band{fill:${surface.band[mode]}}.ink{fill:${surface.ink[mode]}}.muted{fill:${surface.muted[mode]}}`,
    ...(Object.keys(paints) as Paint[]).filter((paint) => used.paints.has(paint)).map((paint) => `.f-${paint}{fill:${paints[paint][mode]};stroke:${paints[paint][mode]}}`),
    ...(Object.keys(strokes) as Link["kind"][]).filter((kind) => used.strokes.has(kind)).map((kind) => `.s-${kind}{fill:${strokes[kind][mode]};stroke:${strokes[kind][mode]}}`),
  ].join("");
  return `.line{fill:none;stroke-width:1.6}.tip{stroke:none}.lit{fill-opacity:.55;stroke-opacity:0}.dim{fill-opacity:.8;stroke-opacity:0}rect{stroke-width:0}${colours("light")}@media (prefers-color-scheme:dark){${colours("dark")}}`;
}

const grouped = (value: number): string => String(value).replace(/\B(?=(\d{3})+$)/g, ",");

/** XML takes no control characters, escaped or not. */
export const escape = (text: string): string =>
  text
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "\ufffd")
    .replace(/[\ud800-\udbff](?![\udc00-\udfff])|(?<![\ud800-\udbff])[\udc00-\udfff]/g, "\ufffd")
    .replaceAll("&", "&amp;").replaceAll("<", "&lt;").replaceAll(">", "&gt;").replaceAll('"', "&quot;");
