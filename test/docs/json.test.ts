/** docs/json.md names the fields that are printed, all of them and no others. */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { built, run } from "../cli/segc.js";

const folder = mkdtempSync(join(tmpdir(), "segc-"));
const weights = join(folder, "net.safetensors");
const small = ["specs/unet_same.seg", "--set", "base=4", "--set", "depth=1"];

beforeAll(built);
afterAll(() => rmSync(folder, { recursive: true }));

/** The fields of each table below a heading. A cell may name several, in backquotes. */
function documented(heading: string): readonly (readonly string[])[] {
  const text = readFileSync("docs/json.md", "utf8");
  const section = text.split(/^## /m).find((one) => one.startsWith(`${heading}\n`))!;
  return section.split(/^\| field .*\n\|[-| ]+\n/m).slice(1).map((table) =>
    table.split("\n").filter((line, at, lines) => lines.slice(0, at + 1).every((each) => each.startsWith("|")) && line !== "")
      .flatMap((line) => [...line.split("|")[1]!.matchAll(/`(\w+)`/g)].map(([, name]) => name!)));
}

const printed = (words: readonly string[]): Record<string, unknown> => {
  const { stdout, stderr } = run([...words, "--json"]);
  if (stdout === "") throw new Error(stderr);
  return JSON.parse(stdout) as Record<string, unknown>;
};
const fields = (value: Record<string, unknown>): readonly string[] => Object.keys(value).filter((name) => name !== "schema").sort();

describe("the fields of", () => {
  test("check", () => expect(fields(printed(["check", "specs/unet.seg"]))).toEqual([...documented("`check`")[0]!].sort()));

  test("compile, its checkpoint, and weights", () => {
    const [checkpoint, initial] = documented("`weights`");
    expect(fields(printed(["weights", ...small, "--init", "--out", weights]))).toEqual([...initial!].sort());
    expect(fields(printed(["weights", weights]))).toEqual([...checkpoint!].sort());
    const compiled = printed(["compile", ...small, "--weights", weights, "--out", join(folder, "net.onnx")]);
    expect(fields(compiled)).toEqual([...documented("`compile`")[0]!].sort());
    const section = readFileSync("docs/json.md", "utf8").match(/^`checkpoint` has ([\s\S]*?)\. /m)![1]!;
    expect(Object.keys(compiled["checkpoint"] as object).sort()).toEqual([...section.matchAll(/`(\w+)`/g)].map(([, name]) => name).sort());
  });

  test("inspect", () =>
    expect(fields(printed(["inspect", ...small]))).toEqual([...documented("`inspect`")[0]!, ...documented("What `inspect` says of grids and tiles")[0]!].sort()));

  test("fmt", () => expect(fields(printed(["fmt", "--check", "specs/unet.seg"]))).toEqual([...documented("`fmt`")[0]!].sort()));
});
