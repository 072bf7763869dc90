/** Strings with expressions in braces: read, placed, written and worked out. */
import { expect, test } from "vitest";
import { check, compile } from "../../src/compile.js";
import { format } from "../../src/format/format.js";
import { parametersOf } from "../../src/network/network.js";
import { printExpression } from "../../src/syntax/print.js";
import { read, shown } from "./reading.js";

function expressionOf(text: string): string {
  const { tree, problems } = read(`let x = ${text}\n`);
  expect(shown(problems)).toEqual([]);
  const [only] = tree.declarations;
  return only?.kind === "let" ? printExpression(only.value) : "";
}

test.each([
  ['"conv"', '"conv"'],
  ['"conv{i}"', '(text "conv" i)'],
  ['"{i}{j}"', "(text i j)"],
  ['"conv{s}_{i - 1}x"', '(text "conv" s "_" (- i 1) "x")'],
  ['"{if a == {8} then 1 else 2}"', "(text (if (== a {8}) 1 2))"],
  ['"{x[i+1].c5}"', "(text x[(+ i 1)].c5)"],
  ['"\\{i}"', '"{i}"'],
  ['"a} b"', '"a} b"'],
  ['"\\\\{i}\\n"', '(text "\\\\" i "\\n")'],
])("%s is %s", (text, printed) => expect(expressionOf(text)).toBe(printed));

test.each([
  ['"{}"', "1:10 syntax/bad-interpolation: `{}` in a string is not an expression"],
  ['"a{"', "1:11 syntax/bad-interpolation: `{` in a string is not an expression"],
  ['"a{i"', "1:11 syntax/bad-interpolation: `{i` in a string is not an expression"],
  ['"{i +}"', "1:10 syntax/bad-interpolation: `{i +}` in a string is not an expression"],
  ['"{i j}"', "1:10 syntax/bad-interpolation: `{i j}` in a string is not an expression"],
  ['"{i;}"', "1:10 syntax/bad-interpolation: `{i;}` in a string is not an expression"],
  ['"{i /* no */}"', "1:10 syntax/bad-interpolation: `{i /* no */}` in a string is not an expression"],
  ['"{a = 1}"', "1:13 syntax/equals-for-comparison: a single `=` does not compare"],
  [`"{${"(".repeat(300)}1${")".repeat(300)}}"`, `1:10 syntax/bad-interpolation: \`{${"(".repeat(36)}...\` in a string is not an expression`],
])("%s is told", (text, told) => expect(shown(read(`let x = ${text}\n`).problems)).toEqual([told]));

const model = (...lines: readonly string[]): string => `model M(n: int = 3) {\n  input image: [N, 3, H, W]\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;

test("a label is named by what the expressions are", () => {
  const { model: compiled } = compile({ path: "net.seg", text: model('for i in 1..2 { x[i] = image -> conv(2, 1, bias: false) as ["up{n - i}_{if i == 1 then 0 else i}"] }', "head y = concat(x)") });
  expect(parametersOf(compiled!.network).map(({ name }) => name)).toEqual(["up2_0.weight", "up1_2.weight"]);
});

test("a name that is not defined, and a value that cannot be written, are told where they stand", () => {
  const { problems } = check({ path: "test.seg", text: model('head y = image -> conv(2, 1) as ["a{m}{image}"]') });
  expect(shown(problems)).toEqual(["3:39 name/unknown: `m` is not defined", "3:42 value/bad-operand: `{image}` does not work on a tensor"]);
});

test("the formatter leaves a string as it is", () => {
  const text = 'let x = "a{ i-1 }\\{"\n';
  expect(format({ path: "test.seg", text })).toEqual({ text });
});
