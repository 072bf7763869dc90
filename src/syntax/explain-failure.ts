/** Turns what the parser did not expect into a problem that says what is wrong. Frequent slips have words of their own. */
import { tokenMatcher, type IToken, type TokenType } from "chevrotain";
import * as t from "../../grammar/tokens.js";
import * as say from "../diagnostics/catalogue/syntax.js";
import type { Details, Edit, PlaceLabel, Problems } from "../diagnostics/problem.js";
import { didYouMean } from "../diagnostics/suggest.js";
import { positionOf, type Place, type SourceFile } from "../source/source.js";
import { closes, isCloser, isOpener, type Brackets } from "./brackets.js";
import { spanOf } from "./lex.js";
import type { Failure } from "./parser.js";
import { roles } from "./ast.js";

/** What a rule is called in "expected ...", where no single token was expected. */
const expectedIn: Readonly<Record<string, string>> = {
  file: "`use`, `model`, `block` or `let`",
  declaration: "`use`, `model`, `block` or `let`",
  use: 'a module, `std.name` or "./file.seg"',
  type: "a type",
  body: "a statement",
  statement: "a statement",
  label: "a name after `as`",
  primary: "an expression",
  operand: "an expression",
  expression: "an expression",
};

const startsExpression = new Set<TokenType>([t.Int, t.Float, t.String_, t.True, t.False, t.LSquare, t.LCurly, t.LParen, t.Not, t.Minus, t.If]);

export function explainFailure(failure: Failure, tokens: readonly IToken[], brackets: Brackets, file: SourceFile, problems: Problems): void {
  const { at, expected } = failure;
  const rule = failure.rules.at(-1)!;
  const token = (index: number): IToken | undefined => tokens[index];
  const type = (index: number): TokenType | undefined => tokens[index]?.tokenType;
  const isName = (index: number): boolean => index < tokens.length && index >= 0 && tokenMatcher(tokens[index]!, t.Identifier);
  const found = token(at);
  const previous = token(at - 1);
  const endOfFile = tokens.length === 0 ? 0 : spanOf(tokens.at(-1)!).end;
  const place: Place = { file, span: found === undefined ? { start: endOfFile, end: endOfFile } : spanOf(found) };
  const foundText = found === undefined ? "the end of the file" : show(found);
  const placeOf = (index: number): Place => ({ file, span: spanOf(tokens[index]!) });
  const after = (index: number): Place => ({ file, span: { start: spanOf(tokens[index]!).end, end: spanOf(tokens[index]!).end } });
  const fix = (title: string, ...edits: Edit[]): Details => ({ fix: { title, edits, safe: true } });
  const sameLine = (a: IToken, b: IToken): boolean => !file.text.slice(a.startOffset, b.startOffset).includes("\n");

  const wantsEnd = expected !== undefined && isCloser(expected);

  // A word of the language where a name belongs.
  if (found?.tokenType === t.Equals && previous !== undefined && t.reservedWords.has(previous.image) && (expected === t.Identifier || rule === "primary" || rule === "expression")) {
    problems.report(say.reservedWord, placeOf(at - 1), { word: previous.image }, { help: `choose another name, such as \`${previous.image}_\`` });
    return;
  }
  if (found !== undefined && t.reservedWords.has(found.image)) {
    const asName = expected === t.Identifier || ((rule === "body" || rule === "file") && [t.Equals, t.Colon].includes(type(at + 1)!));
    const asItem = wantsEnd && [t.Colon, t.Equals, t.Comma].includes(type(at + 1)!) && (type(at - 1) === t.Comma || isOpener(type(at - 1)!));
    const asValue = rule === "primary" || rule === "expression" || rule === "operand";
    const nextStatement = startsStatementWord(found) && previous !== undefined && !sameLine(previous, found) && type(at + 1) !== t.Equals;
    if (!nextStatement && (asName || asItem || (asValue && type(at + 1) === t.Colon) || (asValue && ![t.Then, t.Else, t.As, t.In, t.Where].includes(found.tokenType) && !startsStatementWord(found)))) {
      problems.report(say.reservedWord, place, { word: found.image }, { help: `choose another name, such as \`${found.image}_\`` });
      return;
    }
  }

  // `.5` and `1.`
  const dot = type(at) === t.Dot ? at : type(at - 1) === t.Dot ? at - 1 : undefined;
  if (dot !== undefined) {
    const digitsBefore = type(dot - 1) === t.Int && touches(tokens[dot - 1]!, tokens[dot]!);
    const digitsAfter = type(dot + 1) === t.Int && touches(tokens[dot]!, tokens[dot + 1]!);
    if (digitsBefore || (digitsAfter && dot === at)) {
      const first = digitsBefore ? dot - 1 : dot;
      const last = digitsAfter ? dot + 1 : dot;
      const text = tokens.slice(first, last + 1).map((each) => each.image).join("");
      const number = `${digitsBefore ? "" : "0"}${text}${digitsAfter ? "" : "0"}`;
      const span = { start: tokens[first]!.startOffset, end: spanOf(tokens[last]!).end };
      problems.report(say.badNumber, { file, span }, { found: text }, fix(`write \`${number}\``, { place: { file, span }, text: number }));
      return;
    }
  }

  // A closing bracket that closes nothing.
  if (found !== undefined && isCloser(found.tokenType) && brackets.partner[at] === -1) {
    const opener = brackets.opener[at]!;
    if (opener === -1 || brackets.partner[opener] !== -1) {
      problems.report(say.strayBracket, place, { found: found.image }, fix("remove it", { place, text: "" }));
      return;
    }
  }

  // Inside a bracket that is never closed.
  const opener = brackets.opener[at]!;
  const nothingMore = found === undefined || isCloser(found.tokenType) || startsDeclaration(found);
  if (opener !== -1 && brackets.partner[opener] === -1 && (nothingMore || (wantsEnd && rule !== "body"))) {
    const close = closes(tokens[opener]!.tokenType);
    const labels: PlaceLabel[] = [{ place: placeOf(opener), text: "opened here" }];
    const suspect = close === t.RCurly ? likelyUnclosed(tokens, brackets, opener, at, file) : undefined;
    if (suspect !== undefined) labels.push({ place: placeOf(suspect), text: "by its indentation, this one may be without its `}`" });
    const insert = previous === undefined ? {} : fix(`add ${close.LABEL}`, { place: after(at - 1), text: sign(close) });
    problems.report(say.unclosedBracket, place, { expected: close.LABEL!, what: whatOpens(tokens, opener), found: foundText }, { labels, ...insert });
    return;
  }

  if (found !== undefined && (rule === "body" || rule === "binding" || rule === "let")) {
    // `x: conv(...)`
    const name = rule === "body" ? at : at - 1;
    const colon = rule === "body" ? at + 1 : at;
    if (type(colon) === t.Colon && (isName(name) || type(name) === t.RSquare)) {
      const text = isName(name) ? tokens[name]!.image : "x[i]";
      problems.report(say.colonForEquals, placeOf(colon), { name: text }, fix("write `=`", { place: placeOf(colon), text: "=" }));
      return;
    }
  }
  if (found !== undefined && rule === "body" && isName(at)) {
    const next = type(at + 1);
    const afterValue = previous !== undefined && endsExpression(previous.tokenType) && sameLine(previous, found) && at - 1 !== opener;
    if (afterValue && (next === t.LParen || next === t.Arrow || next === t.Dot || token(at + 1) === undefined || !sameLine(found, token(at + 1)!))) {
      problems.report(say.missingArrow, place, { name: found.image }, {
        help: `write \`-> ${found.image}\``,
        ...fix("add `->`", { place: { file, span: { start: place.span.start, end: place.span.start } }, text: "-> " }),
      });
      return;
    }
    if (next === t.LParen || next === t.Arrow) {
      problems.report(say.unboundValue, place, { name: found.image });
      return;
    }
    if (next === t.LCurly || (isName(at + 1) && [t.Equals, t.LSquare].includes(type(at + 2)!))) {
      const help = didYouMean(found.image, roles) ?? say.unknownRole.help;
      problems.report(say.unknownRole, place, { word: found.image }, { help });
      return;
    }
  }

  if (rule === "parameter" && expected === t.Colon && previous !== undefined) {
    problems.report(say.missingType, placeOf(at - 1), { name: previous.image }, { help: `write \`${previous.image}: type\`, as in \`classes: int = 2\`` });
    return;
  }

  // Something that could be the next item, where only a comma or the end may come.
  if (wantsEnd && rule !== "body" && found !== undefined && (isName(at) || startsExpression.has(found.tokenType))) {
    const what = opener === -1 ? "the list" : whatOpens(tokens, opener);
    const single = rule === "parentheses" || rule === "index" || rule === "listType";
    if (!single) {
      problems.report(say.missingComma, place, { close: expected.LABEL!, what, found: foundText }, previous === undefined ? {} : fix("add `,`", { place: after(at - 1), text: "," }));
      return;
    }
  }

  const list = wantsEnd && ["arguments", "list", "braces", "parameters", "useNames", "shape", "bracesType"].includes(rule);
  const wanted =
    rule === "body" && expected === t.RCurly ? "a statement or `}`"
    : rule === "file" ? expectedIn["file"]!
    : expected === undefined ? (expectedIn[rule] ?? "something else")
    : list ? `\`,\` or ${expected.LABEL}`
    : expected.LABEL!;
  problems.report(say.unexpected, place, { expected: wanted, found: foundText }, {
    help: rule === "member" || (rule === "step" && expected === t.Identifier) ? "a name of an operator, block or member belongs here" : undefined,
  });
}

const show = (token: IToken): string => (token.tokenType === t.String_ ? "a string" : `\`${token.image.length > 40 ? `${token.image.slice(0, 37)}...` : token.image}\``);
const sign = (type: TokenType): string => type.LABEL!.slice(1, -1);
const touches = (first: IToken, second: IToken): boolean => spanOf(first).end === second.startOffset;
const startsDeclaration = (token: IToken): boolean => [t.Use, t.Model, t.Block].includes(token.tokenType);
const startsStatementWord = (token: IToken): boolean => [t.Let, t.For, t.If, t.Expect, t.Return, t.Use, t.Model].includes(token.tokenType);
const endsExpression = (type: TokenType): boolean =>
  type === t.Int || type === t.Float || type === t.String_ || type === t.True || type === t.False || type === t.RParen || type === t.RSquare ||
  type === t.Identifier || t.Identifier.categoryMatchesMap?.[type.tokenTypeIdx!] === true;

/** "the arguments of `conv`" */
function whatOpens(tokens: readonly IToken[], opener: number): string {
  const type = tokens[opener]!.tokenType;
  const before = tokens[opener - 1];
  const owner = tokens[opener - 2]?.tokenType;
  const word = before !== undefined && tokenMatcher(before, t.Word) ? before : undefined;
  const named = word !== undefined && !t.reservedWords.has(word.image) ? ` of \`${word.image}\`` : "";
  if (type === t.LParen) {
    if (owner === t.Model || owner === t.Block) return `the parameters${named}`;
    return named === "" ? "the parenthesis" : `the arguments${named}`;
  }
  if (type === t.LSquare) return before !== undefined && endsExpression(before.tokenType) ? "the index" : "the list";
  if (word !== undefined && tokenMatcher(word, t.Role)) return `the block${named}`;
  if (word?.tokenType === t.Else) return "the block of `else`";
  return before !== undefined && (endsExpression(before.tokenType) || before.tokenType === t.RCurly) ? "the block" : "the braces";
}

/** A missing `}` shows at the end of the file, far from where it is missing. Indentation tells where that may be. */
function likelyUnclosed(tokens: readonly IToken[], brackets: Brackets, from: number, to: number, file: SourceFile): number | undefined {
  const indent = (index: number): number => {
    const { line } = positionOf(file, tokens[index]!.startOffset);
    let first = index;
    while (first > 0 && positionOf(file, tokens[first - 1]!.startOffset).line === line) first--;
    return positionOf(file, tokens[first]!.startOffset).column;
  };
  for (let i = from + 1; i < to && i < from + 20_000; i++) {
    const close = brackets.partner[i]!;
    if (close <= i || tokens[i]!.tokenType !== t.LCurly || !isOpener(tokens[i]!.tokenType)) continue;
    if (positionOf(file, tokens[i]!.startOffset).line !== positionOf(file, tokens[close]!.startOffset).line && indent(close) < indent(i)) return i;
  }
  return undefined;
}
