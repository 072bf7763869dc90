/**
 * The words and signs of the language. A token's LABEL is how messages name it.
 *
 * The lexer reads every word as an `Identifier`; `src/syntax/lex.ts` then looks it up in `wordTypes`. One pattern
 * instead of twenty-five makes the lexer start and run faster, and a keyword can never cut a longer word in two.
 */
import { createToken, Lexer, type ITokenConfig, type TokenType } from "chevrotain";

/** Every token names the characters that it can start with: working them out of the patterns would cost start-up time. */
const token = (name: string, pattern: RegExp | string, label: string, rest: Partial<ITokenConfig> = {}): TokenType =>
  createToken({ name, pattern, label, ...(typeof pattern === "string" ? { start_chars_hint: [pattern[0]!] } : {}), ...rest });

const category = (name: string, label: string, categories: TokenType[] = []): TokenType =>
  createToken({ name, pattern: Lexer.NA, label, categories });

const characters = (first: string, last: string): string[] =>
  Array.from({ length: last.charCodeAt(0) - first.charCodeAt(0) + 1 }, (_, i) => String.fromCharCode(first.charCodeAt(0) + i));
const digits = characters("0", "9");
const letters = [...characters("a", "z"), ...characters("A", "Z"), "_"];

// ---- words ----------------------------------------------------------------------------------------------------

/** Any word at all, reserved or not: a component of a parameter path (`as block[0]`). */
export const Word = category("Word", "a word");
/** An ordinary name; also the category of the words that are special only in some places. */
export const Identifier = token("Identifier", /[A-Za-z_]\w*/, "a name", { categories: [Word], start_chars_hint: letters });
/** `encoder context skip decoder head aux`: special at the start of a statement, names elsewhere. */
export const Role = category("Role", "a role");
/** Signs and words that stand between two operands. */
export const BinaryOperator = category("BinaryOperator", "an operator");

const reserved = (text: string, categories: TokenType[] = []): TokenType =>
  category(text[0]!.toUpperCase() + text.slice(1), `\`${text}\``, [Word, ...categories]);

export const Use = reserved("use");
export const Model = reserved("model");
export const Block = reserved("block");
export const Let = reserved("let");
export const For = reserved("for");
export const If = reserved("if");
export const Else = reserved("else");
export const Then = reserved("then");
export const In = reserved("in", [BinaryOperator]);
export const As = reserved("as");
export const Where = reserved("where");
export const Expect = reserved("expect");
export const Return = reserved("return");
export const True = reserved("true");
export const False = reserved("false");
export const And = reserved("and", [BinaryOperator]);
export const Or = reserved("or", [BinaryOperator]);
export const Not = reserved("not");
export const Downto = reserved("downto", [BinaryOperator]);

const contextual = (text: string, categories: TokenType[] = []): TokenType =>
  category(text[0]!.toUpperCase() + text.slice(1), `\`${text}\``, [Identifier, ...categories]);

export const Encoder = contextual("encoder", [Role]);
export const Context = contextual("context", [Role]);
export const Skip = contextual("skip", [Role]);
export const Decoder = contextual("decoder", [Role]);
export const Head = contextual("head", [Role]);
export const Aux = contextual("aux", [Role]);
export const Loss = contextual("loss", [Role]);
export const Input = contextual("input");
export const With = contextual("with");
export const Alignment = contextual("alignment");

const named = (types: readonly TokenType[]): readonly [string, TokenType][] => types.map((type) => [type.name.toLowerCase(), type]);

/** Words that can never be names. */
export const reservedWords: ReadonlyMap<string, TokenType> = new Map(
  named([Use, Model, Block, Let, For, If, Else, Then, In, As, Where, Expect, Return, True, False, And, Or, Not, Downto]),
);
/** Words that are special only where the grammar looks for them. */
export const contextualWords: ReadonlyMap<string, TokenType> = new Map(
  named([Encoder, Context, Skip, Decoder, Head, Aux, Loss, Input, With, Alignment]),
);
export const wordTypes: ReadonlyMap<string, TokenType> = new Map([...reservedWords, ...contextualWords]);

// ---- literals -------------------------------------------------------------------------------------------------

/** `1..4` is a range: a float needs a digit after its dot. */
export const Float = token("Float", /\d+(?:_\d+)*(?:\.\d+(?:_\d+)*(?:[eE][+-]?\d+)?|[eE][+-]?\d+)/, "a number", { start_chars_hint: digits });
export const Int = token("Int", /\d+(?:_\d+)*/, "a number", { start_chars_hint: digits });
export const String_ = token("String", /"[^"\\\n\r]*(?:\\[^\n\r][^"\\\n\r]*)*"/, "a string", { start_chars_hint: ['"'] });

// ---- signs ----------------------------------------------------------------------------------------------------

const sign = (name: string, text: string, categories: TokenType[] = []): TokenType => token(name, text, `\`${text}\``, { categories });

export const LCurly = sign("LCurly", "{");
export const RCurly = sign("RCurly", "}");
export const LParen = sign("LParen", "(");
export const RParen = sign("RParen", ")");
export const LSquare = sign("LSquare", "[");
export const RSquare = sign("RSquare", "]");
export const Comma = sign("Comma", ",");
export const Colon = sign("Colon", ":");
export const Arrow = sign("Arrow", "->");
export const Dot = sign("Dot", ".");

export const DotDot = sign("DotDot", "..", [BinaryOperator]);
export const EqualEqual = sign("EqualEqual", "==", [BinaryOperator]);
export const NotEqual = sign("NotEqual", "!=", [BinaryOperator]);
export const LessEqual = sign("LessEqual", "<=", [BinaryOperator]);
export const GreaterEqual = sign("GreaterEqual", ">=", [BinaryOperator]);
export const Less = sign("Less", "<", [BinaryOperator]);
export const Greater = sign("Greater", ">", [BinaryOperator]);
export const Equals = sign("Equals", "=", [BinaryOperator]);
export const Plus = sign("Plus", "+", [BinaryOperator]);
export const Minus = sign("Minus", "-", [BinaryOperator]);
export const Star = sign("Star", "*", [BinaryOperator]);
export const Slash = sign("Slash", "/", [BinaryOperator]);
export const Percent = sign("Percent", "%", [BinaryOperator]);
export const Caret = sign("Caret", "^", [BinaryOperator]);

// ---- between the tokens ---------------------------------------------------------------------------------------

export const Space = token("Space", /[ \t\r\n\f\v\u00a0\ufeff]+/, "space", {
  group: Lexer.SKIPPED,
  start_chars_hint: [" ", "\t", "\r", "\n", "\f", "\v", "\u00a0", "\ufeff"],
  line_breaks: true,
});
export const LineComment = token("LineComment", /\/\/[^\n\r]*/, "a comment", { group: "comments", start_chars_hint: ["/"] });
export const BlockComment = token("BlockComment", /\/\*[^]*?\*\//, "a comment", { group: "comments", start_chars_hint: ["/"], line_breaks: true });

// ---- slips: what people write who come from elsewhere ------------------------------------------------------------
// They are tokens so that one problem can say what to write instead; none of them reaches the parser.

export const OpenComment = token("OpenComment", /\/\*[^]*/, "a comment", { start_chars_hint: ["/"], line_breaks: true });
export const OpenString = token("OpenString", /"[^\n\r]*/, "a string", { start_chars_hint: ['"'] });
export const SingleQuoted = token("SingleQuoted", /'[^'\n\r]*'/, "a string", { start_chars_hint: ["'"] });
export const HashComment = token("HashComment", /#[^\n\r]*/, "a comment", { start_chars_hint: ["#"] });
export const Semicolon = sign("Semicolon", ";");
export const AndAnd = sign("AndAnd", "&&");
export const OrOr = sign("OrOr", "||");
export const Bang = sign("Bang", "!");
export const StarStar = sign("StarStar", "**");
export const FatArrow = sign("FatArrow", "=>");
export const ColonEquals = sign("ColonEquals", ":=");
export const DotDotEquals = sign("DotDotEquals", "..=");
export const DotDotDot = sign("DotDotDot", "...");

/** What the lexer tries, in this order: a longer sign before its prefix. */
export const lexed: readonly TokenType[] = [
  Space, LineComment, BlockComment, OpenComment, Identifier, Float, Int, String_, OpenString, SingleQuoted, HashComment,
  LCurly, RCurly, LParen, RParen, LSquare, RSquare, Comma, ColonEquals, Colon, Arrow, DotDotEquals, DotDotDot, DotDot, Dot,
  EqualEqual, FatArrow, NotEqual, LessEqual, GreaterEqual, Less, Greater, Equals, Bang, Plus, Minus, StarStar, Star, Slash,
  Percent, Caret, AndAnd, OrOr, Semicolon,
];

/** Everything the parser may meet. */
export const vocabulary: readonly TokenType[] = [
  Word, Identifier, Role, BinaryOperator, ...reservedWords.values(), ...contextualWords.values(), Float, Int, String_,
  LCurly, RCurly, LParen, RParen, LSquare, RSquare, Comma, Colon, Arrow, Dot, DotDot, EqualEqual, NotEqual, LessEqual,
  GreaterEqual, Less, Greater, Equals, Plus, Minus, Star, Slash, Percent, Caret,
];
