/** Which bracket closes which, found before parsing: for recovery, for messages, and to refuse nesting that is too deep. */
import { tokenMatcher, type IToken, type TokenType } from "chevrotain";
import * as t from "../../grammar/tokens.js";

export interface Brackets {
  /** Index of the bracket that belongs to the bracket at this index; -1 for other tokens and for brackets without one. */
  readonly partner: Int32Array;
  /** Index of the innermost *matched* opening bracket around this token, -1 at the top. */
  readonly owner: Int32Array;
  /** The innermost opening bracket around this token, matched or not; one entry more than tokens, for the end of the file. */
  readonly opener: Int32Array;
  /** The first token that is nested deeper than allowed. */
  readonly tooDeep: number | undefined;
}

/** Brackets within brackets. */
export const deepestBrackets = 200;

const closerOf: ReadonlyMap<TokenType, TokenType> = new Map([
  [t.LParen, t.RParen],
  [t.LSquare, t.RSquare],
  [t.LCurly, t.RCurly],
]);
const closers = new Set(closerOf.values());

export const isOpener = (type: TokenType): boolean => closerOf.has(type);
export const isCloser = (type: TokenType): boolean => closers.has(type);
export const closes = (opener: TokenType): TokenType => closerOf.get(opener)!;

/** `name =`, `let`, `expect` or `return` at the start of a line; not after a comma, where `name =` may be a slip for `name:`. */
function clearlyStartsStatement(text: string, tokens: readonly IToken[], index: number): boolean {
  const type = tokens[index]!.tokenType;
  const next = tokens[index + 1]?.tokenType;
  const before = tokens[index - 1]!;
  const starts = type === t.Let || type === t.Expect || type === t.Return || (next === t.Equals && tokenMatcher(tokens[index]!, t.Identifier));
  if (!starts || before.tokenType === t.Comma || isOpener(before.tokenType)) return false;
  return /[\r\n]/.test(text.slice(before.startOffset + before.image.length, tokens[index]!.startOffset));
}

export function matchBrackets(text: string, tokens: readonly IToken[], deepest: number): Brackets {
  const partner = new Int32Array(tokens.length).fill(-1);
  const owner = new Int32Array(tokens.length).fill(-1);
  const opener = new Int32Array(tokens.length + 1).fill(-1);
  const open: number[] = [];
  let tooDeep: number | undefined;
  for (let i = 0; i < tokens.length; i++) {
    const type = tokens[i]!.tokenType;
    // No statement can stand between round or square brackets, so those that are open lack their ends.
    if (open.length > 0 && tokens[open.at(-1)!]!.tokenType !== t.LCurly && clearlyStartsStatement(text, tokens, i)) {
      opener[i] = open.at(-1)!;
      while (open.length > 0 && tokens[open.at(-1)!]!.tokenType !== t.LCurly) open.pop();
    } else opener[i] = open.at(-1) ?? -1;
    if (isOpener(type)) {
      open.push(i);
      if (open.length > deepest) {
        tooDeep = i;
        break;
      }
    } else if (isCloser(type)) {
      // The nearest bracket of the same kind is meant; those opened after it lack their ends. A round or square one
      // never reaches over a curly one: a stray `)` in a block must not undo the block.
      let at = open.length - 1;
      while (at >= 0 && closes(tokens[open[at]!]!.tokenType) !== type && (type === t.RCurly || tokens[open[at]!]!.tokenType !== t.LCurly)) at--;
      if (at >= 0 && closes(tokens[open[at]!]!.tokenType) === type) {
        partner[i] = open[at]!;
        partner[open[at]!] = i;
        open.length = at;
      }
    }
  }
  opener[tokens.length] = open.at(-1) ?? -1;
  // The second walk knows which openers are matched.
  const around: number[] = [];
  for (let i = 0; i < tokens.length; i++) {
    if (partner[i]! >= 0 && partner[i]! < i) around.pop();
    owner[i] = around.at(-1) ?? -1;
    if (partner[i]! > i) around.push(i);
  }
  return { partner, owner, opener, tooDeep };
}
