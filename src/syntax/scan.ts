/**
 * The scanner: cuts a text into the tokens of `grammar/tokens.ts`, trying for each first character the tokens that can start with it.
 * Chevrotain's lexer does the same and is built in five milliseconds, a tenth of what a whole run may take; this one needs none.
 */
import { Lexer, type IToken, type TokenType } from "chevrotain";
import { lexed } from "../../grammar/tokens.js";
import type { Span } from "../source/source.js";

interface Candidate {
  readonly type: TokenType;
  /** A fixed text, or a pattern that matches at its `lastIndex`. */
  readonly text: string | undefined;
  readonly pattern: RegExp | undefined;
  readonly goes: "to the parser" | "nowhere" | "to the comments";
}

export interface Scanned {
  readonly tokens: IToken[];
  readonly comments: IToken[];
  /** Runs of characters with which no token starts. */
  readonly strays: readonly Span[];
}

/** Character code -> what can start with it. */
type Starts = readonly (readonly Candidate[] | undefined)[];
let starts: Starts | undefined;

function candidatesByStart(): Starts {
  const table: Candidate[][] = [];
  for (const type of lexed) {
    const pattern = type.PATTERN!;
    const candidate: Candidate = {
      type,
      text: typeof pattern === "string" ? pattern : undefined,
      pattern: pattern instanceof RegExp ? new RegExp(pattern.source, "y") : undefined,
      goes: type.GROUP === Lexer.SKIPPED ? "nowhere" : type.GROUP === "comments" ? "to the comments" : "to the parser",
    };
    for (const c of type.START_CHARS_HINT as string[]) (table[c.charCodeAt(0)] ??= []).push(candidate);
  }
  return table;
}

/** `offset`: where the text begins in its file; tokens count from there. */
export function scan(text: string, offset = 0): Scanned {
  starts ??= candidatesByStart();
  const tokens: IToken[] = [];
  const comments: IToken[] = [];
  const strays: { start: number; end: number }[] = [];
  let at = 0;
  next: while (at < text.length) {
    const candidates = starts[text.charCodeAt(at)];
    if (candidates !== undefined) {
      for (const { type, text: sign, pattern, goes } of candidates) {
        let image: string;
        if (sign !== undefined) {
          if (!text.startsWith(sign, at)) continue;
          image = sign;
        } else {
          pattern!.lastIndex = at;
          if (!pattern!.test(text)) continue;
          const end = pattern!.lastIndex;
          image = goes === "nowhere" ? "" : text.slice(at, end);
          if (goes === "nowhere") {
            at = end;
            continue next;
          }
        }
        const token: IToken = { image, startOffset: offset + at, tokenType: type, tokenTypeIdx: type.tokenTypeIdx! };
        (goes === "to the comments" ? comments : tokens).push(token);
        at += image.length;
        continue next;
      }
    }
    const last = strays.at(-1);
    if (last?.end === offset + at) last.end++;
    else strays.push({ start: offset + at, end: offset + at + 1 });
    at++;
  }
  return { tokens, comments, strays };
}
