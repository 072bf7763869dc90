/** The package as users get it: packed, installed into an empty project, without the repository. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built, root } from "../cli/segc.js";

let folder: string;
let app: string;
const npm = (words: readonly string[], cwd: string): string => execFileSync("npm", [...words, "--no-audit", "--no-fund", "--loglevel", "error"], { cwd, encoding: "utf8" });

beforeAll(async () => {
  await built();
  folder = mkdtempSync(join(tmpdir(), "segc-pack-"));
  app = join(folder, "app");
  mkdirSync(app);
  writeFileSync(join(app, "package.json"), JSON.stringify({ name: "app", version: "1.0.0", private: true, type: "module" }));
  npm(["pack", "--ignore-scripts", "--pack-destination", folder], root);
  const tarball = readdirSync(folder).find((name) => name.endsWith(".tgz"))!;
  npm(["install", "--ignore-scripts", "--omit=optional", "--offline", join(folder, tarball)], app);
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const node = (words: readonly string[]) => spawnSync(process.execPath, words, { cwd: app, encoding: "utf8" });
const segc = (words: readonly string[]) => spawnSync(join(app, "node_modules/.bin/segc"), words, { cwd: app, encoding: "utf8" });

test("nothing but segc is installed, and what it needs is inside", () => {
  expect(readdirSync(join(app, "node_modules")).filter((name) => !name.startsWith("."))).toEqual(["segc"]);
  const inside = readdirSync(join(app, "node_modules/segc"));
  expect(inside).toEqual(expect.arrayContaining(["LICENSE", "dist", "package.json", "specs"]));
  expect(inside).not.toContain("src");
});

test("as a library", () => {
  writeFileSync(join(app, "use.mjs"), `import { check, compile, inspect } from "segc";
    const source = { path: "net.seg", text: "model Net() {\\n  input image: [N, 3, H, W]\\n  head y = image -> conv(2, 1)\\n}\\n" };
    const { problems, models } = check(source);
    console.log(JSON.stringify([problems.length, inspect(models[0]).parameters.total, compile(source).model.onnx.nodes.length]));`);
  const { stdout, stderr } = node(["use.mjs"]);
  expect([stdout, stderr]).toEqual(["[0,8,1]\n", ""]);
});

test("the library loads nothing of Node, so that it runs in browsers and workers", () => {
  const seen = new Set<string>();
  const visit = (file: string): void => {
    if (seen.has(file)) return;
    seen.add(file);
    for (const [, from] of readFileSync(file, "utf8").matchAll(/(?:^|[;}\n])(?:import|export)(?:[^"';]*?from)?"([^"]+)"/g)) {
      expect(from, file).toMatch(/^\./);
      visit(join(dirname(file), from!));
    }
  };
  visit(join(app, "node_modules/segc/dist/index.js"));
});

test("its types resolve under strict NodeNext", () => {
  writeFileSync(join(app, "use.ts"), `import { type CheckedModel, type Problem, check } from "segc";
    const models: readonly CheckedModel[] = check({ path: "net.seg", text: "" }, { size: { height: 8 } }).models;
    const problem: Problem | undefined = check({ path: "net.seg", text: "" }).problems[0];
    export const codes: string[] = [problem?.code ?? "", ...models.map(({ network }) => network.name)];\n`);
  writeFileSync(join(app, "tsconfig.json"), JSON.stringify({ compilerOptions: { module: "NodeNext", target: "ES2022", lib: ["ES2023"], strict: true, noEmit: true, types: [] }, files: ["use.ts"] }));
  const { status, stdout } = node([join(root, "node_modules/typescript/bin/tsc"), "-p", "."]);
  expect([status, stdout]).toEqual([0, ""]);
});

test("on the command line: a network that comes with it, without the repository", () => {
  const { status, stdout, stderr } = segc(["compile", "unet", "--set", "base=4"]);
  expect([status, stderr]).toEqual([0, ""]);
  expect(stdout).toMatch(/^compiled\/unet\.onnx\n/);
  expect(existsSync(join(app, "compiled/unet.onnx"))).toBe(true);
  expect(segc(["check", "unet"]).status).toBe(0);
});

test("predict says how to get the runtime, and works once it is there", () => {
  const words = ["predict", "unet", join(root, "examples/street.png"), "--set", "base=4", "--size", "188", "--out", "labels.png"];
  const without = segc(words);
  expect(without).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("npm install onnxruntime-node") });
  for (const name of ["onnxruntime-node", "onnxruntime-common"]) symlinkSync(join(root, "node_modules", name), join(app, "node_modules", name));
  expect(segc(words)).toMatchObject({ status: 0, stdout: expect.stringContaining("equal") });
});
