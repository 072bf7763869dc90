import { lintUnusedImport } from "../../diagnostics/catalogue/lint.js";
import { placeIn } from "../../bind/program.js";
import { namesUsed } from "../../bind/recursion.js";
import type { Edit } from "../../diagnostics/problem.js";
import type { SourceFile } from "../../source/source.js";
import type { Use } from "../../syntax/ast.js";
import type { ProgramRule } from "../rule.js";
import { removal } from "../text-edits.js";

/** A name that `use` brings in and nothing reads. */
export const unusedImport: ProgramRule = {
  entry: lintUnusedImport,
  check(program, problems) {
    const { tree, file, names } = program.main;
    const used = namesUsed(tree.declarations);
    for (const use of tree.uses)
      for (const [at, { name, alias }] of use.names.entries()) {
        const local = alias ?? name;
        if (!names.has(local.text) || used.has(local.text)) continue;
        problems.report(lintUnusedImport, placeIn(program.main, local), { name: local.text }, { fix: { title: `remove \`${local.text}\``, edits: [without(file, use, at)], safe: true } });
      }
  },
};

/** The `use` without one of its names; nothing is left of one that brought in this name only. */
function without(file: SourceFile, use: Use, at: number): Edit {
  if (use.names.length === 1) return removal(file, use.span);
  const spanOf = ({ name, alias }: Use["names"][number]) => ({ start: name.span.start, end: (alias ?? name).span.end });
  const one = spanOf(use.names[at]!);
  const span = at + 1 < use.names.length
    ? { start: one.start, end: spanOf(use.names[at + 1]!).start }
    : { start: spanOf(use.names[at - 1]!).end, end: one.end };
  return { place: { file, span }, text: "" };
}
