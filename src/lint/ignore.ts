/** `// segc: ignore lint/checkerboard -- as released`: the author knows, and says why. */
import type { Module, Program } from "../bind/program.js";
import { lintUnusedIgnore } from "../diagnostics/catalogue/lint.js";
import { type Problem, Problems } from "../diagnostics/problem.js";
import { positionOf } from "../source/source.js";
import type { Comment } from "../syntax/comments.js";

interface Ignore {
  readonly module: Module;
  readonly comment: Comment;
  readonly code: string;
  /** The line that it speaks of: its own, or the next one when nothing else stands on it. */
  readonly line: number;
  used: boolean;
}

function ignoresIn(module: Module): Ignore[] {
  const { file } = module;
  return module.comments.flatMap((comment) => {
    const code = /^\/\/\s*segc:\s*ignore\s+([\w-]+\/[\w-]+)/.exec(comment.text)?.[1];
    if (code === undefined) return [];
    const { line, column } = positionOf(file, comment.span.start);
    const alone = file.text.slice(comment.span.start - column + 1, comment.span.start).trim() === "";
    return [{ module, comment, code, line: alone ? line + 1 : line, used: false }];
  });
}

/** The problems without the warnings that comments answer, and with a finding for each comment of the main file that answers none. */
export function withoutIgnored(program: Program, problems: Problems): readonly Problem[] {
  const ignores = program.modules.flatMap(ignoresIn);
  if (ignores.length === 0) return problems.list;
  const kept = problems.list.filter((problem) => {
    if (problem.severity === "error") return true;
    const line = positionOf(problem.place.file, problem.place.span.start).line;
    const answers = ignores.filter((one) => one.code === problem.code && one.module.file === problem.place.file && one.line === line);
    for (const one of answers) one.used = true;
    return answers.length === 0;
  });
  // A library is linted with the models that use it.
  if (problems.hasErrors || !program.main.tree.declarations.some((declaration) => declaration.kind === "model")) return kept;
  const unused = new Problems();
  for (const one of ignores)
    if (!one.used && one.module === program.main) unused.report(lintUnusedIgnore, { file: one.module.file, span: one.comment.span }, { code: one.code });
  return [...kept, ...unused.list];
}
