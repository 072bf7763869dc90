import { existsSync, mkdirSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { built, root, run } from "./segc.js";

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
const small = "model Small(classes: int = 2) {\n  input image: [N, 3, H, W]\n\n  head y = image -> conv(classes, 1)\n}\n";
const lossy = "model Lossy() {\n  input image: [N, 3, H, W]\n  a = image -> maxpool(2)\n  head y = a -> conv(2, 1)\n}\n";
const broken = "model Broken() {\n  input image: [N, 3, H, W]\n  head y = image -> cnov(2, 1)\n}\n";

beforeAll(async () => {
  await built();
  folder = mkdtempSync(join(tmpdir(), "segc-cli-"));
  mkdirSync(at("specs/parts"), { recursive: true });
  writeFileSync(at("package.json"), "{}");
  writeFileSync(at("specs/small.seg"), small);
  writeFileSync(at("specs/parts/blocks.seg"), "block twice(x: tensor, channels: int) {\n  return x -> conv(channels, 1) -> conv(channels, 1)\n}\n");
  writeFileSync(at("specs/uses.seg"), `use "./parts/blocks" { twice }\n\n${small.replace("Small", "Uses").replace("conv(classes, 1)", "twice(classes)")}`);
  for (const hidden of ["node_modules", ".hidden"]) {
    mkdirSync(at("specs", hidden));
    writeFileSync(at("specs", hidden, "bad.seg"), broken);
  }
  mkdirSync(at("bad"));
  writeFileSync(at("bad/broken.seg"), broken);
  writeFileSync(at("bad/lossy.seg"), lossy);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const here = (words: readonly string[], options: Parameters<typeof run>[1] = {}) => run(words, { cwd: folder, ...options });

describe("a spec with errors, and --json", () => {
  beforeAll(() => {
    mkdirSync(at("torn"));
    writeFileSync(at("torn/torn.seg"), small.replace("model", "modle"));
    writeFileSync(at("torn/step.seg"), "model Step() {\n  input image: [N, 3, H, W]\n  head y = image -> space_to_depth(2) -> conv(2, 1)\n}\n");
  });
  test.each([
    ["check", "torn.seg"],
    ["compile", "torn.seg"],
    ["inspect", "torn.seg"],
    ["graph", "torn.seg"],
    ["fmt", "torn.seg"],
    ["weights", "torn.seg", "--init", "--out", "torn.safetensors"],
    ["predict", "torn.seg", join(root, "examples/street.png")],
    ["predict", "step.seg", join(root, "examples/street.png"), "--size", "7"],
    ["validate", "torn.seg"],
    ["validate", "step.seg", "--size", "7"],
    ["compare", "step.seg", "torn.seg"],
  ])("%s %s", (...words) => {
    const { status, stdout } = here([...words, "--json"], { cwd: at("torn") });
    expect(status).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ schema: 1, problems: expect.arrayContaining([expect.objectContaining({ severity: "error", place: expect.objectContaining({ file: words.find((word) => word === "torn.seg") ?? "step.seg" }) })]) });
  });
});

describe("check", () => {
  test("a folder: every spec below it, nothing on stdout where all is well", () => {
    expect(here(["check", "specs"])).toEqual({ status: 0, stdout: "", stderr: "3 files, 0 errors, 0 warnings\n" });
  });
  test("each file once, and --quiet says nothing", () => {
    expect(here(["check", "specs", "specs/small.seg", "-q"])).toEqual({ status: 0, stdout: "", stderr: "" });
  });
  test("problems are the result", () => {
    const { status, stdout, stderr } = here(["check", "bad"]);
    expect(status).toBe(1);
    expect(stdout).toContain("--> bad/broken.seg:3:21");
    expect(stdout).toContain("did you mean `conv`");
    expect(stderr).toMatch(/^2 files, 1 error, /);
  });
  test("paths are those of the current folder", () => {
    expect(here(["check", "broken.seg", "--format", "concise"], { cwd: at("bad") }).stdout).toMatch(/^broken\.seg:3:21: error name\//);
  });
  test("one line a problem", () => {
    expect(here(["check", "bad/broken.seg", "--format", "concise"]).stdout).toMatch(/^bad\/broken\.seg:3:21: error \S+: .+\n$/);
  });
  test("as JSON, with places", () => {
    const { status, stdout } = here(["check", "bad/broken.seg", "--json"]);
    const result = JSON.parse(stdout);
    expect(status).toBe(1);
    expect(result).toMatchObject({ schema: 1, files: ["bad/broken.seg"], errors: 1, warnings: 0, infos: 0 });
    expect(result.problems[0]).toMatchObject({ severity: "error", place: { file: "bad/broken.seg", line: 3, column: 21 } });
    expect(broken.slice(result.problems[0].place.start, result.problems[0].place.end)).toBe("cnov");
  });
  test("a size that loses pixels is a warning, and --max-warnings counts", () => {
    expect(here(["check", "bad/lossy.seg", "--size", "8"]).status).toBe(0);
    expect(here(["check", "bad/lossy.seg", "--size", "9x8"])).toMatchObject({ status: 0, stdout: expect.stringContaining("warning shape/pool-drops-pixels") });
    expect(here(["check", "bad/lossy.seg", "--size", "9x8", "--max-warnings", "0"]).status).toBe(1);
  });
  test("a size that does not fit names those that do", () => {
    const { status, stdout } = here(["check", "unet", "--size", "570"]);
    expect(status).toBe(1);
    expect(stdout).toContain("556 and 572");
  });
  test("text on stdin lies where --stdin-filename says", () => {
    expect(here(["check", "-", "--stdin-filename", "specs/new.seg"], { input: readFileSync(at("specs/uses.seg")) }).status).toBe(0);
    expect(here(["check", "-"], { input: broken }).stdout).toContain("--> stdin.seg:3:21");
  });
  test("a module of the standard library", () => {
    expect(here(["check", "std.blocks"]).status).toBe(0);
  });
  test("colour: on request, and never into a pipe by itself", () => {
    expect(here(["check", "bad/broken.seg"]).stdout).not.toContain("\u001b");
    expect(here(["check", "bad/broken.seg"], { env: { FORCE_COLOR: "1" } }).stdout).toContain("\u001b[1;31m");
    expect(here(["check", "bad/broken.seg"], { env: { NO_COLOR: "1" } }).stdout).not.toContain("\u001b");
  });
});

describe("compile", () => {
  test("writes below the current folder, or into the project's compiled/", () => {
    const first = here(["compile", "specs/small.seg"]);
    expect(first.status).toBe(0);
    expect(first.stdout).toMatch(/^compiled\/small\.onnx\n/);
    expect(first.stdout).toContain("output       y: [N, 2, H, W]");
    const again = here(["compile", "small.seg", "--json"], { cwd: at("specs") });
    expect(JSON.parse(again.stdout)).toMatchObject({ file: "../compiled/small.onnx", parameters: { total: 8, trainable: 8 }, outputs: [{ name: "y", role: "head", shape: ["N", 2, "H", "W"] }] });
    expect(existsSync(at("specs/compiled"))).toBe(false);
  });
  test("the same bytes wherever it runs, others for another seed", () => {
    const digest = (words: readonly string[], cwd: string): string => JSON.parse(here(["compile", ...words, "--json", "--out", at("same.onnx")], { cwd }).stdout).sha256;
    const one = digest(["specs/small.seg"], folder);
    expect(digest(["small.seg"], at("specs"))).toBe(one);
    expect(digest([at("specs/small.seg")], root)).toBe(one);
    expect(digest(["specs/small.seg", "--seed", "1"], folder)).not.toBe(one);
  });
  test("settings, sizes, external data, no weights", () => {
    const result = here(["compile", "specs/small.seg", "--set", "classes=5", "--size", "8x9", "--batch", "2", "--external-data", "--out", "out/deep/x.onnx", "--json"]);
    expect(JSON.parse(result.stdout)).toMatchObject({ outputs: [{ shape: [2, 5, 8, 9] }], external_data: { file: "out/deep/x.onnx.data" }, settings: { classes: "5" } });
    expect(existsSync(at("out/deep/x.onnx.data"))).toBe(true);
    expect(here(["compile", "specs/small.seg", "--weights", "none", "--out", "bare.onnx"]).stdout).toContain("not in the file");
  });
  test("errors: status 1, the problems on stderr, an older file untouched", () => {
    writeFileSync(at("old.onnx"), "old");
    const { status, stdout, stderr } = here(["compile", "bad/broken.seg", "--out", "old.onnx"]);
    expect([status, stdout]).toEqual([1, ""]);
    expect(stderr).toContain("--> bad/broken.seg:3:21");
    expect(readFileSync(at("old.onnx"), "utf8")).toBe("old");
    expect(JSON.parse(here(["compile", "bad/broken.seg", "--json"]).stdout)).toMatchObject({ schema: 1, problems: [{ severity: "error" }] });
  });
  test("a setting that the model does not have", () => {
    expect(here(["compile", "specs/small.seg", "--set", "clases=3"])).toMatchObject({ status: 1, stderr: expect.stringContaining("classes") });
  });
  test("every stage prints itself", () => {
    expect(here(["compile", "specs/small.seg", "--emit", "tokens"]).stdout).toMatch(/^1:1\s+\w+\s+model\n/);
    expect(here(["compile", "specs/small.seg", "--emit=ast"]).stdout).toContain("head y = (chain image");
    expect(here(["compile", "specs/small.seg", "--emit=network"]).stdout).toMatch(/^network Small \{/);
    expect(here(["compile", "specs/small.seg", "--emit=onnx"]).stdout).toContain("Conv");
  });
});

test("inspect: a summary, and its JSON", () => {
  expect(here(["inspect", "unet", "--size", "572"]).stdout).toMatch(/31,030,658[\s\S]*FLOPs = 2 x MACs[\s\S]*16k \+ 124, k >= 4[\s\S]*204/);
  const facts = JSON.parse(here(["inspect", "unet", "--size", "572", "--json"]).stdout);
  expect(facts).toMatchObject({ schema: 1, model: "UNet", outputs: [{ shape: ["N", 2, 388, 388] }], shift_period: 16 });
  const listed = here(["inspect", "specs/small.seg", "--layers", "--weights"]).stdout;
  expect(listed).toContain("y.weight");
  expect(here(["inspect", "std.blocks"])).toMatchObject({ status: 2, stdout: "" });
});

test("explain: a diagnostic with its report, an operator, the lists", () => {
  expect(here(["explain", "shape/concat-size-mismatch"]).stdout).toMatch(/error shape\/concat-size-mismatch: cannot join[\s\S]*\^\^\^/);
  expect(here(["explain", "conv"]).stdout).toMatch(/kernel\s+int or \[int, int\]\s+= 3\s+kernel size/);
  expect(JSON.parse(here(["explain", "operators", "--json"]).stdout).operators.length).toBeGreaterThan(5);
  expect(here(["explain", "diagnostics"]).stdout).toContain("syntax/");
});

test("fmt: rewrites, checks, filters", () => {
  const tidy = here(["fmt", "-"], { input: "model   X( ){\ninput image:[N,3,H,W]\nhead y=image->conv(2,1)\n}" });
  expect(tidy).toMatchObject({ status: 0, stderr: "" });
  expect(tidy.stdout).toMatch(/^model X\(?\)? ?\{\n {2}input image: \[N, 3, H, W\]\n {2}head y = image -> conv\(2, 1\)\n\}\n$/);
  writeFileSync(at("untidy.seg"), "model   X( ){\ninput image:[N,3,H,W]\nhead y=image->conv(2,1)\n}");
  expect(here(["fmt", "--check", "untidy.seg"])).toEqual({ status: 1, stdout: "untidy.seg\n", stderr: "1 file, 1 not formatted\n" });
  expect(here(["fmt", "untidy.seg"])).toMatchObject({ status: 0, stdout: "untidy.seg\n" });
  expect(readFileSync(at("untidy.seg"), "utf8")).toBe(tidy.stdout);
  expect(here(["fmt", "untidy.seg"])).toMatchObject({ status: 0, stdout: "" });
});

describe("help", () => {
  test("names every command, and each has examples", () => {
    const { status, stdout } = run(["help"]);
    expect(status).toBe(0);
    const { commands } = JSON.parse(run(["help", "--json"]).stdout) as { commands: { name: string; examples: unknown[]; options: { name: string; doc: string }[] }[] };
    for (const { name, examples, options } of commands) {
      expect(stdout).toContain(`  ${name} `);
      expect(examples.length).toBeGreaterThan(0);
      for (const option of options) expect(option.doc).not.toBe("");
    }
  });
  test("no words at all: help on stderr, status 2", () => {
    expect(run([])).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("Usage: segc") });
  });
  test("of a command, by either way", () => {
    expect(run(["compile", "--help"]).stdout).toBe(run(["help", "compile"]).stdout);
    expect(run(["compile", "-h", "a", "b"]).status).toBe(0);
  });
  test("the version is that of the package", () => {
    expect(run(["--version"]).stdout).toBe(`segc ${JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version}\n`);
  });
});
