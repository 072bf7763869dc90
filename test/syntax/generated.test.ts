import { existsSync, readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { grammarFiles } from "../../scripts/generate-grammar.js";

test.each(Object.entries(grammarFiles()))("%s is what the grammar gives", (path, text) => {
  expect(existsSync(path)).toBe(true);
  expect(readFileSync(path, "utf8")).toBe(text);
});

test("the railroad page needs no network", () => {
  const page = grammarFiles()["grammar/generated/railroad.html"]!;
  expect(page).not.toMatch(/https?:|<script|<link|@import|src=/);
  // Every box of a rule leads to a rule on the page.
  for (const [, target] of page.matchAll(/href="#(\w+)"/g)) expect(page).toContain(`id="${target}"`);
});

test("the highlighting has valid patterns", () => {
  const { patterns } = JSON.parse(grammarFiles()["grammar/generated/seg.tmLanguage.json"]!) as { patterns: { match?: string; begin?: string; end?: string }[] };
  for (const { match, begin, end } of patterns) for (const pattern of [match, begin, end]) if (pattern !== undefined) expect(() => new RegExp(pattern)).not.toThrow();
});
