/** What was measured of the zoo covers it, and what is not green is explained. */
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { type ZooResults, explanations, resultsPath } from "../../scripts/zoo-validation.js";

const results = JSON.parse(readFileSync(resultsPath, "utf8")) as ZooResults;

test("every network of specs/ is there, and no other", () => {
  expect(Object.keys(results).sort()).toEqual(readdirSync("specs").filter((name) => name.endsWith(".seg")).map((name) => name.slice(0, -4)).sort());
});

test("no failure, and each warning has its explanation", () => {
  for (const [name, { checks }] of Object.entries(results))
    for (const [check, { status }] of Object.entries(checks)) {
      expect(status, `${name}, ${check}`).not.toBe("failure");
      if (status === "warning") expect(explanations[name]?.[check], `${name}, ${check}`).toBeTruthy();
    }
});

test("no explanation of what is green", () => {
  for (const [name, own] of Object.entries(explanations)) for (const check of Object.keys(own)) expect(results[name]?.checks[check]?.status, `${name}, ${check}`).toBe("warning");
});
