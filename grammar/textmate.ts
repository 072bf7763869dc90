/** Highlighting for editors. Words, signs and literals come from the tokens, so that it cannot fall behind. */
import type { TokenType } from "chevrotain";
import * as t from "./tokens.js";

const source = (type: TokenType): string => (type.PATTERN as RegExp).source;
const quoted = (text: string): string => text.replace(/[.*+?^${}()|[\]\\/]/g, "\\$&");
const anyOf = (words: readonly string[]): string => `\\b(?:${words.join("|")})\\b`;

const declarations = [t.Use, t.Model, t.Block, t.Let];
const constants = [t.True, t.False];

const isOperator = (type: TokenType): boolean => type.CATEGORIES?.includes(t.BinaryOperator) === true;
const textOf = (type: TokenType): string => type.LABEL!.slice(1, -1);

export function textMate(): string {
  const reserved = [...t.reservedWords.values()];
  const operators = reserved.filter((type) => isOperator(type) || type === t.Not);
  const control = reserved.filter((type) => ![...declarations, ...constants, ...operators].includes(type));
  const roles = t.vocabulary.filter((type) => type.CATEGORIES?.includes(t.Role));
  const signs = t.vocabulary.filter((type) => isOperator(type) && typeof type.PATTERN === "string").map(textOf).sort((a, b) => b.length - a.length);
  const words = (types: readonly TokenType[]): string => anyOf(types.map(textOf));
  const name = source(t.Identifier);
  const grammar = {
    $schema: "https://raw.githubusercontent.com/martinring/tmlanguage/master/tmlanguage.json",
    comment: "Generated from grammar/tokens.ts by `npm run gen`. Do not edit.",
    name: "seg",
    scopeName: "source.seg",
    fileTypes: ["seg"],
    patterns: [
      { name: "comment.line.documentation.seg", match: "///(?!/).*$" },
      { name: "comment.line.double-slash.seg", match: source(t.LineComment) },
      { name: "comment.block.seg", begin: "/\\*", end: "\\*/" },
      { name: "string.quoted.double.seg", begin: '"', end: '"|$', patterns: [
        { name: "constant.character.escape.seg", match: '\\\\["\\\\n{]' },
        { name: "meta.interpolation.seg", begin: "\\{", end: "\\}|(?=\"|$)", patterns: [{ include: "$self" }] },
      ] },
      {
        match: `\\b(${[t.Model, t.Block].map(textOf).join("|")})\\s+(${name})`,
        captures: { 1: { name: "keyword.declaration.seg" }, 2: { name: "entity.name.function.seg" } },
      },
      { name: "storage.modifier.role.seg", match: `${words(roles)}(?=\\s+${name}|\\s*\\{)` },
      { name: "storage.modifier.seg", match: `\\b${textOf(t.Input)}\\b(?=\\s+${name})` },
      { name: "keyword.control.seg", match: `\\b(?:${textOf(t.With)}|${textOf(t.Alignment)})\\b(?=\\s+${name})` },
      { name: "keyword.declaration.seg", match: words(declarations) },
      { name: "keyword.control.seg", match: words(control) },
      { name: "keyword.operator.word.seg", match: words(operators) },
      { name: "constant.language.seg", match: words(constants) },
      { match: `(${quoted(textOf(t.Arrow))})\\s*(${name}(?:\\.${name})*)`, captures: { 1: { name: "keyword.operator.flow.seg" }, 2: { name: "entity.name.function.seg" } } },
      { match: `(:)\\s*\\[*(int|float|bool|string|tensor|block)\\b`, captures: { 2: { name: "support.type.seg" } } },
      { name: "variable.parameter.seg", match: `${name}(?=\\s*:)` },
      { name: "entity.name.function.seg", match: `${name}(?=\\()` },
      { name: "constant.numeric.float.seg", match: `\\b${source(t.Float)}` },
      { name: "constant.numeric.integer.seg", match: `\\b${source(t.Int)}\\b` },
      { name: "keyword.operator.seg", match: [textOf(t.Arrow), ...signs].map(quoted).join("|") },
    ],
  };
  return `${JSON.stringify(grammar, null, 2)}\n`;
}
