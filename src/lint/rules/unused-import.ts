import { lintUnusedImport } from "../../diagnostics/catalogue/lint.js";
import { placeIn } from "../../bind/program.js";
import { namesUsed } from "../../bind/recursion.js";
import type { ProgramRule } from "../rule.js";

/** A name that `use` brings in and nothing reads. */
export const unusedImport: ProgramRule = {
  entry: lintUnusedImport,
  check(program, problems) {
    const { tree } = program.main;
    const used = new Set(namesUsed(tree.declarations));
    for (const use of tree.uses)
      for (const { name, alias } of use.names) {
        const local = alias ?? name;
        if (program.main.names.has(local.text) && !used.has(local.text)) problems.report(lintUnusedImport, placeIn(program.main, local), { name: local.text });
      }
  },
};
