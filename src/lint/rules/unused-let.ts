import { placeIn } from "../../bind/program.js";
import { lintUnusedLet } from "../../diagnostics/catalogue/lint.js";
import { unread } from "../names.js";
import type { ProgramRule } from "../rule.js";
import { removal } from "../text-edits.js";

/** A value that nothing in its model or block reads. At the top of a file another file may read it. */
export const unusedLet: ProgramRule = {
  entry: lintUnusedLet,
  check(program, problems) {
    for (const { name, span, doc } of unread(program.main, "let"))
      problems.report(lintUnusedLet, placeIn(program.main, name), { name: name.text }, {
        fix: doc ? undefined : { title: `remove \`${name.text}\``, edits: [removal(program.main.file, span)], safe: true },
      });
  },
};
