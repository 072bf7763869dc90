/** `segc check` as pipelines use it: forms, files, limits, configuration, repairs, watching. */
import { spawn } from "node:child_process";
import { mkdirSync, mkdtempSync, readFileSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { built, run, segc } from "../cli/segc.js";
import { parseConfig } from "../../src/cli/config.js";
import { sarifFaults } from "./sarif-faults.js";
import { faultsBy } from "./schema.js";

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
const here = (...words: string[]) => run(["check", ...words], { cwd: folder });
const net = (...lines: string[]): string => `model M() {\n  input image: [N, 3, H, W]\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
const board = net("head y = image -> upconv(2, 3, stride: 2)");
const unread = net("let a = 1", "let b = a", "head y = image -> conv(2, 1)");
const biased = net("a = image -> conv(8, 3) -> batchnorm -> relu", "head y = a -> conv(2, 1)");

beforeAll(async () => {
  await built();
  folder = mkdtempSync(join(tmpdir(), "segc-report-"));
  for (const name of ["one", "two/deep", "fix", "watch"]) mkdirSync(at(name), { recursive: true });
  writeFileSync(at("package.json"), "{}");
  writeFileSync(at("one/board.seg"), board);
  writeFileSync(at("two/board.seg"), board);
  writeFileSync(at("two/deep/board.seg"), board);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("forms", () => {
  test("SARIF to a file: stdout stays empty", () => {
    const { status, stdout, stderr } = here("one", "--format", "sarif", "--output-file", "out/segc.sarif");
    expect([status, stdout, stderr]).toEqual([0, "", "1 file, 0 errors, 1 warning\n"]);
    const data = JSON.parse(readFileSync(at("out/segc.sarif"), "utf8"));
    expect(sarifFaults(data)).toEqual([]);
    expect(data.runs[0].results[0].locations[0].physicalLocation.artifactLocation.uri).toBe("one/board.seg");
  });
  test.each(["pretty", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson"])("%s names the file", (format) => {
    expect(here("one", "--format", format).stdout).toContain("one/board.seg");
  });
  test("JSON has a fingerprint, that of GitLab", () => {
    const [json, gitlab] = ["json", "gitlab"].map((format) => JSON.parse(here("one", "--format", format).stdout));
    expect(json.problems[0].fingerprint).toBe(gitlab[0].fingerprint);
  });
});

describe("what counts", () => {
  test("--max-warnings and --exit-zero", () => {
    expect(here("one", "--max-warnings", "0").status).toBe(1);
    expect(here("one", "--max-warnings", "1").status).toBe(0);
    expect(here("one", "--max-warnings", "0", "--exit-zero").status).toBe(0);
  });
  test("--select and --ignore, codes and stages", () => {
    expect(here("one", "--select", "lint/off-grid").stdout).toBe("");
    expect(here("one", "--select", "lint").stdout).toContain("lint/checkerboard");
    expect(here("one", "--ignore", "lint/off-grid,lint/checkerboard").stdout).toBe("");
    const wrong = here("one", "--ignore", "lint/checkerbord");
    expect([wrong.status, wrong.stderr]).toEqual([2, expect.stringContaining("did you mean `lint/checkerboard`?")]);
  });
  test("errors stay", () => {
    const { status, stdout } = run(["check", "-", "--ignore", "name", "--select", "lint"], { cwd: folder, input: net("head y = image -> cnov(2, 1)") });
    expect([status, stdout]).toEqual([1, expect.stringContaining("error name/")]);
  });
  test("for a device and a budget", () => {
    const text = net("head y = image -> conv(64, 3) -> lrn -> conv(2, 1)");
    const ask = (...words: string[]): string => run(["check", "-", "--format", "concise", ...words], { cwd: folder, input: text }).stdout;
    expect(ask()).toBe("");
    expect(ask("--target", "webgpu")).toContain("lint/leaves-gpu");
    expect(ask("--memory", "1MiB", "--size", "256")).toContain("H = 256");
    expect(ask("--object", "64")).toContain("lint/small-field");
  });
});

describe("segc.config.json", () => {
  const withConfig = (config: unknown, ...words: string[]) => {
    writeFileSync(at("segc.config.json"), typeof config === "string" ? config : JSON.stringify(config));
    try {
      return here(...words);
    } finally {
      rmSync(at("segc.config.json"));
    }
  };
  test("severity by stage, code and folder; the nearest outdoes the others", () => {
    const { stdout, status } = withConfig({
      severity: { lint: "off", "lint/checkerboard": "error" },
      folders: { "./two/": { severity: { "lint/checkerboard": "info" } }, "two/deep": { severity: { lint: "off", "lint/checkerboard": "off" } } },
    }, "one", "two", "--format", "concise");
    expect(stdout.split("\n").map((line) => line.split(": ").slice(0, 2).join(" "))).toEqual(["one/board.seg:3:18 error lint/checkerboard", "two/board.seg:3:18 info lint/checkerboard", ""]);
    expect(status).toBe(1);
  });
  test("max-warnings, and what the networks are for", () => {
    expect(withConfig({ "max-warnings": 0 }, "one").status).toBe(1);
    expect(withConfig({ folders: { one: { object: 500 } } }, "one", "two", "--select", "lint/small-field", "--format", "concise").stdout).toMatch(/^one\/board\.seg:3:18: warning lint\/small-field: .*\n$/);
  });
  test.each([
    ["{", "this is no JSON"], ["[]", "is an object"], [{ severty: {} }, "did you mean `severity`?"], [{ severity: { "lint/checkerbord": "off" } }, "did you mean `lint/checkerboard`?"],
    [{ severity: { lint: "loud" } }, "one of off, info, warning, error"], [{ target: "cpu" }, "webgpu, cuda"], [{ memory: 3 }, "512 MiB"], [{ folders: { "../x": {} } }, "lies outside"], [{ "max-warnings": -1 }, "whole number"],
  ])("%j: status 2 and what is wrong", (config, told) => {
    const { status, stderr } = withConfig(config, "one");
    expect([status, stderr]).toEqual([2, expect.stringContaining(told)]);
  });
});

describe("--fix", () => {
  const file = (text: string, name = "net.seg"): string => {
    writeFileSync(at("fix", name), text);
    return at("fix", name);
  };
  test("repairs, keeps the layout, and has nothing to do the second time", () => {
    const path = file(unread);
    const first = here("fix/net.seg", "--fix");
    expect([first.status, first.stdout]).toEqual([0, ""]);
    expect(first.stderr).toContain("2 repairs");
    expect(readFileSync(path, "utf8")).toBe(net("head y = image -> conv(2, 1)"));
    expect(here("fix/net.seg", "--fix").stderr).toBe("1 file, 0 errors, 0 warnings, 0 repairs\n");
  });
  test("what changes a network waits for --unsafe", () => {
    const path = file(biased);
    expect(here("fix/net.seg", "--fix").stdout).toContain("lint/bias-before-norm");
    expect(readFileSync(path, "utf8")).toBe(biased);
    here("fix/net.seg", "--fix", "--unsafe");
    expect(readFileSync(path, "utf8")).toBe(biased.replace("conv(8, 3)", "conv(8, 3, bias: false)"));
  });
  test("behind a link the target, with its permissions", () => {
    const path = file(unread, "real.seg");
    symlinkSync(path, at("fix/link.seg"));
    here("fix/link.seg", "--fix");
    expect(readFileSync(path, "utf8")).not.toContain("let");
    expect(statSync(path).isFile()).toBe(true);
  });
  test("not what is turned off, nor on stdin, nor --unsafe alone", () => {
    const path = file(unread);
    here("fix/net.seg", "--fix", "--ignore", "lint/unused-let");
    expect(readFileSync(path, "utf8")).toBe(unread);
    expect(run(["check", "-", "--fix"], { cwd: folder, input: unread }).status).toBe(2);
    expect(here("fix/net.seg", "--unsafe").status).toBe(2);
  });
});

test("--watch checks again when a file changes", async () => {
  writeFileSync(at("watch/net.seg"), net("head y = image -> conv(2, 1)"));
  const child = spawn(process.execPath, [segc, "check", "watch", "--watch", "--format", "concise"], { cwd: folder, stdio: ["ignore", "pipe", "pipe"] });
  let said = "";
  child.stdout.on("data", (data: Buffer) => (said += data));
  child.stderr.on("data", (data: Buffer) => (said += data));
  const until = async (text: string): Promise<void> => {
    for (const start = Date.now(); !said.includes(text);) {
      if (Date.now() - start > 30_000) throw new Error(`waited for ${text}, got ${said}`);
      await new Promise((resolve) => setTimeout(resolve, 50));
    }
  };
  try {
    await until("0 warnings");
    writeFileSync(at("watch/net.seg"), board);
    await until("lint/checkerboard");
  } finally {
    child.kill();
  }
});

describe("the schema of the configuration", () => {
  const faults = faultsBy(JSON.parse(readFileSync("schemas/segc.config.schema.json", "utf8")));
  const accepts = (settings: unknown): boolean => {
    try {
      parseConfig(JSON.stringify(settings), "segc.config.json");
      return true;
    } catch {
      return false;
    }
  };
  test.each(
    [...readFileSync("docs/ci.md", "utf8").matchAll(/```json\n(\{[\s\S]*?\n\})\n```/g)].map(([, text]) => [JSON.parse(text!) as object]),
  )("takes what docs/ci.md shows: %j", (settings) => {
    expect(faults(settings)).toEqual([]);
    expect(accepts(settings)).toBe(true);
  });
  test.each<[unknown]>([
    [{}], [{ severity: { lint: "off", "shape/pool-drops-pixels": "info" } }], [{ memory: "1.5 GiB", target: "cuda", object: 7 }], [{ "max-warnings": 3, folders: { a: { object: 1 } } }],
    [{ severity: { lint: "fatal" } }], [{ severity: { Lint: "off" } }], [{ target: "tpu" }], [{ memory: 512 }], [{ memory: "lots" }], [{ object: 0 }], [{ object: 1.5 }], [{ "max-warnings": -1 }],
    [{ colour: true }], [{ folders: { a: { "max-warnings": 1 } } }], [{ folders: [] }], [[]],
  ])("agrees with what segc reads: %j", (settings) => expect(faults(settings).length === 0, faults(settings).join()).toBe(accepts(settings)));
});

test("the schema of the configuration knows the settings that segc reads, and no others", () => {
  const schema = JSON.parse(readFileSync("schemas/segc.config.schema.json", "utf8"));
  expect(Object.keys(schema.properties).sort()).toEqual(["$schema", "folders", "max-warnings", "memory", "object", "severity", "target"]);
  expect(Object.keys(schema.properties.folders.additionalProperties.properties).sort()).toEqual(["memory", "object", "severity", "target"]);
  expect(schema.$defs.level.enum).toEqual(["off", "info", "warning", "error"]);
});
