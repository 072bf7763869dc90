/** Edits for fixes, found in the text of a place. */
import type { Edit } from "../diagnostics/problem.js";
import type { Place, SourceFile, Span } from "../source/source.js";

/** Behind the last argument of the call that stands at this place: `conv(8, 3)` becomes `conv(8, 3, bias: false)`. */
export function addArgument(place: Place, argument: string): Edit | undefined {
  const { file, span } = place;
  const open = file.text.indexOf("(", span.start);
  if (open < 0 || open >= span.end) return undefined;
  const close = closing(file.text, open);
  if (close === undefined || close >= span.end) return undefined;
  // `conv(8,)` and `conv()` need no comma; comments between the brackets are not touched.
  const inside = file.text.slice(open + 1, close);
  if (inside.includes("//") || inside.includes("/*")) return undefined;
  const end = open + 1 + inside.trimEnd().length;
  const before = inside.trim() === "" ? "" : inside.trimEnd().endsWith(",") ? " " : ", ";
  return { place: { file, span: { start: end, end } }, text: `${before}${argument}` };
}

/** Where the named argument's value stands, when it is a number or a list of numbers. */
export function argumentValue(place: Place, name: string): Span | undefined {
  const { file, span } = place;
  const match = new RegExp(`\\b${name}\\s*:\\s*(-?\\d+|\\[[\\d\\s,-]*\\])`).exec(file.text.slice(span.start, span.end));
  if (match === null) return undefined;
  const end = span.start + match.index + match[0].length;
  return { start: end - match[1]!.length, end };
}

function closing(text: string, open: number): number | undefined {
  let depth = 0;
  let quoted = false;
  for (let at = open; at < text.length; at++) {
    const character = text[at]!;
    if (character === '"' && text[at - 1] !== "\\") quoted = !quoted;
    if (quoted) continue;
    if ("([{".includes(character)) depth++;
    if (")]}".includes(character) && --depth === 0) return at;
  }
  return undefined;
}

/** Takes a piece of text out; with its line, where it stands alone. */
export function removal(file: SourceFile, span: Span): Edit {
  const before = file.text.lastIndexOf("\n", span.start - 1) + 1;
  const after = file.text.indexOf("\n", span.end);
  const end = after < 0 ? file.text.length : after + 1;
  const alone = file.text.slice(before, span.start).trim() === "" && file.text.slice(span.end, end).trim() === "";
  const cut = alone ? { start: before, end } : { start: before + file.text.slice(before, span.start).trimEnd().length, end: span.end };
  return { place: { file, span: cut }, text: "" };
}
