import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { examplesIn, reportOf, run, weightsOf } from "./examples.js";

const pages = ["README.md", ...readdirSync("docs").filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`)];
const examples = pages.flatMap((page) => {
  let text = "";
  try {
    text = readFileSync(page, "utf8");
  } catch {
    // Not written yet.
  }
  return examplesIn(text).map((example) => ({ ...example, where: `${page}:${example.line}` }));
});

test("the language guide has examples", () => {
  expect(examples.filter((example) => example.where.startsWith("docs/language.md")).length).toBeGreaterThan(25);
});

describe.each(examples)("$where", (example) => {
  const checked = run(example);
  test(example.code === undefined ? "checks without problems" : `reports ${example.code}`, () => {
    if (example.code === undefined) return expect(reportOf(checked)).toBe("");
    expect([...new Set(checked.problems.map((problem) => `${problem.severity} ${problem.code}`))], reportOf(checked)).toEqual([`${example.severity} ${example.code}`]);
  });
  if (example.weights !== undefined) test("has these weights", () => expect(weightsOf(checked)).toBe(example.weights));
  if (example.report !== undefined) test("is reported as shown", () => expect(reportOf(checked)).toBe(example.report));
});
