/** Each form against its published grammar, over every example of the catalogue and over hostile names and texts. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check } from "../../src/compile.js";
import { catalogue, diagnosticNamed } from "../../src/diagnostics/catalogue/index.js";
import type { Problem } from "../../src/diagnostics/problem.js";
import { type Report, findings, reporters } from "../../src/report/index.js";
import { sarifFaults } from "./sarif-faults.js";
import { faultsBy } from "./schema.js";

const report = (problems: readonly Problem[], files: readonly string[] = ["net.seg"]): Report =>
  ({ version: "1.2.3", files, problems, entries: diagnosticNamed, isOwn: (path) => !path.startsWith("std/") });
const problemsIn = (text: string, path = "net.seg"): readonly Problem[] => check({ path, text }, { host: { read: () => undefined } }).problems;

const hostile = 'model M() {\n  input image: [N, 3, H, W]\n  /* 𐐀é */ head y = image -> cnov(2, "a%\\n,:<>&\'") -> conv(2, 1)\n}\n';
const library = "use std.blocks { conv_bn_relu }\nmodel M() {\n  input image: [N, 3, H, W]\n  g = image -> global_avgpool -> conv_bn_relu(3, 1)\n  head y = image * g -> conv(2, 1)\n}\n";
const zoo = readdirSync("specs").filter((name) => name.endsWith(".seg"));
/** A network without the comments that answer findings, at an odd size, for a device and a budget: all that is to be said of it. */
function problemsOfUse(name: string): readonly Problem[] {
  const text = readFileSync(`specs/${name}`, "utf8").replace(/\/\/ segc:.*/g, "");
  return check({ path: `specs/${name}`, text }, { size: { height: 333, width: 501 }, use: { target: "webgpu", memory: 2 ** 20, object: 2000 } }).problems;
}

const cases: readonly (readonly [string, Report])[] = [
  ["nothing", report([], ["a b/ü.seg"])],
  ["hostile", report(problemsIn(hostile, "odd dir/100% ,:<&>\"é.seg"), ["odd dir/100% ,:<&>\"é.seg"])],
  ["the library", report(problemsIn(library))],
  ...catalogue.map((entry) => [entry.code, report(problemsIn(entry.bad))] as const),
  ...zoo.map((name) => [name, report(problemsOfUse(name), [`specs/${name}`])] as const),
];

const object = (required: Readonly<Record<string, unknown>>, optional: Readonly<Record<string, unknown>> = {}) =>
  ({ type: "object", properties: { ...required, ...optional }, required: Object.keys(required), additionalProperties: false });
const text = { type: "string", minLength: 1 };
const count = { type: "integer", minimum: 1 };

/** GitLab's table of the properties of a Code Quality report; the path is relative, without `./`. */
const gitlabFaults = faultsBy({
  type: "array",
  items: object({
    description: text, check_name: text, fingerprint: { type: "string", pattern: "^[0-9a-f]{32}$" }, severity: { enum: ["info", "minor", "major", "critical", "blocker"] },
    location: object({ path: { type: "string", pattern: "^(?!\\./|/)." }, lines: object({ begin: count }, { end: count }) }),
  }),
});

/** Reviewdog's DiagnosticResult (rdf.proto), as far as segc writes it. */
const range = object({ start: object({ line: count, column: count }), end: object({ line: count, column: count }) });
const rdjsonFaults = faultsBy(object({
  source: object({ name: text }, { url: text }),
  diagnostics: {
    type: "array",
    items: object({ message: text, location: object({ path: text, range }), severity: { enum: ["ERROR", "WARNING", "INFO"] }, code: object({ value: text }, { url: text }) }, {
      suggestions: { type: "array", items: object({ range, text: { type: "string" } }) },
    }),
  },
}));

test("SARIF's schema and the rules beyond it find what is wrong", () => {
  const log = () => JSON.parse(reporters.sarif(report(problemsIn(hostile))));
  expect(log().runs[0].results.length).toBeGreaterThan(0);
  const spoilt = (spoil: (given: ReturnType<typeof log>) => void): readonly string[] => {
    const data = log();
    spoil(data);
    return sarifFaults(data);
  };
  expect(spoilt(() => undefined)).toEqual([]);
  const spoils: readonly ((given: ReturnType<typeof log>) => void)[] = [
    (data) => delete data.version,
    (data) => (data.runs[0].results[0].level = "fatal"),
    (data) => (data.runs[0].results[0].severity = "error"),
    (data) => (data.runs[0].results[0].message = "text"),
    (data) => (data.runs[0].results[0].locations[0].physicalLocation.region.startLine = 0),
    (data) => (data.runs[0].results[0].locations[0].physicalLocation.region.endLine = 1),
    (data) => (data.runs[0].artifacts[0].location.uri = "a b:c%"),
    (data) => (data.runs[0].results[0].ruleIndex = 7),
  ];
  for (const spoil of spoils) expect(spoilt(spoil), String(spoil)).not.toEqual([]);
});

describe.each(cases)("%s", (_, given) => {
  const found = findings(given);

  test("SARIF", () => {
    const data = JSON.parse(reporters.sarif(given));
    expect(sarifFaults(data)).toEqual([]);
    expect(data.runs[0].results).toHaveLength(given.problems.length);
  });

  test("GitHub: a command a line, nothing unescaped", () => {
    const lines = reporters.github(given).split("\n");
    expect(lines.pop()).toBe("");
    expect(lines).toHaveLength(given.problems.length);
    for (const [at, line] of lines.entries()) {
      const match = /^::(error|warning|notice) ((?:(?:file|line|endLine|col|endColumn|title)=[^,:\r\n]+,?)+)::([^\r\n]+)$/.exec(line);
      expect(match, line).not.toBeNull();
      const properties = Object.fromEntries(match![2]!.split(",").map((one) => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)]));
      expect(unescaped(properties["file"]!)).toBe(found[at]!.place.file.path);
      expect(unescaped(match![3]!)).toContain(given.problems[at]!.message);
      if (properties["endColumn"] !== undefined) expect(Number(properties["endColumn"])).toBeGreaterThanOrEqual(Number(properties["col"]));
    }
  });

  test("GitLab: the properties that the report must have", () => {
    const data = JSON.parse(reporters.gitlab(given)) as readonly { readonly fingerprint: string; readonly location: { readonly lines: { readonly begin: number; readonly end: number } } }[];
    expect(gitlabFaults(data)).toEqual([]);
    expect(data).toHaveLength(given.problems.length);
    for (const { location: { lines } } of data) expect(lines.end).toBeGreaterThanOrEqual(lines.begin);
    expect(new Set(data.map((one) => one.fingerprint)).size).toBe(data.length);
  });

  test("JUnit: well-formed, and the counts are right", () => {
    const xml = reporters.junit(given);
    const tags = wellFormed(xml);
    const count = (name: string): number => tags.filter((one) => one.name === name).length;
    const suites = tags.find((one) => one.name === "testsuites")!.attributes;
    expect(Number(suites["tests"])).toBe(count("testcase"));
    expect(Number(suites["failures"])).toBe(count("failure"));
    expect(count("failure")).toBe(given.problems.filter(({ severity }) => severity !== "info").length);
    expect(tags.filter((one) => one.name === "failure").map((one) => one.attributes["message"]).sort()).toEqual(
      given.problems.filter(({ severity }) => severity !== "info").map(({ message }) => message.replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f]/g, "\ufffd")).sort(),
    );
  });

  test("rdjson: the fields of the protocol", () => {
    const data = JSON.parse(reporters.rdjson(given));
    expect(rdjsonFaults(data)).toEqual([]);
    expect(data.diagnostics).toHaveLength(given.problems.length);
    for (const one of data.diagnostics) {
      const { start, end } = one.location.range;
      expect(end.line > start.line || (end.line === start.line && end.column >= start.column)).toBe(true);
    }
  });
});

test("rdjson counts columns in bytes", () => {
  const [one] = JSON.parse(reporters.rdjson(report(problemsIn(hostile)))).diagnostics;
  const line = hostile.split("\n")[2]!;
  expect(one.location.range.start.column).toBe(Buffer.byteLength(line.slice(0, line.indexOf("cnov"))) + 1);
});

test("what the library finds belongs to the line that called it, and the library is no file of the project", () => {
  const [result] = JSON.parse(reporters.sarif(report(problemsIn(library)))).runs[0].results;
  expect(result.ruleId).toBe("lint/norm-on-one-pixel");
  expect(result.locations[0].physicalLocation.artifactLocation.uri).toBe("net.seg");
  expect(result.locations[0].physicalLocation.region.startLine).toBe(4);
  expect(JSON.stringify(result)).not.toContain("std/");
});

describe("fingerprints", () => {
  const text = "model M() {\n  input image: [N, 3, H, W]\n  a = image -> upconv(2, 3, stride: 2)\n  b = image -> upconv(2, 3, stride: 2)\n  head y = a + b -> conv(2, 1)\n}\n";
  const names = (given: string): readonly string[] => findings(report(problemsIn(given))).map(({ fingerprint }) => fingerprint);
  test("stay when lines come and go above", () => expect(names(`// one\n\n// two\n${text}`)).toEqual(names(text)));
  test("tell two equal lines apart", () => {
    const same = "model M() {\n  input image: [N, 3, H, W]\n  if 1 > 0 {\n    head y = image -> upconv(2, 3, stride: 2) -> upconv(2, 3, stride: 2)\n  }\n}\n";
    expect(new Set(names(same)).size).toBe(2);
  });
  test("change with the line", () => expect(names(text.replace("a = image", "c = image").replace("y = a", "y = c"))[0]).not.toBe(names(text)[0]));
});

const unescaped = (text: string): string => text.replace(/%(25|0A|0D|3A|2C)/g, (_, code: string) => String.fromCharCode(parseInt(code, 16)));

interface Tag {
  readonly name: string;
  readonly attributes: Readonly<Record<string, string>>;
}

/** Reads XML without namespaces or a document type; throws where it is not well-formed. */
function wellFormed(xml: string): readonly Tag[] {
  const tags: Tag[] = [];
  const open: string[] = [];
  const entity = (text: string): string => {
    if (/[<]|&(?!(?:amp|lt|gt|quot|#\d+);)/.test(text) || /[\u0000-\u0008\u000b\u000c\u000e-\u001f]/.test(text)) throw new Error(`not well-formed: ${text}`);
    return text.replace(/&(amp|lt|gt|quot|#(\d+));/g, (_, name: string, code?: string) => (code ? String.fromCodePoint(Number(code)) : { amp: "&", lt: "<", gt: ">", quot: '"' }[name]!));
  };
  let rest = xml.replace(/^<\?xml version="1\.0" encoding="UTF-8"\?>\n/, "");
  if (rest === xml) throw new Error("no declaration");
  while (rest !== "") {
    const match = /^<(\/?)([\w-]+)((?:\s+[\w-]+="[^"<]*")*)(\/?)>|^[^<]+/.exec(rest);
    if (match === null) throw new Error(`not well-formed: ${rest.slice(0, 60)}`);
    rest = rest.slice(match[0].length);
    const [, closes, name, attributes, empty] = match;
    if (name === undefined) {
      if (open.length === 0 && match[0].trim() !== "") throw new Error("text outside");
      entity(match[0]);
    } else if (closes) {
      if (open.pop() !== name) throw new Error(`</${name}> closes nothing`);
    } else {
      tags.push({ name, attributes: Object.fromEntries([...attributes!.matchAll(/([\w-]+)="([^"]*)"/g)].map(([, key, value]) => [key!, entity(value!)])) });
      if (!empty) open.push(name);
    }
  }
  if (open.length > 0) throw new Error(`<${open.at(-1)}> is not closed`);
  return tags;
}
