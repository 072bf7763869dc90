import { placeIn } from "../../bind/program.js";
import { lintUnusedParameter } from "../../diagnostics/catalogue/lint.js";
import { unread } from "../names.js";
import type { ProgramRule } from "../rule.js";

/** A parameter of a model or block that its body does not read. */
export const unusedParameter: ProgramRule = {
  entry: lintUnusedParameter,
  check(program, problems) {
    for (const { name } of unread(program.main, "parameter")) problems.report(lintUnusedParameter, placeIn(program.main, name), { name: name.text });
  },
};
