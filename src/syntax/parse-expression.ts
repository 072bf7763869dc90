import { Problems } from "../diagnostics/problem.js";
import type { Expression } from "./ast.js";
import { parse } from "./parse.js";

/** One expression on its own, as `--set name=value` gives it; undefined where the text is no expression. */
export function parseExpression(text: string): Expression | undefined {
  const problems = new Problems();
  const { tree } = parse({ path: "--set", text: `let value = ${text}\n` }, problems);
  const [only, ...others] = tree.declarations;
  return problems.hasErrors || others.length > 0 || only?.kind !== "let" || only.value.kind === "broken" ? undefined : only.value;
}
