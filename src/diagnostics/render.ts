/** Problems as text for people: code frames with carets, secondary places, the chain of block calls, what to do next. */
import { type Place, type SourceFile, lineText, positionOf, showPlace } from "../source/source.js";
import type { Problem } from "./problem.js";

export interface RenderOptions {
  readonly colour?: boolean;
}

type Paint = (text: string) => string;

const paints = (colour: boolean) => {
  const paint = (code: string): Paint => (colour ? (text) => `\u001b[${code}m${text}\u001b[0m` : (text) => text);
  return { error: paint("1;31"), warning: paint("1;33"), info: paint("1;36"), dim: paint("2"), bold: paint("1"), blue: paint("34"), green: paint("32") };
};

interface Mark {
  readonly line: number;
  readonly start: number;
  readonly end: number;
  readonly text: string;
  readonly primary: boolean;
}

/** The part of a place on its first line; never empty. */
function mark(place: Place, text: string, primary: boolean): Mark {
  const from = positionOf(place.file, place.span.start);
  const to = positionOf(place.file, place.span.end);
  const end = to.line === from.line ? to.column : lineText(place.file, from.line).length + 1;
  return { line: from.line, start: from.column, end: Math.max(end, from.column + 1), text, primary };
}

/** Tabs and control characters would put the carets out of place or write to the terminal. */
const printable = (text: string): string => text.replace(/\t/g, " ").replace(/[\u0000-\u001f\u007f-\u009f\u2028-\u202f\u2066-\u2069]/g, "\ufffd");

const widest = 160;
const mostFrames = 8;

function frame(file: SourceFile, marks: readonly Mark[], paint: ReturnType<typeof paints>, severity: Problem["severity"]): string[] {
  const lines = [...new Set(marks.map((one) => one.line))].sort((a, b) => a - b);
  const gutter = String(lines.at(-1)).length;
  const out: string[] = [];
  let before: number | undefined;
  for (const line of lines) {
    if (before !== undefined && line > before + 1) out.push(paint.blue(`${" ".repeat(gutter)} ...`));
    before = line;
    const here = marks.filter((one) => one.line === line).sort((a, b) => a.start - b.start);
    // Long lines are shown around the first mark.
    const cut = here[0]!.start > widest - 40 ? here[0]!.start - 40 : 0;
    out.push(`${paint.blue(`${String(line).padStart(gutter)} |`)} ${printable(lineText(file, line)).slice(cut, cut + widest)}`);
    for (const one of here) {
      const start = Math.max(0, one.start - 1 - cut);
      const width = Math.max(1, Math.min(one.end - one.start, widest - start));
      const carets = (one.primary ? "^" : "-").repeat(width);
      const coloured = (one.primary ? paint[severity] : paint.blue)(`${carets}${one.text ? ` ${one.text}` : ""}`);
      out.push(`${paint.blue(`${" ".repeat(gutter)} |`)} ${" ".repeat(start)}${coloured}`);
    }
  }
  return out;
}

export function renderProblem(problem: Problem, options: RenderOptions = {}): string {
  const paint = paints(options.colour ?? false);
  const out = [`${paint[problem.severity](`${problem.severity} ${problem.code}`)}${paint.bold(`: ${printable(problem.message)}`)}`];
  out.push(paint.blue(`  --> ${showPlace(problem.place)}`));
  const { file } = problem.place;
  const labels = problem.labels.filter((label) => label.place.file === file);
  if (file.text !== "") {
    const marks = [mark(problem.place, problem.label ?? "", true), ...labels.map((label) => mark(label.place, label.text, false))];
    out.push(...frame(file, marks, paint, problem.severity).map((line) => `  ${line}`));
  }
  for (const label of problem.labels.filter((one) => one.place.file !== file)) {
    out.push(paint.blue(`  ::: ${showPlace(label.place)}`));
    out.push(...frame(label.place.file, [mark(label.place, label.text, false)], paint, problem.severity).map((line) => `  ${line}`));
  }
  for (const note of problem.notes) out.push(`  ${paint.bold("note:")} ${printable(note)}`);
  const steps = problem.trace.map((step) => `in ${step.what}, called at ${showPlace(step.place)}`);
  const told = steps.length <= mostFrames ? steps : [...steps.slice(0, mostFrames - 2), `... ${steps.length - mostFrames + 1} more calls`, steps.at(-1)!];
  for (const step of told) out.push(`  ${paint.dim(step)}`);
  if (problem.help !== undefined) out.push(`  ${paint.green("help:")} ${printable(problem.help)}`);
  if (problem.fix !== undefined) out.push(`  ${paint.green("fix:")} ${printable(problem.fix.title)}`);
  return out.join("\n");
}

export function renderProblems(problems: readonly Problem[], options: RenderOptions = {}): string {
  return problems.map((problem) => `${renderProblem(problem, options)}\n`).join("\n");
}
