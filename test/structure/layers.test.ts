/** The house of DESIGN.md, section 3: no stage imports a later one, and what is pure stays pure. */
import { readFileSync, readdirSync } from "node:fs";
import { dirname, join, normalize } from "node:path";
import { describe, expect, test } from "vitest";
import { version } from "../../src/version.js";

/** Stages in order; those on one line are at one height and may not import each other. */
const order: readonly (readonly string[])[] = [
  ["version"], ["source"], ["diagnostics"], ["tensor"], ["grammar"], ["syntax"], ["format"], ["operators"], ["bind"], ["network"], ["passes"], ["analyses"], ["diagram"], ["lint"], ["onnx"], ["report"],
  ["library"], ["compile"], ["model-memory"], ["checker"], ["example-problems"], ["index"], ["weights"], ["runtime"], ["vision"], ["validation"], ["cli"],
];
const height = new Map(order.flatMap((stages, at) => stages.map((stage) => [stage, at] as const)));
const hosts = new Set(["weights", "runtime", "vision", "validation", "cli"]);
const mostLines = 400;

function files(folder: string, ending = /\.ts$/): string[] {
  return readdirSync(folder, { withFileTypes: true }).flatMap((one) => {
    const path = join(folder, one.name);
    return one.isDirectory() ? files(path, ending) : ending.test(path) && !path.endsWith(".d.ts") ? [path] : [];
  });
}

/** `src/onnx/encode.ts` -> onnx, `src/compile.ts` -> compile, `grammar/tokens.ts` -> grammar */
const stageOf = (path: string): string => (path.startsWith("grammar") ? "grammar" : path.split("/")[1]!.replace(/\.[jt]s$/, ""));

const sources = [...files("src"), ...files("grammar")].map((path) => {
  const text = readFileSync(path, "utf8");
  const imports = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\s[^;]*?from\s*"([^"]+)"|\bimport\(\s*"([^"]+)"\s*\)|(?:^|\n)import\s+"([^"]+)"/g)].map((match) => match[1] ?? match[2] ?? match[3]!);
  return { path, text, stage: stageOf(path), imports };
});

const inside = (path: string, target: string): string => normalize(join(dirname(path), target)).replace(/\.js$/, ".ts");

test("every folder of src has its place in the order", () => {
  expect([...new Set(sources.map(({ stage }) => stage))].filter((stage) => !height.has(stage))).toEqual([]);
});

describe("no stage imports a later one", () => {
  for (const stages of order)
    for (const stage of stages)
      test(stage, () => {
        const own = sources.filter((source) => source.stage === stage);
        const wrong = own.flatMap(({ path, imports }) =>
          imports
            .filter((target) => target.startsWith("."))
            .map((target) => inside(path, target))
            // Not a stage, but a list that every stage reports from.
            .filter((target) => !target.startsWith("src/diagnostics/catalogue/"))
            .filter((target) => stageOf(target) !== stage && height.get(stageOf(target))! >= height.get(stage)!)
            .map((target) => `${path} imports ${target}`),
        );
        expect(wrong).toEqual([]);
      });

  test("what an import names exists", () => {
    const all = new Set(sources.map(({ path }) => path));
    const missing = sources.flatMap(({ path, imports }) => imports.filter((target) => target.startsWith(".") && !target.endsWith(".json")).map((target) => inside(path, target)).filter((target) => !all.has(target)).map((target) => `${path} imports ${target}`));
    expect(missing.filter((line) => !line.includes(".d.ts"))).toEqual([]);
  });

  test("no two files import each other in a circle of values", () => {
    // Types may: they are gone when the program runs. Elaboration is one recursion over expressions and calls.
    const allowed = "src/network/elaborate/";
    const values = new Map(sources.map(({ path, text }) => {
      const targets = [...text.matchAll(/(?:^|\n)\s*(?:import|export)\s+(?!type\b)([^;]*?)from\s*"(\.[^"]+)"/g)]
        .filter((match) => !/^\{\s*(type\s+\w+(\s+as\s+\w+)?\s*,?\s*)+\}\s*$/.test(match[1]!))
        .map((match) => inside(path, match[2]!));
      return [path, targets] as const;
    }));
    const circles: string[] = [];
    const done = new Set<string>();
    const visit = (path: string, way: readonly string[]): void => {
      const at = way.indexOf(path);
      if (at >= 0) {
        const circle = way.slice(at);
        if (!circle.every((one) => one.startsWith(allowed))) circles.push([...circle, path].join(" -> "));
        return;
      }
      if (done.has(path)) return;
      for (const target of values.get(path) ?? []) visit(target, [...way, path]);
      done.add(path);
    };
    for (const path of values.keys()) visit(path, []);
    expect(circles).toEqual([]);
  });
});

describe("the core is pure", () => {
  const core = sources.filter(({ stage }) => !hosts.has(stage));

  test("it imports nothing of a host", () => {
    const wrong = core.flatMap(({ path, imports }) =>
      imports.filter((target) => !target.startsWith(".") && target !== "chevrotain" && target !== "virtual:standard-library" && !/^(onnx-proto|protobufjs|@noble\/hashes)\b/.test(target)).map((target) => `${path} imports ${target}`),
    );
    expect(wrong).toEqual([]);
  });

  test("it reads no clock, no chance, no environment, and prints nothing", () => {
    const forbidden = /\b(process|console|globalThis|setTimeout|performance|fetch|Buffer)\s*[.(]|\bDate\b|Math\.random|\blocaleCompare\b/;
    const strip = (text: string): string => text.replace(/\/\*[^]*?\*\//g, "").replace(/\/\/[^\n]*/g, "");
    expect(core.filter(({ text }) => forbidden.test(strip(text))).map(({ path }) => `${path}: ${forbidden.exec(strip(sources.find((one) => one.path === path)!.text))![0]}`)).toEqual([]);
  });

  test("operators and bind know no network", () => {
    const wrong = sources.filter(({ stage }) => stage === "operators" || stage === "bind").flatMap(({ path, imports }) => imports.filter((target) => target.includes("/network/")).map((target) => `${path} imports ${target}`));
    expect(wrong).toEqual([]);
  });

  test("no stage asks for an operator by its name", () => {
    const names = new Set(files("src/operators/entries").map((path) => path.split("/").at(-1)!.replace(".ts", "")));
    const asks = core.filter(({ stage }) => stage !== "operators" && stage !== "grammar" && stage !== "diagnostics").flatMap(({ path, text }) =>
      [...text.matchAll(/\boperator\s*[!=]==?\s*"(\w+)"/g)].filter((match) => names.has(match[1]!)).map((match) => `${path}: ${match[0]}`));
    expect(asks).toEqual([]);
  });
});

test("the version is the package's", () => {
  const manifest = JSON.parse(readFileSync("package.json", "utf8")) as { version: string };
  expect(version).toBe(manifest.version);
});

test("files are small", () => {
  const written = ["src", "test", "scripts", "bench"].flatMap((folder) => files(folder, /\.m?[jt]s$/));
  const long = written.map((path) => ({ path, lines: readFileSync(path, "utf8").split("\n").length - 1 })).filter(({ lines }) => lines > mostLines);
  expect(long).toEqual([]);
});

/** Folders whose files are found by a list; the helpers in them are no entries of it. */
const listed: readonly (readonly [folder: string, list: string, ...helpers: string[]])[] = [
  ["src/operators/entries", "src/operators/index.ts"],
  ["src/lint/rules", "src/lint/rules/index.ts"],
  ["src/passes", "src/passes/index.ts", "reachable", "rewire"],
  ["src/report", "src/report/index.ts", "digest", "fixes"],
  ["src/validation/checks", "src/validation/checks/index.ts"],
  ["src/validation/proxies", "src/validation/proxies/index.ts", "linear-flow", "rectified", "without-residuals"],
  ["src/validation/report/figures", "src/validation/report/figures/index.ts", "bars"],
  ["src/cli/commands", "src/cli/commands/index.ts"],
];

test.each(listed)("every file of %s is in %s", (folder, list, ...helpers) => {
  const text = readFileSync(list, "utf8");
  const names = files(folder).filter((path) => path !== list).map((path) => path.slice(folder.length + 1, -".ts".length));
  expect(names.filter((name) => !helpers.includes(name) && !text.includes(`/${name}.js"`))).toEqual([]);
  expect(helpers.filter((name) => !names.includes(name))).toEqual([]);
});
