/** What follows from the grammar: tables for the parser, and pages and files for people and their editors. */
import { lookaheadTable } from "../grammar/analyse.js";
import { ebnf } from "../grammar/ebnf.js";
import type { LookaheadTable } from "../grammar/lookahead.js";
import { railroad } from "../grammar/railroad.js";
import { ruleShapes } from "../grammar/shape.js";
import { textMate } from "../grammar/textmate.js";

const folder = "grammar/generated";

/** Every generated file's text by its path in the repository. */
export function grammarFiles(): Record<string, string> {
  const rules = ruleShapes();
  return {
    [`${folder}/lookahead.ts`]: lookaheadModule(lookaheadTable()),
    [`${folder}/segc.ebnf`]: ebnf(rules),
    [`${folder}/railroad.html`]: railroad(rules),
    [`${folder}/seg.tmLanguage.json`]: textMate(),
  };
}

const lookaheadModule = (table: LookaheadTable): string => `// Generated from grammar/grammar.ts by \`npm run gen\`. Do not edit.
import type { LookaheadTable } from "../lookahead.js";

export const lookahead: LookaheadTable = [
${table.map((row) => `  ${JSON.stringify(row)},`).join("\n")}
];
`;
