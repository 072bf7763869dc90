/** What README.md and docs/ show is what happens: commands with their output, and JavaScript that runs. */
import { spawnSync } from "node:child_process";
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { describe, expect, test } from "vitest";

const root = fileURLToPath(new URL("../../", import.meta.url));
const pages = ["README.md", ...readdirSync(`${root}docs`).filter((file) => file.endsWith(".md")).map((file) => `docs/${file}`)];

/** Fenced blocks of one language. */
const blocks = (page: string, language: string): string[] =>
  [...readFileSync(root + page, "utf8").matchAll(/^```(\S+)[^\n]*\n([\s\S]*?)^```$/gm)].filter(([, name]) => name === language).map(([, , text]) => text!);

const shown = pages.flatMap((page) => blocks(page, "text").filter((text) => text.startsWith("$ segc ")).map((text) => ({ page, text })));

test("the README shows commands", () => expect(shown.length).toBeGreaterThan(0));

describe.each(shown)("$page", ({ text }) => {
  const [command, ...output] = text.trimEnd().split("\n");
  test(command!, () => {
    const run = spawnSync(process.execPath, ["dist/segc.js", ...command!.slice("$ segc ".length).split(" ")], { cwd: root, encoding: "utf8", env: { ...process.env, NO_COLOR: "1" } });
    // A page may show the beginning of a long answer, up to a line with an ellipsis.
    const cut = output.indexOf("...");
    const wanted = (cut < 0 ? output : output.slice(0, cut)).join("\n").trimEnd();
    const given = run.stdout.trimEnd();
    expect(cut < 0 ? given : given.slice(0, wanted.length)).toBe(wanted);
  });
});

describe("docs/api.md", () => {
  for (const [index, code] of blocks("docs/api.md", "js").entries())
    test(`example ${index + 1} runs`, () => {
      const run = spawnSync(process.execPath, ["--input-type=module", "-e", code.replaceAll('"segc"', JSON.stringify(`${root}dist/index.js`))], { cwd: root, encoding: "utf8" });
      expect(run.stderr).toBe("");
      expect(run.status).toBe(0);
      expect(Number(run.stdout)).toBeGreaterThan(0);
    });
});
