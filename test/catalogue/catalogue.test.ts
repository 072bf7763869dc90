/**
 * Every diagnostic is its own test: `bad` reports exactly its code, `good` reports nothing. The syntax stage alone is tested
 * in test/syntax/catalogue.test.ts; here the whole compiler runs.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { pageOn } from "../../src/cli/pages.js";
import * as bind from "../../src/diagnostics/catalogue/bind.js";
import * as evaluate from "../../src/diagnostics/catalogue/evaluate.js";
import { catalogue } from "../../src/diagnostics/catalogue/index.js";
import * as lint from "../../src/diagnostics/catalogue/lint.js";
import * as shape from "../../src/diagnostics/catalogue/shape.js";
import * as syntax from "../../src/diagnostics/catalogue/syntax.js";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import type { Problem } from "../../src/diagnostics/problem.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { exampleProblems } from "../../src/example-problems.js";

const known = new Map<string, readonly Problem[]>();

function problemsOf(entry: Diagnostic, which: "bad" | "good"): readonly Problem[] {
  const key = `${entry.code} ${which}`;
  const before = known.get(key) ?? exampleProblems(entry, which);
  known.set(key, before);
  return before;
}

const stages = { bind, evaluate, lint, shape, syntax };
const codes = (problems: readonly Problem[]): string => [...new Set(problems.map((problem) => problem.code))].join(", ");

describe.each(catalogue.map((entry) => [entry.code, entry] as const))("%s", (code, entry) => {
  test("`bad` reports exactly this", () => {
    const problems = problemsOf(entry, "bad");
    expect(codes(problems), renderProblems(problems)).toBe(code);
    expect(problems.every((problem) => problem.severity === entry.severity)).toBe(true);
  });

  test("`good` reports nothing", () => {
    const problems = problemsOf(entry, "good");
    expect(codes(problems), renderProblems(problems)).toBe("");
  });

  test("is written as the others are", () => {
    expect(code).toMatch(/^[a-z]+\/[a-z0-9]+(-[a-z0-9]+)*$/);
    const holes = [...entry.message.matchAll(/\{(\w*)\}/g)].map((match) => match[1]!);
    for (const hole of holes) expect(hole).toMatch(/^[a-z]\w*$/);
    expect(entry.message.replace(/\{\w+\}/g, "")).not.toMatch(/[{}]/);
    expect(entry.message.trim()).toBe(entry.message);
    expect(entry.message).not.toMatch(/\.$/);
    expect(entry.why).toMatch(/[.:`]$/);
    if (entry.options?.model === undefined && entry.options?.set === undefined) expect(entry.bad).not.toBe(entry.good);
  });

  test("reads well", () => {
    const rendered = renderProblems(problemsOf(entry, "bad").slice(0, 2));
    expect(rendered).not.toMatch(/\{\w+\}|undefined|NaN|\[object/);
    expect(rendered.length > 3000 ? `${rendered.slice(0, 3000)} ...` : rendered).toMatchSnapshot();
  });

  test("`segc explain` shows its own report", () => {
    const report = renderProblems(problemsOf(entry, "bad"));
    expect(report).toContain(code);
    expect(pageOn(code, false)!.data["diagnostic"]).toMatchObject({ report });
    expect(pageOn(code, false)!.text).toContain(report.split("\n")[0]);
  });

  test("a fix that it offers repairs `bad`", () => {
    if (entry === syntax.fileTooLarge) return;
    const fix = problemsOf(entry, "bad").find((problem) => problem.fix !== undefined)?.fix;
    if (fix === undefined) return;
    let text = entry.bad;
    for (const { place, text: by } of [...fix.edits].sort((a, b) => b.place.span.start - a.place.span.start)) text = text.slice(0, place.span.start) + by + text.slice(place.span.end);
    const problems = exampleProblems({ ...entry, bad: text }, "bad");
    expect(codes(problems), renderProblems(problems)).toBe("");
  });
});

test("codes are unique", () => {
  const all = catalogue.map((entry) => entry.code);
  expect(all.filter((code, at) => all.indexOf(code) !== at)).toEqual([]);
});

test("every entry is reported somewhere", () => {
  const files = (folder: string): string[] =>
    readdirSync(folder, { withFileTypes: true }).flatMap((one) => (one.isDirectory() ? files(join(folder, one.name)) : one.name.endsWith(".ts") ? [join(folder, one.name)] : []));
  const source = files("src").filter((path) => !path.includes(join("diagnostics", "catalogue"))).map((path) => readFileSync(path, "utf8")).join("\n");
  const unused = Object.entries(stages).flatMap(([stage, entries]) => Object.keys(entries).filter((name) => !new RegExp(`\\b${name}\\b`).test(source)).map((name) => `${stage}.${name}`));
  expect(unused).toEqual([]);
});
