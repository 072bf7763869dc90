import { LLkLookaheadStrategy } from "chevrotain";
import { describe, expect, test } from "vitest";
import { SegGrammar } from "../../grammar/grammar.js";
import { contextualWords, reservedWords } from "../../grammar/tokens.js";
import type { Expression } from "../../src/syntax/ast.js";
import { print, printExpression } from "../../src/syntax/print.js";
import { read, shown } from "./reading.js";
import { samples } from "./samples.js";

test("chevrotain finds nothing wrong with the grammar", () => {
  class Validated extends SegGrammar {
    constructor() {
      super({ skipValidations: false, lookaheadStrategy: new LLkLookaheadStrategy({ maxLookahead: 1 }) });
      this.performSelfAnalysis();
    }
  }
  expect(() => new Validated()).not.toThrow();
});

test.each(Object.entries(samples))("the sample %s is read as it is meant", (_, text) => {
  const { tree, problems } = read(text);
  expect(shown(problems)).toEqual([]);
  expect(print(tree)).toMatchSnapshot();
});

/** The value of `let x = ...`, and what is wrong with it. */
function value(text: string): { expression: Expression; problems: string[] } {
  const { tree, problems } = read(`let x = ${text}`);
  const declaration = tree.declarations[0]!;
  if (declaration.kind !== "let") throw new Error("not a let");
  return { expression: declaration.value, problems: shown(problems) };
}

describe("how tightly operators bind", () => {
  test.each([
    ["a or b and c", "(or a (and b c))"],
    ["not a and b", "(and (not a) b)"],
    ["not a == b", "(not (== a b))"],
    ["not not a", "(not (not a))"],
    ["a == b + 1", "(== a (+ b 1))"],
    ["a + not b == c", "(+ a (not (== b c)))"],
    ["x in {1, 2} or y", "(or (in x {1, 2}) y)"],
    ["i in 1..n-1", "(in i (.. 1 (- n 1)))"],
    ["n-1 downto 0", "(downto (- n 1) 0)"],
    ["1..4", "(.. 1 4)"],
    ["1.5..2.5", "(.. 1.5 2.5)"],
    ["a - b - c", "(- (- a b) c)"],
    ["a - b * c % d", "(- a (% (* b c) d))"],
    ["-a * b", "(* (- a) b)"],
    ["-a ^ 2", "(- (^ a 2))"],
    ["2 ^ -a ^ b", "(^ 2 (- (^ a b)))"],
    ["2 ^ 3 ^ 4 * 5", "(* (^ 2 (^ 3 4)) 5)"],
    ["--a", "(- (- a))"],
    ["a * -b + c", "(+ (* a (- b)) c)"],
    ["-a.b[0](1)", "(- a.b[0](1))"],
    ["(a + b) * c", "(* (+ a b) c)"],
    ["a + b -> f", "(chain (+ a b) -> f())"],
    ["a -> f(b -> g) -> h", "(chain a -> f((chain b -> g())) -> h())"],
    ["(a -> f) + b", "(+ (chain a -> f()) b)"],
    ["if a then b else if c then d else e + 1", "(if a b (if c d (+ e 1)))"],
    ["if a then b else c -> f", "(chain (if a b c) -> f())"],
    ["a as b -> f(1) as c[i].d -> g as [0] -> h as _", "(chain a as b -> f(1) as c[i].d -> g() as [0] -> h() as _)"],
    ["a -> f as block[0].model", "(chain a -> f() as block[0].model)"],
    ["conv(a, 3) as c", "(chain conv(a, 3) as c)"],
    ["a -> std.f(x: 1, 2,)", "(chain a -> std.f(x: 1, 2))"],
    ["[f * 2 for f in fs, g in 1..f if f > 2]", "[(* f 2) for f in fs, g in (.. 1 f) if (> f 2)]"],
    ["[1, 2,]", "[1, 2]"],
    ["{c2: a, c5: b -> f}", "{c2: a, c5: (chain b -> f())}"],
    ["{same, valid}", "{same, valid}"],
    ["x[i][0..j-1]", "x[i][(.. 0 (- j 1))]"],
    ["31_030_658 + 1e-3 + 1.5e2", "(+ (+ 31030658 0.001) 150.0)"],
    ['"a\\"b\\\\\\n"', '"a\\"b\\\\\\n"'],
    ["input.aux + head.skip[with]", "(+ input.aux head.skip[with])"],
    ["f(context: 1, alignment: head)", "f(context: 1, alignment: head)"],
  ])("%s", (text, expected) => {
    const { expression, problems } = value(text);
    expect(problems).toEqual([]);
    expect(printExpression(expression)).toBe(expected);
  });
});

describe("words", () => {
  test("the reserved ones are these", () => {
    expect([...reservedWords.keys()].sort().join(" ")).toBe("and as block downto else expect false for if in let model not or return then true use where");
  });

  test.each([...contextualWords.keys()])("`%s` is an ordinary name too", (word) => {
    const text = `model M(${word}: int) { ${word} = ${word} -> ${word}(${word}: ${word}) as ${word}  ${word}[0] = a.${word}  let ${word} = 1  head ${word} = b  expect ${word} == 1  expect ${word}: [N] }`;
    expect(shown(read(text).problems)).toEqual([]);
  });

  test.each([...reservedWords.keys()])("`%s` is not", (word) => {
    const { problems } = read(`model M() { let ${word} = 1  a = 2 }`);
    expect(problems.map((problem) => problem.code)).toEqual(["syntax/reserved-word"]);
  });

  test("roles stand before names, also before names that are roles", () => {
    const { tree } = read("model M() { head head = a  skip { skip = b  skip skip[0] = c } aux input = d }");
    expect(print(tree)).toBe("model M\n  head head = a\n  skip\n    skip = b\n    skip skip[0] = c\n  aux input = d\n");
  });

  test("`with` and `alignment` are special only in their place", () => {
    const { tree, problems } = read("model M() { input a: [N] where H = 1, k > 2  with = 3  input b: [N] with with: 3  expect alignment == 3  expect alignment H = 16*k, H >= 1 }");
    expect(shown(problems)).toEqual([]);
    expect(print(tree)).toMatchInlineSnapshot(`
      "model M
        input a [N] where (= H 1), (> k 2)
        with = 3
        input b [N] with with: 3
        expect (== alignment 3)
        expect alignment (= H (* 16 k)), (>= H 1)
      "
    `);
  });
});

describe("documentation", () => {
  test("goes to the next declaration, parameter, input, let or binding", () => {
    const { tree, comments } = read(`/// the file
use std.a { b }

model M(
  /// how many
  /// classes
  classes: int, // not this
) {
  /// an image
  input image: [N]
  /// nothing to document
  encoder { x = 1 /// trailing
    /// a feature
    skip y = 2
  }
}
/// a constant
let k = 1
`);
    expect(print(tree)).toMatchInlineSnapshot(`
      "use std "std.a" {b}
      doc "the file"
      model M
        doc "how many\\nclasses"
        parameter classes: int
        doc "an image"
        input image [N]
        encoder
          x = 1
          doc "a feature"
          skip y = 2
      doc "a constant"
      let k = 1
      "
    `);
    expect(comments.filter((comment) => comment.kind === "doc")).toHaveLength(6);
    expect(comments.filter((comment) => comment.kind === "line").map((comment) => comment.text)).toEqual(["// not this", "/// nothing to document", "/// trailing"]);
  });
});

describe("several errors in one file are all reported", () => {
  test("and what stands around them is read", () => {
    const { tree, problems } = read(`model M(classes = 2, depth: int) {
  input image: [N, 3, H, W]
  a = image conv(64, 3)
  b = a -> conv(64 3) -> relu
  c: b -> relu
  d = conv(b, kernel = 3, padding: (1 + 2)
  encodr { e = d -> relu }
  for i 1..3 { f[i] = e }
  g = f[0] ->
  if classes = 2 { h = 1 }
  model = 3
  k = a && b; l = 0.5.
  conv(g, 3)
  head logits = d)
}
block last(x: tensor) -> tensr { return x }
`);
    expect(shown(problems).sort((a, b) => parseInt(a) - parseInt(b))).toMatchInlineSnapshot(`
      [
        "1:9 syntax/missing-type: the parameter \`classes\` needs a type",
        "3:13 syntax/missing-arrow: there is no \`->\` before \`conv\`",
        "4:20 syntax/missing-comma: expected \`,\` or \`)\` in the arguments of \`conv\`, found \`3\`",
        "5:4 syntax/colon-for-equals: a binding is written \`c = ...\`, with \`=\`",
        "7:3 syntax/unclosed-bracket: expected \`)\` to close the arguments of \`conv\`, found \`encodr\`",
        "8:9 syntax/unexpected: expected \`in\`, found \`1\`",
        "10:3 syntax/unexpected: expected a name, found \`if\`",
        "10:14 syntax/equals-for-comparison: a single \`=\` does not compare",
        "11:3 syntax/reserved-word: \`model\` is a word of the language and cannot be a name",
        "12:9 syntax/foreign-sign: \`&&\` is not part of the language; here it is written \`and\`",
        "12:13 syntax/semicolon: statements do not end in \`;\`",
        "12:19 syntax/bad-number: \`0.5.\` is not a number",
        "13:3 syntax/unbound-value: the result of \`conv\` gets no name",
        "14:18 syntax/stray-bracket: this \`)\` closes nothing",
        "16:26 syntax/unknown-type: \`tensr\` is not a type",
      ]
    `);
    expect(print(tree)).toMatchInlineSnapshot(`
      "model M
        parameter classes: unknown
        input image [N, 3, H, W]
        a = image
        b = (chain a -> <broken>(64) -> relu())
        d = <broken>
        for i in <broken>
        g = f[0]
        if (== classes 2)
          h = 1
        k = (and a b)
        l = 0.5
        head logits = d
      block last -> unknown
        parameter x: tensor
        return x
      "
    `);
  });

  test("a missing `}` is looked for by indentation", () => {
    const { problems } = read("model M() {\n  encoder {\n    x = image\n  head y = x\n}\n");
    expect(problems[0]!.labels.map((label) => [label.place.span.start, label.text])).toEqual([
      [10, "opened here"],
      [22, "by its indentation, this one may be without its `}`"],
    ]);
  });

  test("no more than a hundred", () => {
    expect(read("model M() { ".concat("x = -> 3 ".repeat(1000), "}")).problems.length).toBeLessThanOrEqual(100);
  });
});

test.each([
  ["x = f(a, b", "expected `)` to close the arguments of `f`, found `}`"],
  ["x = [a, b", "expected `]` to close the list, found `}`"],
  ["x = a[b", "expected `]` to close the index, found `}`"],
  ["x = f(a b)", "expected `,` or `)` in the arguments of `f`, found `b`"],
  ["x = f(a, in: 3)", "`in` is a word of the language and cannot be a name"],
  ["x = 3 +", "expected an expression, found `}`"],
  ["x = if a then b", "expected `else`, found `}`"],
  ["x = a -> 3", "expected a name, found `3`"],
  ["input i [N]", "expected `:`, found `[`"],
  ["for i 1..3 {}", "expected `in`, found `1`"],
  ["x = 1.", "`1.` is not a number"],
  ["x = 3px", "`3px` is not a number"],
  ["x = a.0", "expected a name, found `0`"],
  ["x = a ! b", "`!` is not part of the language; here it is written `not`"],
  ["x = a\u200bb", "`U+200B` means nothing here"],
  ["x = a == b == c", "`==` and `==` cannot follow each other without parentheses or `and`"],
  ["x = f(a)) -> g", "this `)` closes nothing"],
  ["use std.x { a }", "expected a statement or `}`, found `use`"],
])("%s", (statement, message) => {
  const { problems } = read(`model M() { ${statement} }`);
  expect(problems[0]?.message).toBe(message);
});
