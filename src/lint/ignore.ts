/** `// segc: ignore lint/checkerboard -- as released`: the author knows, and says why. */
import type { Module, Program } from "../bind/program.js";
import { lintDegenerateRate, lintLeavesGpu, lintMemory, lintSmallField, lintUnusedIgnore } from "../diagnostics/catalogue/lint.js";
import { cropLopsided, poolDrops } from "../diagnostics/catalogue/shape.js";
import { type Problem, Problems } from "../diagnostics/problem.js";
import { type SourceFile, lineText, positionOf } from "../source/source.js";
import { removal } from "./text-edits.js";

interface Ignore {
  readonly code: string;
  readonly span: { readonly start: number; readonly end: number };
  /** The line that it speaks of: its own, or the next one when nothing else stands on it. */
  readonly line: number;
}

/** Found at some sizes, or for some device, only: whether a comment is needed is not known here. */
const dependOnUse: ReadonlySet<string> = new Set([lintDegenerateRate, lintLeavesGpu, lintMemory, lintSmallField, cropLopsided, poolDrops].map(({ code }) => code));

/** The code that a comment is about. */
export const readIgnore = (comment: string): string | undefined => /^\/\/\s*segc:\s*ignore\s+([\w-]+\/[\w-]+)/.exec(comment)?.[1];

function ignoreAt(file: SourceFile, span: Ignore["span"]): Ignore | undefined {
  const code = readIgnore(file.text.slice(span.start, span.end));
  if (code === undefined) return undefined;
  const { line, column } = positionOf(file, span.start);
  const alone = file.text.slice(span.start - column + 1, span.start).trim() === "";
  // Several comments above one line all speak of it.
  let speaksOf = line;
  if (alone) for (speaksOf = line + 1; /^[ \t]*\/\/[ \t]*segc:/.test(lineText(file, speaksOf));) speaksOf++;
  return { code, span, line: speaksOf };
}

const known = new WeakMap<Module, readonly Ignore[]>();

function ignoresIn(module: Module): readonly Ignore[] {
  let found = known.get(module);
  if (found === undefined) known.set(module, (found = module.comments.map((comment) => ignoreAt(module.file, comment.span)).filter((one) => one !== undefined)));
  return found;
}

/** A comment in `file` speaks of what is found on its line, and of what a block finds that is called there. */
const answers = (one: Ignore, problem: Problem, file: SourceFile): boolean =>
  one.code === problem.code &&
  [problem.place, ...problem.trace.map((frame) => frame.place)].some((place) => place.file === file && one.line === positionOf(file, place.span.start).line);

/** The problems without the warnings that comments answer, and with a finding for each comment of the main file that answers none. */
export function withoutIgnored(program: Program, problems: Problems): readonly Problem[] {
  const ignores = new Map(program.modules.map((module) => [module.file, ignoresIn(module)] as const).filter(([, list]) => list.length > 0));
  if (ignores.size === 0) return problems.list;
  const used = new Set<Ignore>();
  const kept = problems.list.filter((problem) => {
    if (problem.severity === "error") return true;
    const found = [...ignores].flatMap(([file, list]) => list.filter((one) => answers(one, problem, file)));
    for (const one of found) used.add(one);
    return found.length === 0;
  });
  const { file, tree } = program.main;
  // Blocks alone are not worked out, so what would be found in them is not known.
  if (problems.hasErrors || !tree.declarations.some(({ kind }) => kind === "model")) return kept;
  const unused = new Problems();
  for (const one of ignores.get(file) ?? [])
    if (!used.has(one) && !dependOnUse.has(one.code))
      unused.report(lintUnusedIgnore, { file, span: one.span }, { code: one.code }, { fix: { title: "remove the comment", edits: [removal(file, one.span)], safe: true } });
  return [...kept, ...unused.list];
}
