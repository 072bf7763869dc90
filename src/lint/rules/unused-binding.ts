import { placeIn } from "../../bind/program.js";
import { lintUnusedBinding } from "../../diagnostics/catalogue/lint.js";
import { unread } from "../names.js";
import type { ProgramRule } from "../rule.js";
import { removal } from "../text-edits.js";

/** A tensor that no equation, head or expectation reads. */
export const unusedBinding: ProgramRule = {
  entry: lintUnusedBinding,
  check(program, problems) {
    for (const { name, span, doc } of unread(program.main, "binding"))
      problems.report(lintUnusedBinding, placeIn(program.main, name), { name: name.text }, {
        // The names of other steps may count on it, and it may own weights of a checkpoint.
        fix: doc ? undefined : { title: `remove \`${name.text}\``, edits: [removal(program.main.file, span)], safe: false },
      });
  },
};
