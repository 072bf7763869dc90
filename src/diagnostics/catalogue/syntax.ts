import { defineDiagnostic } from "../diagnostic.js";

/** A whole file around some statements, for the examples. */
const model = (statements: string): string => `model M(classes: int = 2) {
  input image: [N, 3, H, W]
${statements
  .split("\n")
  .map((line) => `  ${line}`)
  .join("\n")}
}
`;

const good = model("head logits = image -> conv(classes, 1)");

// ---- the file as a whole ------------------------------------------------------------------------------------------

export const fileTooLarge = defineDiagnostic({
  code: "syntax/file-too-large",
  severity: "error",
  message: "the file has {size} characters; the most that is read is {most}",
  why: "A network is described in a few kilobytes. A file of megabytes is something else, such as weights.",
  help: "check that this is the file you meant",
  // Padded where it is run (src/example-problems.ts): eight megabytes have no place in a catalogue.
  bad: "// ... and eight million more characters\n",
  good,
});

export const tooDeep = defineDiagnostic({
  code: "syntax/too-deep",
  severity: "error",
  message: "this is nested more than {most} levels deep",
  why: "Every stage of the compiler walks the nesting; a limit keeps it from running out of stack on a generated file.",
  help: "name parts of it with `let` or in bindings of their own",
  bad: model(`let x = ${"(".repeat(201)}1${")".repeat(201)}\nhead logits = image -> conv(classes, 1)`),
  good: model("let x = (1)\nhead logits = image -> conv(classes, x)"),
});

// ---- characters ---------------------------------------------------------------------------------------------------

export const strayCharacter = defineDiagnostic({
  code: "syntax/stray-character",
  severity: "error",
  message: "`{found}` means nothing here",
  why: "The character is no part of the language outside comments and strings.",
  help: "remove it; it may have come from copying formatted text",
  bad: model("head logits = image -> conv(classes, 1) @"),
  good,
});

export const semicolon = defineDiagnostic({
  code: "syntax/semicolon",
  severity: "error",
  message: "statements do not end in `;`",
  why: "A statement ends where the next one starts; there is no separator.",
  help: "remove the `;`",
  bad: model("head logits = image -> conv(classes, 1);"),
  good,
});

export const hashComment = defineDiagnostic({
  code: "syntax/hash-comment",
  severity: "error",
  message: "comments start with `//`, not with `#`",
  why: "`#` is not part of the language.",
  help: "write `//` for a line, `/* */` for a passage, `///` for documentation",
  bad: model("head logits = image -> conv(classes, 1) # one by one"),
  good: model("head logits = image -> conv(classes, 1) // one by one"),
});

export const foreignSign = defineDiagnostic({
  code: "syntax/foreign-sign",
  severity: "error",
  message: "`{found}` is not part of the language; here it is written `{write}`",
  why: "Other languages use this sign; `.seg` has one way to write it.",
  help: "`and`, `or`, `not` are words, a power is `^`, a range is `a..b` with both ends included, a step is `->`",
  bad: model("let width = 2 ** 6\nhead logits = image -> conv(width, 1) -> conv(classes, 1)"),
  good: model("let width = 2^6\nhead logits = image -> conv(width, 1) -> conv(classes, 1)"),
});

export const openComment = defineDiagnostic({
  code: "syntax/unterminated-comment",
  severity: "error",
  message: "this comment has no end",
  why: "Everything after `/*` up to `*/` is comment, so the rest of the file was not read.",
  help: "close it with `*/`",
  bad: `${good}/* and so on\n`,
  good: `${good}/* and so on */\n`,
});

export const openString = defineDiagnostic({
  code: "syntax/unterminated-string",
  severity: "error",
  message: "this string has no closing `\"` on its line",
  why: "A string does not go on in the next line.",
  help: "close it with `\"`; write a line break as `\\n`",
  bad: model('let title = "logits\nhead logits = image -> conv(classes, 1) as ["{title}"]'),
  good: model('let title = "logits"\nhead logits = image -> conv(classes, 1) as ["{title}"]'),
});

export const singleQuotes = defineDiagnostic({
  code: "syntax/single-quotes",
  severity: "error",
  message: "strings are written between double quotes",
  why: "There is one way to write a string.",
  help: 'write "..."',
  bad: model("let title = 'logits'\nhead logits = image -> conv(classes, 1) as [\"{title}\"]"),
  good: model('let title = "logits"\nhead logits = image -> conv(classes, 1) as ["{title}"]'),
});

export const badEscape = defineDiagnostic({
  code: "syntax/bad-escape",
  severity: "error",
  message: "`{found}` is not an escape",
  why: 'A string knows `\\"`, `\\\\`, `\\{` and `\\n`; anything else after a backslash is likely a mistake.',
  help: "write `\\\\` for a backslash",
  bad: model('let title = "a\\tb"\nhead logits = image -> conv(classes, 1) as ["{title}"]'),
  good: model('let title = "a\\\\tb"\nhead logits = image -> conv(classes, 1) as ["{title}"]'),
});

export const badInterpolation = defineDiagnostic({
  code: "syntax/bad-interpolation",
  severity: "error",
  message: "`{found}` in a string is not an expression",
  why: "Braces in a string hold an expression, which its value replaces. There are no strings and no comments in it.",
  help: "write `\\{` for a brace",
  bad: model('head logits = image -> conv(classes, 1) as ["conv{classes +}"]'),
  good: model('head logits = image -> conv(classes, 1) as ["conv{classes + 1}"]'),
});

export const badNumber = defineDiagnostic({
  code: "syntax/bad-number",
  severity: "error",
  message: "`{found}` is not a number",
  why: "A number is written with digits, as `64`, `31_030_658`, `0.5` or `1e-3`, with a digit on both sides of the dot.",
  help: "write it out; there are no units, no suffixes and no hexadecimal numbers",
  bad: model("let rate = .5\nhead logits = image -> dropout(rate) -> conv(classes, 1)"),
  good: model("let rate = 0.5\nhead logits = image -> dropout(rate) -> conv(classes, 1)"),
});

export const numberTooLarge = defineDiagnostic({
  code: "syntax/number-too-large",
  severity: "error",
  message: "`{found}` is too large a number",
  why: "Integers are exact up to 2^53, and larger ones would silently become others; no network needs them.",
  help: "write a number below 9_007_199_254_740_992",
  bad: model("let many = 9_007_199_254_740_993\nhead logits = image -> conv(many, 1) -> conv(classes, 1)"),
  good: model("let many = 9_007\nhead logits = image -> conv(many, 1) -> conv(classes, 1)"),
});

// ---- brackets -----------------------------------------------------------------------------------------------------

export const unclosedBracket = defineDiagnostic({
  code: "syntax/unclosed-bracket",
  severity: "error",
  message: "expected {expected} to close {what}, found {found}",
  why: "Every bracket needs its partner; without it the rest of the file would belong inside.",
  help: "add the closing bracket",
  bad: model("head logits = image -> conv(classes, 1"),
  good,
});

export const strayBracket = defineDiagnostic({
  code: "syntax/stray-bracket",
  severity: "error",
  message: "this `{found}` closes nothing",
  why: "No bracket of this kind is open here.",
  help: "remove it, or add the opening one",
  bad: model("head logits = image -> conv(classes, 1))"),
  good,
});

// ---- words and signs in the wrong place ---------------------------------------------------------------------------

export const unexpected = defineDiagnostic({
  code: "syntax/unexpected",
  severity: "error",
  message: "expected {expected}, found {found}",
  why: "The file cannot be read past this place as it is written.",
  help: "",
  bad: model("head logits = image -> conv(classes, 1) -> -> relu"),
  good,
});

export const reservedWord = defineDiagnostic({
  code: "syntax/reserved-word",
  severity: "error",
  message: "`{word}` is a word of the language and cannot be a name",
  why: "Reserved are: use model block let for if else then in as where expect return true false and or not downto.",
  help: "choose another name, such as `{word}_`",
  bad: model("block = image -> conv(8, 1)\nhead logits = image -> conv(classes, 1)"),
  good: model("first = image -> conv(8, 1)\nhead logits = first -> conv(classes, 1)"),
});

export const colonForEquals = defineDiagnostic({
  code: "syntax/colon-for-equals",
  severity: "error",
  message: "a binding is written `{name} = ...`, with `=`",
  why: "`:` gives a type, a shape or the name of an argument; `=` binds a name to a value.",
  help: "write `=`",
  bad: model("head narrow: image -> conv(8, 1)\nhead logits = image -> conv(classes, 1)"),
  good: model("head narrow = image -> conv(8, 1)\nhead logits = image -> conv(classes, 1)"),
});

export const equalsInArgument = defineDiagnostic({
  code: "syntax/equals-in-argument",
  severity: "error",
  message: "a named argument is written `{name}: ...`, with `:`",
  why: "`=` binds a name for the rest of the block; `:` names one argument.",
  help: "write `:`",
  bad: model("head logits = image -> conv(classes, kernel = 1)"),
  good: model("head logits = image -> conv(classes, kernel: 1)"),
});

export const equalsForComparison = defineDiagnostic({
  code: "syntax/equals-for-comparison",
  severity: "error",
  message: "a single `=` does not compare",
  why: "`=` binds a name. It states an equation only after `where` and `expect alignment`; elsewhere `==` compares.",
  help: "write `==`",
  bad: model("if classes = 2 { aux narrow = image -> conv(8, 1) }\nhead logits = image -> conv(classes, 1)"),
  good: model("if classes == 2 { aux narrow = image -> conv(8, 1) }\nhead logits = image -> conv(classes, 1)"),
});

export const chainedComparison = defineDiagnostic({
  code: "syntax/chained-comparison",
  severity: "error",
  message: "`{first}` and `{second}` cannot follow each other without parentheses or `and`",
  why: "`a < b < c` compares a truth value with `c`, which nobody means; a range has two ends.",
  help: "write `a < b and b < c`, or set parentheses",
  bad: model("if 1 < classes < 9 { aux narrow = image -> conv(8, 1) }\nhead logits = image -> conv(classes, 1)"),
  good: model("if 1 < classes and classes < 9 { aux narrow = image -> conv(8, 1) }\nhead logits = image -> conv(classes, 1)"),
});

export const missingArrow = defineDiagnostic({
  code: "syntax/missing-arrow",
  severity: "error",
  message: "there is no `->` before `{name}`",
  why: "`->` carries a tensor into the next operator; two expressions side by side mean nothing.",
  help: "write `-> {name}(...)`",
  bad: model("head logits = image conv(classes, 1)"),
  good,
});

export const unboundValue = defineDiagnostic({
  code: "syntax/unbound-value",
  severity: "error",
  message: "the result of `{name}` gets no name",
  why: "A statement is an equation: a value that nobody names can be used by nobody.",
  help: "write `name = ...`",
  bad: model("conv(image, 8, 1)\nhead logits = image -> conv(classes, 1)"),
  good: model("first = conv(image, 8, 1)\nhead logits = first -> conv(classes, 1)"),
});

export const missingComma = defineDiagnostic({
  code: "syntax/missing-comma",
  severity: "error",
  message: "expected `,` or {close} in {what}, found {found}",
  why: "Items of a list are separated by commas.",
  help: "add a `,`, or the `->` or operator that is missing",
  bad: model("head logits = image -> conv(classes 1)"),
  good,
});

export const unknownRole = defineDiagnostic({
  code: "syntax/unknown-role",
  severity: "error",
  message: "`{word}` is not a role",
  why: "Before a binding or a block stands one of: encoder, context, skip, decoder, head, aux.",
  help: "use one of the roles, or none",
  bad: model("haed logits = image -> conv(classes, 1)"),
  good,
});

export const unknownType = defineDiagnostic({
  code: "syntax/unknown-type",
  severity: "error",
  message: "`{word}` is not a type",
  why: "Types are int, float, bool, string, tensor, block, a list `[int]`, words `{same, valid}` or a record `{c2: tensor}`.",
  help: "use one of these types",
  bad: "model M(classes: integer = 2) {\n  input image: [N, 3, H, W]\n  head logits = image -> conv(classes, 1)\n}\n",
  good,
});

export const missingType = defineDiagnostic({
  code: "syntax/missing-type",
  severity: "error",
  message: "the parameter `{name}` needs a type",
  why: "The types of parameters are checked wherever the model or block is used.",
  help: "write `{name}: type`, as in `classes: int = 2`",
  bad: "model M(classes = 2) {\n  input image: [N, 3, H, W]\n  head logits = image -> conv(classes, 1)\n}\n",
  good,
});

export const mixedRecord = defineDiagnostic({
  code: "syntax/mixed-record",
  severity: "error",
  message: "these braces mix words and typed fields",
  why: "`{same, valid}` is a choice of words and `{c2: tensor, c5: tensor}` a record; nothing is both.",
  help: "give every item a type, or none",
  bad: `block pair(x: tensor) -> {a: tensor, b} { return {a: x, b: x} }\n${good}`,
  good: `block pair(x: tensor) -> {a: tensor, b: tensor} { return {a: x, b: x} }\n${good}`,
});
