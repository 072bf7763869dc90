/** Problems for people, for editors and for programs. Paths are shown as one would write them here. */
import { join } from "node:path";
import type { Problem } from "../diagnostics/problem.js";
import { renderProblems } from "../diagnostics/render.js";
import { standardLibrary } from "../library.js";
import { type Place, type SourceFile, positionOf } from "../source/source.js";
import type { Spec } from "./find-spec.js";
import { shownPath } from "./project.js";
import { plural } from "./table.js";
import type { Terminal } from "./terminal.js";

/** Inside, paths count from the project's root; shown, from the current folder. */
export function shownProblems(problems: readonly Problem[], spec: Spec): readonly Problem[] {
  const files = new Map<string, SourceFile>();
  const file = (of: SourceFile): SourceFile => {
    let shown = files.get(of.path);
    if (shown === undefined) files.set(of.path, (shown = { path: shownFile(of.path, spec), text: of.text }));
    return shown;
  };
  const place = (of: Place): Place => ({ ...of, file: file(of.file) });
  return problems.map((problem) => ({
    ...problem,
    place: place(problem.place),
    labels: problem.labels.map((label) => ({ ...label, place: place(label.place) })),
    trace: problem.trace.map((frame) => ({ ...frame, place: place(frame.place) })),
    fix: problem.fix && { ...problem.fix, edits: problem.fix.edits.map((edit) => ({ ...edit, place: place(edit.place) })) },
  }));
}

export const shownFile = (path: string, spec: Spec): string => (path in standardLibrary ? path : shownPath(join(spec.project.root, path)));

export interface Counts {
  readonly errors: number;
  readonly warnings: number;
  readonly infos: number;
}

export const countProblems = (problems: readonly Problem[]): Counts => {
  const of = (severity: Problem["severity"]): number => problems.filter((problem) => problem.severity === severity).length;
  return { errors: of("error"), warnings: of("warning"), infos: of("info") };
};

export const showCounts = ({ errors, warnings, infos }: Counts): string =>
  [plural(errors, "error"), plural(warnings, "warning"), ...(infos > 0 ? [plural(infos, "remark")] : [])].join(", ");

/** `specs/unet.seg:12:5: error shape/x: message`, one line a problem. */
export const concise = (problems: readonly Problem[]): string =>
  problems
    .map(({ place, severity, code, message }) => {
      const { line, column } = positionOf(place.file, place.span.start);
      return `${place.file.path}:${line}:${column}: ${severity} ${code}: ${message}\n`;
    })
    .join("");

export function problemJson(problem: Problem): unknown {
  return {
    code: problem.code,
    severity: problem.severity,
    message: problem.message,
    place: placeJson(problem.place),
    label: problem.label ?? null,
    labels: problem.labels.map(({ place, text }) => ({ place: placeJson(place), text })),
    notes: problem.notes,
    help: problem.help ?? null,
    trace: problem.trace.map(({ what, place }) => ({ what, place: placeJson(place) })),
    fix: problem.fix === undefined ? null : {
      title: problem.fix.title,
      safe: problem.fix.safe,
      edits: problem.fix.edits.map(({ place, text }) => ({ place: placeJson(place), text })),
    },
  };
}

/** The value of --json where errors leave a command nothing else to give; `more`: what was found out all the same. */
export const problemsJson = (problems: readonly Problem[], spec: Spec, more: Readonly<Record<string, unknown>> = {}): string =>
  JSON.stringify({ schema: 1, problems: shownProblems(problems, spec).map(problemJson), ...more }, null, 2);

function placeJson({ file, span }: Place): unknown {
  const from = positionOf(file, span.start);
  const to = positionOf(file, span.end);
  return { file: file.path, start: span.start, end: span.end, line: from.line, column: from.column, end_line: to.line, end_column: to.column };
}

/** Problems as talk: for commands whose result is something else. */
export function complainOf(problems: readonly Problem[], spec: Spec, terminal: Terminal): void {
  const wanted = terminal.quiet ? problems.filter(({ severity }) => severity === "error") : problems;
  if (wanted.length > 0) terminal.complain(renderProblems(shownProblems(wanted, spec), { colour: terminal.colour.err }));
  sayRefused(spec, terminal);
}

/** Files that a spec uses and that lie outside its project. */
export function sayRefused(spec: Spec, terminal: Terminal): void {
  for (const path of spec.project.refused) terminal.complain(`segc: ${shownPath(path)} was not read: it leads out of the project ${shownPath(spec.project.root)}`);
  spec.project.refused.clear();
}
