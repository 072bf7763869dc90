import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { built, run } from "../cli/segc.js";
import { parseXml } from "./xml.js";

let folder: string;
const at = (...parts: string[]): string => join(folder, ...parts);
const graph = (...words: string[]) => run(["graph", ...words], { cwd: folder });
const small = "model Small(classes: int = 2) {\n  input image: [N, 3, H, W]\n\n  head y = image -> conv(classes, 1)\n}\n";

beforeAll(async () => {
  await built();
  folder = mkdtempSync(join(tmpdir(), "segc-graph-"));
  writeFileSync(at("small.seg"), small);
  writeFileSync(at("broken.seg"), small.replace("conv(", "cnov("));
  writeFileSync(at("two.seg"), `${small}\n${small.replace("Small", "Other")}`);
  writeFileSync(at("blocks.seg"), "block b(x: tensor) {\n  return x -> relu\n}\n");
  mkdirSync(at("folder"));
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

describe("segc graph", () => {
  test("an SVG on stdout, nothing else", () => {
    const { status, stdout, stderr } = graph("small.seg");
    expect({ status, stderr }).toEqual({ status: 0, stderr: "" });
    expect(parseXml(stdout).name).toBe("svg");
  });
  test("--out writes the same bytes, whole, and its extension chooses the format", () => {
    expect(graph("small.seg", "--out", "deep/small.svg")).toEqual({ status: 0, stdout: "deep/small.svg\n", stderr: "" });
    expect(readFileSync(at("deep/small.svg"), "utf8")).toBe(graph("small.seg").stdout);
    expect(readdirSync(at("deep"))).toEqual(["small.svg"]);
    expect(graph("small.seg", "-o", "small.gv").status).toBe(0);
    expect(readFileSync(at("small.gv"), "utf8")).toMatch(/^digraph "Small" \{/);
  });
  test("a failure leaves the old file as it is", () => {
    writeFileSync(at("old.svg"), "old");
    expect(graph("broken.seg", "--out", "old.svg").status).toBe(1);
    expect(readFileSync(at("old.svg"), "utf8")).toBe("old");
    const { status, stderr } = graph("small.seg", "--out", "folder");
    expect(status).toBe(2);
    expect(stderr).toContain("it is a folder");
  });
  test("--format, --set, --size and --detail", () => {
    expect(graph("small.seg", "--format", "mermaid").stdout).toMatch(/^flowchart LR\n/);
    expect(graph("small.seg", "--set", "classes=7", "--size", "64x96").stdout).toMatch(/7 \u00b7 64\u00d796/);
    expect(graph("small.seg", "--detail").status).toBe(0);
  });
  test("as JSON: boxes and links", () => {
    const { status, stdout } = graph("small.seg", "--json");
    const result = JSON.parse(stdout);
    expect(status).toBe(0);
    expect(result).toMatchObject({ schema: 1, model: "Small", format: "svg", file: null, links: [{ from: 0, to: 1, kind: "plain" }] });
    expect(result.boxes[1]).toMatchObject({ name: "y", role: "head", stride: 1, channels: "2", layers: ["y"], outputs: ["y"] });
    expect(result.text).toMatch(/^<svg /);
  });
  test("--json has the fields of docs/json.md, and no others", () => {
    const section = /^## `graph`$([\s\S]*?)^## /m.exec(readFileSync("docs/json.md", "utf8"))![1]!;
    const documented = [...section.matchAll(/^\| ((?:`\w+`(?:, )?)+) \|/gm)].flatMap(([, names]) => [...names!.matchAll(/`(\w+)`/g)].map(([, name]) => name!));
    const result = JSON.parse(graph("small.seg", "--json").stdout);
    expect(Object.keys(result).sort()).toEqual([...documented, "schema"].sort());
    const parts = (field: string): string[] => new RegExp(`\\| \`${field}\` \\| \`\\{([^}]*)\\}\``).exec(section)![1]!.split(", ").sort();
    expect(Object.keys(result.boxes[0]).sort()).toEqual(parts("boxes"));
    expect(Object.keys(result.links[0]).sort()).toEqual(parts("links"));
  });
  test("findings are 1, wrong usage is 2, and neither prints a picture", () => {
    for (const [words, status, says] of [
      [["broken.seg"], 1, "did you mean `conv`"],
      [["two.seg"], 2, "--model Small"],
      [["blocks.seg"], 2, "no model to draw"],
      [["none.seg"], 2, "none.seg"],
      [["small.seg", "--format", "png"], 2, "png"],
      [[], 2, "needs SPEC"],
    ] as const) {
      const ended = graph(...words);
      expect({ words, status: ended.status, stdout: ended.stdout }).toEqual({ words, status, stdout: "" });
      expect(ended.stderr).toContain(says);
    }
    expect(existsSync(at("none.svg"))).toBe(false);
  });
});
