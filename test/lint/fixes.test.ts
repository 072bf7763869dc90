/** `--fix`: safe fixes leave the network as it is, repairing converges, and no file gets worse. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check, compile } from "../../src/compile.js";
import { catalogue } from "../../src/diagnostics/catalogue/index.js";
import type { Problem } from "../../src/diagnostics/problem.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { format } from "../../src/format/format.js";
import { repair } from "../../src/report/fixes.js";
import { graphBytes } from "./graph-bytes.js";

const path = "net.seg";
const problemsOf = (text: string): readonly Problem[] => check({ path, text }).problems;
const errors = (problems: readonly Problem[]): number => problems.filter(({ severity }) => severity === "error").length;

function graph(text: string): Uint8Array | undefined {
  const { model } = compile({ path, text });
  return model && graphBytes(model);
}

const examples = catalogue.filter(({ options }) => options === undefined).map(({ code, bad }) => [code, bad] as const);

describe("safe fixes", () => {
  test.each(examples.filter(([code]) => code.startsWith("lint/")))("%s: the graph stays", (_, bad) => {
    const { text } = repair(bad, problemsOf, { path, unsafe: false });
    expect(graph(text)).toEqual(graph(bad));
  });
  test("each kind of safe fix is among them", () => {
    const safe = examples.filter(([code, bad]) => code.startsWith("lint/") && problemsOf(bad).some((problem) => problem.code === code && problem.fix?.safe)).map(([code]) => code);
    expect(safe.sort()).toEqual(["lint/deprecated-name", "lint/unused-ignore", "lint/unused-import", "lint/unused-let"]);
    for (const [code, bad] of examples) if (safe.includes(code)) expect(repair(bad, problemsOf, { path, unsafe: false }).done.length, code).toBeGreaterThan(0);
  });
  test.each(examples)("%s: nothing gets worse, and twice is as good as once", (_, bad) => {
    for (const unsafe of [false, true]) {
      const { text } = repair(bad, problemsOf, { path, unsafe });
      expect(errors(problemsOf(text)), text).toBeLessThanOrEqual(errors(problemsOf(bad)));
      expect(repair(text, problemsOf, { path, unsafe })).toEqual({ text, done: [] });
    }
  });
});

test("many findings of one file, in one go", () => {
  const bad = `use std.blocks { conv_bn_relu, double_conv as pair, conv_bn_relu as cbr }

model M() {
  input image: [N, 3, H, W]
  let a = 1
  let b = a + 1
  let c = b + 1
  // segc: ignore lint/checkerboard -- gone
  x = image -> cbr(8)
  head y = x -> conv(2, 1)
}
`;
  const { text, done } = repair(bad, problemsOf, { path, unsafe: false });
  expect(text).toBe("use std.blocks { conv_bn_relu as cbr }\n\nmodel M() {\n  input image: [N, 3, H, W]\n  x = image -> cbr(8)\n  head y = x -> conv(2, 1)\n}\n");
  expect(done).toHaveLength(6);
  expect(renderProblems(problemsOf(text))).toBe("");
  expect(graph(text)).toEqual(graph(bad));
});

test("a fix that breaks something is not taken", () => {
  const text = "model M() {\n  input image: [N, 3, H, W]\n  head y = image -> conv(2, 1)\n}\n";
  const wrong = (given: string): readonly Problem[] => [
    ...problemsOf(given),
    ...(given.includes("image:") ? [{ ...problemsOf(text.replace("conv", "cnov"))[0]!, severity: "warning" as const, fix: { title: "break", safe: true, edits: [{ place: { file: { path, text: given }, span: { start: 0, end: 20 } }, text: "" }] } }] : []),
  ];
  expect(repair(text, wrong, { path, unsafe: false })).toEqual({ text, done: [] });
});

describe("the zoo", () => {
  test.each(readdirSync("specs").filter((name) => name.endsWith(".seg")))("%s: nothing to repair, formatted with its comments", (name) => {
    const text = readFileSync(`specs/${name}`, "utf8");
    const check_ = (given: string): readonly Problem[] => check({ path: name, text: given }).problems;
    expect(renderProblems(check_(text))).toBe("");
    expect(format({ path: name, text })).toEqual({ text });
    expect(repair(text, check_, { path: name, unsafe: true }).done).toEqual([]);
  });
});
