/** The one way to write a `.seg` file. Formatting changes neither the tree nor the comments, and twice is as good as once. */
import { Problems, type Problem } from "../diagnostics/problem.js";
import type { SourceFile } from "../source/source.js";
import type { File } from "../syntax/ast.js";
import { parse } from "../syntax/parse.js";
import { render } from "./doc.js";
import type { Origin } from "./format-expression.js";
import { FileLayout } from "./format-statement.js";

export const width = 120;

/** The text of a file in the canonical layout, or what keeps it from being read. */
export function format(file: SourceFile): { readonly text: string } | { readonly problems: readonly Problem[] } {
  const problems = new Problems();
  const { tree, tokens, comments } = parse(file, problems);
  return problems.hasErrors ? { problems: problems.list } : { text: formatTree(tree, { text: file.text, tokens, comments }) };
}

/** A tree as text. Without the text that it came from it is written without comments, but with its documentation. */
export function formatTree(tree: File, origin?: Origin): string {
  const text = render(new FileLayout(origin).file(tree), width);
  return text === "" ? "" : `${text}\n`;
}
