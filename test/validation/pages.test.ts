/** Every check has its page, in `segc explain` and in docs/checks. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { validateCommand } from "../../src/cli/commands/validate.js";
import { near, pageOn } from "../../src/cli/pages.js";
import { diagnosticNamed } from "../../src/diagnostics/catalogue/index.js";
import { operatorNamed } from "../../src/operators/index.js";
import { checks } from "../../src/validation/checks/index.js";
import { proxyScores } from "../../src/validation/proxies/index.js";
import { checkFiles } from "../../scripts/generate-checks.js";

test("segc help validate names all in their order", () => {
  expect(validateCommand.doc.replaceAll("\n", " ")).toContain(`Checks, in this order: ${checks.map(({ name }) => name).join(", ")}.`);
});

describe.each(checks.map((check) => [check.name, check] as const))("%s", (name, check) => {
  test("says what it finds out, what it measures, where its threshold lies, and what to do", () => {
    expect(name).toMatch(/^[a-z_]+$/);
    expect(check.title).toMatch(/^[^.]{10,90}$/);
    expect(check.measures).toMatch(/^[A-Z][^]{80,}\.$/);
    expect(check.threshold).toMatch(/^(Failure|Warning|More than|None)\b[^]*\.$/);
    expect(check.remedy).toMatch(/^[A-Z][^]{30,}\.$/);
    // Numbers come from the code that judges by them.
    expect(check.threshold + check.measures).not.toMatch(/undefined|\$\{/);
  });

  test("segc explain", () => {
    const page = pageOn(name, false)!;
    for (const part of [check.title, check.measures, `Threshold: ${check.threshold}`, `What to do: ${check.remedy}`]) expect(page.text).toContain(part);
    expect(page.data).toEqual({ check: { name, title: check.title, measures: check.measures, threshold: check.threshold, remedy: check.remedy } });
    expect(pageOn(`check:${name}`, false)).toEqual(page);
  });

  test("names nothing that is not there", () => {
    for (const [, topic] of `${check.measures}${check.remedy}`.matchAll(/segc explain ([\w/-]+)/g)) expect(pageOn(topic!, false), topic).toBeDefined();
  });

  test("the page in docs/checks", () => {
    const page = readFileSync(`docs/checks/${name}.md`, "utf8");
    expect(page).toBe(checkFiles()[`docs/checks/${name}.md`]);
    for (const part of [check.title, check.measures, check.threshold, check.remedy]) expect(page).toContain(part);
  });
});

test("a check in its own file, listed, and no operator or diagnostic of its name", () => {
  const files = readdirSync("src/validation/checks").filter((file) => file !== "index.ts");
  expect(checks.length).toBeGreaterThanOrEqual(files.length);
  for (const { name } of checks) expect(operatorNamed.has(name) || diagnosticNamed.has(name), name).toBe(false);
});

test("the list, and what was meant", () => {
  const list = pageOn("checks", false)!;
  for (const { name, title } of checks) expect(list.text).toContain(`${name.padEnd(15)}  ${title}`);
  expect(list.data).toEqual({ checks: checks.map(({ name, title }) => ({ name, title })) });
  expect(near("recptive_field")).toContain("receptive_field");
  expect(near("check:shape")).toContain("check:shapes");
  expect(pageOn("check:conv", false)).toBeUndefined();
});

test("the page of the proxies has all of them, and the words that go with them", () => {
  const { text } = pageOn("proxies", false)!;
  for (const { page } of proxyScores) expect(text).toContain(page);
  expect(text).toMatch(/rank variants of one spec, weakly, and promise nothing/);
});
