/** Text to tokens and comments. What cannot be a token is reported, and replaced by what was meant where that is clear. */
import type { IToken, TokenType } from "chevrotain";
import * as t from "../../grammar/tokens.js";
import * as say from "../diagnostics/catalogue/syntax.js";
import type { Details, Problems } from "../diagnostics/problem.js";
import type { SourceFile, Span } from "../source/source.js";
import type { Comment } from "./comments.js";
import { scan } from "./scan.js";

export interface Lexed {
  readonly tokens: IToken[];
  /** In order of their offsets. */
  readonly comments: Comment[];
  /** Offsets at which text was dropped: what the parser says about those lines would only confuse. */
  readonly dropped: readonly number[];
}

/** After so many strays a file is something else, such as a picture. */
const mostStrays = 100;

/** Where a token stands. The scanner keeps only starts. */
export const spanOf = (token: IToken): Span => ({ start: token.startOffset, end: token.startOffset + token.image.length });

interface Slip {
  readonly write: string;
  readonly type: TokenType;
}

const slips: ReadonlyMap<TokenType, Slip> = new Map<TokenType, Slip>([
  [t.AndAnd, { write: "and", type: t.And }],
  [t.OrOr, { write: "or", type: t.Or }],
  [t.Bang, { write: "not", type: t.Not }],
  [t.StarStar, { write: "^", type: t.Caret }],
  [t.FatArrow, { write: "->", type: t.Arrow }],
  [t.ColonEquals, { write: "=", type: t.Equals }],
  [t.DotDotEquals, { write: "..", type: t.DotDot }],
  [t.DotDotDot, { write: "..", type: t.DotDot }],
]);

/** The tokens of a file, or of a part of it. */
export function lex(file: SourceFile, problems: Problems, part: Span = { start: 0, end: file.text.length }): Lexed {
  const scanned = scan(file.text.slice(part.start, part.end), part.start);
  const dropped: number[] = [];
  const comments = scanned.comments.map(asComment);
  const tokens: IToken[] = [];
  const place = (span: Span) => ({ file, span });

  for (const span of scanned.strays.slice(0, mostStrays)) {
    dropped.push(span.start);
    problems.report(say.strayCharacter, place(span), { found: show(file.text.slice(span.start, span.end)) });
  }

  for (const token of scanned.tokens) {
    const type = token.tokenType;
    const span = spanOf(token);
    if (type === t.Identifier) {
      const word = t.wordTypes.get(token.image);
      if (word !== undefined) retype(token, word);
      const before = tokens.at(-1);
      if (before !== undefined && (before.tokenType === t.Int || before.tokenType === t.Float) && spanOf(before).end === span.start) {
        problems.report(say.badNumber, place({ start: before.startOffset, end: span.end }), { found: before.image + token.image });
        continue;
      }
    } else if (type === t.Dot && endsNumber(file.text, tokens.at(-1), span)) {
      const number = { start: tokens.at(-1)!.startOffset, end: span.end };
      const found = file.text.slice(number.start, number.end);
      problems.report(say.badNumber, place(number), { found }, {
        fix: { title: `write \`${found}0\``, edits: [{ place: place(number), text: `${found}0` }], safe: true },
      });
      continue;
    } else if (type === t.Semicolon) {
      problems.report(say.semicolon, place(span), {}, removing(file, span));
      continue;
    } else if (type === t.HashComment) {
      problems.report(say.hashComment, place(span), {}, {
        fix: { title: "write `//`", edits: [{ place: place({ start: span.start, end: span.start + 1 }), text: "//" }], safe: true },
      });
      continue;
    } else if (type === t.OpenComment) {
      dropped.push(span.start);
      problems.report(say.openComment, place({ start: span.start, end: span.start + 2 }), {});
      continue;
    } else if (type === t.OpenString) {
      dropped.push(span.start);
      problems.report(say.openString, place(span), {});
      retype(token, t.String_);
    } else if (type === t.SingleQuoted) {
      problems.report(say.singleQuotes, place(span), {}, {
        fix: { title: "write double quotes", edits: [{ place: place(span), text: `"${token.image.slice(1, -1)}"` }], safe: true },
      });
      retype(token, t.String_);
    } else {
      const slip = slips.get(type);
      if (slip !== undefined) {
        problems.report(say.foreignSign, place(span), { found: token.image, write: slip.write }, {
          fix: { title: `write \`${slip.write}\``, edits: [{ place: place(span), text: slip.write }], safe: true },
        });
        retype(token, slip.type);
      }
    }
    tokens.push(token);
  }
  return { tokens, comments, dropped };
}

/** `1.` with no digit and no member name after the dot. */
const endsNumber = (text: string, before: IToken | undefined, dot: Span): boolean =>
  (before?.tokenType === t.Int || before?.tokenType === t.Float) && spanOf(before).end === dot.start && !/[A-Za-z_]/.test(text[dot.end] ?? "");

function retype(token: IToken, type: TokenType): void {
  token.tokenType = type;
  token.tokenTypeIdx = type.tokenTypeIdx!;
}

const removing = (file: SourceFile, span: Span): Details => ({
  fix: { title: "remove it", edits: [{ place: { file, span }, text: "" }], safe: true },
});

const asComment = (token: IToken): Comment => ({
  // Which `///` really document something is known only after parsing: `docs.ts` settles it.
  kind: token.tokenType === t.BlockComment ? "block" : "line",
  text: token.image,
  span: spanOf(token),
});

/** Characters that cannot be seen are shown by their number. */
function show(text: string): string {
  const shown = [...text.slice(0, 20)].map((c) => {
    const code = c.codePointAt(0)!;
    const hidden = code < 32 || (code >= 0x7f && code < 0xa1) || (code >= 0x200b && code <= 0x206f) || (code >= 0xd800 && code <= 0xdfff) || code === 0xfeff;
    return hidden ? `U+${code.toString(16).toUpperCase().padStart(4, "0")}` : c;
  });
  return shown.join("") + (text.length > 20 ? "..." : "");
}
