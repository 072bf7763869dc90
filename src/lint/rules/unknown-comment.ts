import { lintUnknownComment } from "../../diagnostics/catalogue/lint.js";
import { diagnosticNamed } from "../../diagnostics/catalogue/index.js";
import { didYouMean } from "../../diagnostics/suggest.js";
import { readIgnore } from "../ignore.js";
import type { ProgramRule } from "../rule.js";
import { readStatement } from "../use.js";

/** `// segc: ignroe ...` would do nothing, in silence. */
export const unknownComment: ProgramRule = {
  entry: lintUnknownComment,
  check(program, problems) {
    const { file, comments } = program.main;
    for (const comment of comments) {
      const said = /^\/\/\s*segc:(.*)$/s.exec(comment.text)?.[1]?.trim();
      if (said === undefined || readStatement(said) !== undefined) continue;
      const code = readIgnore(comment.text);
      if (code !== undefined && diagnosticNamed.has(code)) continue;
      const word = /^\w*/.exec(said)![0];
      problems.report(lintUnknownComment, { file, span: comment.span }, { said }, {
        help: code === undefined ? didYouMean(word, ["ignore", "target", "memory", "object"]) : didYouMean(code, diagnosticNamed.keys()),
      });
    }
  },
};
