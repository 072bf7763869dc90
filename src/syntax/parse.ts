/** Text to syntax tree. Whatever the text, the answer is a tree of what could be read and the problems with the rest. */
import type { IToken } from "chevrotain";
import * as say from "../diagnostics/catalogue/syntax.js";
import type { Problems } from "../diagnostics/problem.js";
import type { SourceFile } from "../source/source.js";
import type { File } from "./ast.js";
import { deepestBrackets, matchBrackets } from "./brackets.js";
import { AstBuilder } from "./build-ast.js";
import type { Comment } from "./comments.js";
import { Docs } from "./docs.js";
import { explainFailure } from "./explain-failure.js";
import { heightAbove } from "./height.js";
import { lex, spanOf } from "./lex.js";
import { theParser } from "./parser.js";

export interface Parsed {
  readonly tree: File;
  /** In order; the tree does not hold them. */
  readonly comments: readonly Comment[];
  readonly tokens: readonly IToken[];
}

/** 8 MiB of text. */
export const largestFile = 8 * 1024 * 1024;
/** Nodes within nodes: `a + b + c` is two deep. Later stages may recurse this far. */
export const highestTree = 500;

/** Reads a file. Never throws, and every place that it reports lies in the file. */
export function parse(file: SourceFile, problems: Problems): Parsed {
  const { text } = file;
  const nothing: Parsed = { tree: { uses: [], declarations: [], span: { start: 0, end: text.length } }, comments: [], tokens: [] };
  if (text.length > largestFile) {
    problems.report(say.fileTooLarge, { file, span: { start: 0, end: 0 } }, { size: text.length, most: largestFile });
    return nothing;
  }
  const { tokens, comments, dropped } = lex(file, problems);
  const brackets = matchBrackets(text, tokens, deepestBrackets);
  if (brackets.tooDeep !== undefined) {
    problems.report(say.tooDeep, { file, span: spanOf(tokens[brackets.tooDeep]!) }, { most: deepestBrackets });
    return nothing;
  }

  const { cst, failures } = theParser().parse(tokens, brackets);
  // Where text was dropped, what follows on that line is bound to look wrong too.
  const sameLine = (a: number, b: number): boolean => !text.slice(Math.min(a, b), Math.max(a, b)).includes("\n");
  for (const failure of failures) {
    const found = tokens[failure.at]?.startOffset ?? text.length;
    const before = tokens[failure.at - 1]?.startOffset ?? 0;
    if (dropped.some((offset) => sameLine(offset, found) || sameLine(offset, before) || (failure.at === tokens.length && offset >= before))) continue;
    explainFailure(failure, tokens, brackets, file, problems);
  }
  if (cst === undefined) return { ...nothing, comments, tokens };

  const builder = new AstBuilder(file, problems, new Docs(text, tokens, comments));
  const tree = builder.file(cst);
  const tooHigh = builder.mayBeDeep ? heightAbove(tree, highestTree) : undefined;
  if (tooHigh !== undefined) {
    problems.report(say.tooDeep, { file, span: tooHigh }, { most: highestTree });
    return { ...nothing, comments, tokens };
  }
  return { tree, comments, tokens };
}
