/**
 * Broken and hostile files through the whole of `check`: it never throws, comes back soon, and every problem has a place
 * inside its file and can be shown. SEGC_RUNS: number of mutations; SEGC_SEED: the first.
 */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { inspect } from "../../src/analyses/inspect.js";
import { type CompileOptions, check } from "../../src/compile.js";
import { catalogue, diagnosticNamed } from "../../src/diagnostics/catalogue/index.js";
import type { Problem } from "../../src/diagnostics/problem.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { standardLibrary } from "../../src/library.js";
import { generate } from "../property/generator.js";
import { type Random, random } from "../property/random.js";

const runs = Number(process.env["SEGC_RUNS"] ?? (process.env["SEGC_LONG"] ? 8_000 : 2_000));
const first = Number(process.env["SEGC_SEED"] ?? 1);
const longest = 3_000;

const specs = readdirSync("specs").filter((name) => name.endsWith(".seg")).map((name) => readFileSync(join("specs", name), "utf8"));
const texts: readonly string[] = [
  ...specs,
  ...Object.values(standardLibrary),
  ...catalogue.flatMap((entry) => [entry.bad, entry.good]),
  ...Array.from({ length: 30 }, (_, i) => generate(i + 1).text),
];

/** Checks the text as a host would; gives what is wrong with the answer, or undefined. */
function complaint(text: string, options: CompileOptions = {}, path = "main.seg", limit = longest): string | undefined {
  // Time on the processor: other tests share the machine.
  const start = process.cpuUsage();
  let problems: readonly Problem[];
  try {
    const found = check({ path, text }, options);
    problems = found.problems;
    if (!problems.some((problem) => problem.severity === "error")) for (const model of found.models) inspect(model);
    const shown = renderProblems(problems);
    if (shown.length > 1_000 * Math.max(300, problems.length)) return `prints ${shown.length} characters`;
  } catch (error) {
    return error instanceof Error ? (error.stack ?? error.message) : String(error);
  }
  const { user, system } = process.cpuUsage(start);
  const took = (user + system) / 1000;
  if (took > limit) return `takes ${Math.round(took)} ms`;
  for (const problem of problems) {
    if (!diagnosticNamed.has(problem.code)) return `${problem.code} is not in the catalogue`;
    if (/\{[a-z]+\}|\bundefined\b|\[object/.test(problem.message.replace(/`[^`]*`|"[^"]*"/g, ""))) return `${problem.code} says: ${problem.message}`;
    const places = [problem.place, ...problem.labels.map((label) => label.place), ...problem.trace.map((frame) => frame.place), ...(problem.fix?.edits ?? []).map((edit) => edit.place)];
    for (const { file, span } of places)
      if (!(Number.isInteger(span.start) && 0 <= span.start && span.start <= span.end && span.end <= file.text.length)) return `${problem.code} lies at ${span.start}-${span.end} of ${file.text.length}`;
  }
  return undefined;
}

const words = /[A-Za-z_]\w*|\d[\d_.]*|->|\.\.|[<>=!]=|\s+|[^]/g;
const numbers = ["0", "-1", "1", "2", "3", "7", "64", "65536", "65537", "1_000_000_007", "2^40", "2^60", "9_007_199_254_740_991", "1e308", "1e-300", "0.1", "-0.5", "1/0"];
const scraps = [..."(){}[],:=.-+*/%^<>\"'#;@|&!\\\0\t\r", "->", "..", "==", "model", "block", "for", "in", "if", "else", "then", "let", "use", "as", "_", "head", "input", "expect", "where", "with", "return", "not", "\ud800", "\ufeff", "🙂", "é", "\u2028", "\u202e", "/*", "*/", "//", "\r\n"];

function mutated(seed: number): string {
  const r = random(seed);
  let text = r.pick(texts);
  for (let edits = r.int(1, 3); edits > 0; edits--) text = mutate(text, r);
  return text;
}

function mutate(text: string, r: Random): string {
  const kind = r.int(0, 9);
  if (kind === 0) return text.slice(0, r.int(0, text.length));
  const tokens = text.match(words) ?? [];
  if (tokens.length === 0) return r.pick(scraps);
  const solid = tokens.flatMap((token, at) => (/\S/.test(token) ? [at] : []));
  if (solid.length === 0) return text + r.pick(scraps);
  const at = r.pick(solid);
  switch (kind) {
    case 1: tokens.splice(at, 1); break;
    case 2: tokens.splice(at, 0, tokens[at]!, " "); break;
    case 3: {
      const other = r.pick(solid);
      [tokens[at], tokens[other]] = [tokens[other]!, tokens[at]!];
      break;
    }
    case 4: {
      const brackets = solid.filter((i) => /[()[\]{}]/.test(tokens[i]!));
      if (brackets.length > 0) tokens[r.pick(brackets)] = r.chance(0.5) ? "" : r.pick([..."()[]{}"]);
      break;
    }
    case 5: {
      const found = solid.filter((i) => /^\d/.test(tokens[i]!));
      if (found.length > 0) tokens[r.pick(found)] = r.pick(numbers);
      break;
    }
    case 6: tokens.splice(at, 0, r.pick(scraps)); break;
    case 7: {
      // Another name that the file has.
      const names = solid.filter((i) => /^[A-Za-z_]/.test(tokens[i]!));
      if (names.length > 1) tokens[r.pick(names)] = tokens[r.pick(names)]!;
      break;
    }
    case 8: {
      const place = r.int(0, text.length - 1);
      return text.slice(0, place) + String.fromCharCode(text.charCodeAt(place) ^ (1 << r.int(0, 7))) + text.slice(place + 1);
    }
    default: {
      // A whole line twice, or not at all.
      const lines = text.split("\n");
      const line = r.int(0, lines.length - 1);
      lines.splice(line, r.int(0, 1), ...(r.chance(0.5) ? [r.pick(lines)] : []));
      return lines.join("\n");
    }
  }
  return tokens.join("");
}

describe("mutations", () => {
  const batch = 100;
  test.each(Array.from({ length: Math.ceil(runs / batch) }, (_, i) => first + i * batch))("from seed %i on", (from) => {
    const failures: string[] = [];
    for (let seed = from; seed < Math.min(from + batch, first + runs); seed++) {
      const text = mutated(seed);
      const found = complaint(text);
      if (found !== undefined) failures.push(`seed ${seed}: ${found.slice(0, 1500)}\n${text.slice(0, 3000)}`);
    }
    expect(failures.join("\n----\n")).toBe("");
  });

  test.each([...specs, ...Object.values(standardLibrary)])("truncations of file %#", (text) => {
    const failures: string[] = [];
    const step = Math.max(1, Math.ceil(text.length / (process.env["SEGC_LONG"] ? 200 : 25)));
    for (let end = 0; end < text.length; end += step) {
      const found = complaint(text.slice(0, end));
      if (found !== undefined) failures.push(`${found}\n${text.slice(0, end)}`);
    }
    expect(failures.join("\n----\n")).toBe("");
  });
});

const many = 100_000;
const model = (...lines: readonly string[]): string => `model M(n: int = 3) {\n  input image: [N, 3, H, W]\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
const tail = "head y = image -> conv(2, 1)";
const primes = [2, 3, 5, 7, 11, 13, 17, 19, 23, 29, 31, 37];

const hostile: Record<string, string> = {
  "an empty file": "",
  "only comments": "// nothing\n/* at all */\n/// even documented\n",
  "a byte order mark": `\ufeff${model(tail)}`,
  "carriage returns": model("a = image -> convv(3)", tail).replaceAll("\n", "\r\n"),
  "only carriage returns": model("a = image -> convv(3)", tail).replaceAll("\n", "\r"),
  "null bytes": model("a\0 = image -> conv(\0)", tail),
  "lone surrogates": model("a = image -> conv(\ud800, \"\udc00\")", tail),
  "right to left": model("a\u202e = image -> conv(3, 1) // \u202e", tail),
  "parentheses": model(`let a = ${"(".repeat(many)}1${")".repeat(many)}`, tail),
  "open parentheses": model(`let a = ${"(".repeat(many)}`, tail),
  "nested calls": model(`a = ${"relu(".repeat(many)}image${")".repeat(many)}`, tail),
  "nested lists": model(`let a = ${"[".repeat(many)}${"]".repeat(many)}`, tail),
  "a line of a million characters": model(`let a = ${"1 + ".repeat(250_000)}1`, tail),
  "a name of a million characters": model(`let ${"a".repeat(1_000_000)} = 1`, `b = image -> ${"c".repeat(1_000_000)}`, tail),
  "a string of a million characters": model(`let a = "${"b".repeat(1_000_000)}"`, tail),
  "a long chain": model(`a = image${" -> relu".repeat(20_000)}`, tail),
  "a chain of unknown steps": model(`a = image${" -> rellu".repeat(3_000)}`, tail),
  "deep else if": model(`if n == 0 { a = image } ${Array.from({ length: 10_000 }, (_, i) => `else if n == ${i + 10} { a = image }`).join(" ")}`, tail),
  "deep conditional": model(`let a = if n == 0 then 1 ${"else if n == 0 then 1 ".repeat(10_000)} else 2`, tail),
  "nested ifs": model(`${"if true { ".repeat(150)} a = image ${"}".repeat(150)}`, tail),
  "nested fors": model(`${Array.from({ length: 150 }, (_, i) => `for i${i} in 0..1 { `).join("")} let a = 1 ${"}".repeat(150)}`, tail),
  "a range of a billion": model("for i in 0..1_000_000_000 { a[i] = image }", tail),
  "ranges of a million each": model("for i in 1..1_000_000, j in 1..1_000_000 { let a = i * j }", tail),
  "a list of a million, doubled": model("let a = cycle([1], 1_000_000)", ...Array.from({ length: 40 }, (_, i) => `let ${"b".repeat(i + 1)} = ${i === 0 ? "a + a" : `${"b".repeat(i)} + ${"b".repeat(i)}`}`), tail),
  "a list of lists, doubled": model("let a0 = [1]", ...Array.from({ length: 60 }, (_, i) => `let a${i + 1} = [a${i}, a${i}]`), "let b = a60 == a60", "let c = a60 * 2", "let d = a59 * 3", tail),
  "comprehensions in comprehensions": model("let a = [[[[i * j * k * l for i in 1..100] for j in 1..100] for k in 1..100] for l in 1..100]", tail),
  "a family with huge indices": model("a[9_007_199_254_740_991] = image", "a[4294967296][4294967295] = image", "a[2^52] = a[9_007_199_254_740_991] -> relu", tail),
  "a negative index": model("a[-1] = image", "b = a[0-5]", tail),
  "2^60": model("head y = image -> conv(2^60, 1)"),
  "2^2^2^2^2^2": model("let a = 2^2^2^2^2^2", "let b = -2^0.5", "let c = (0-8)^(1/3)", "let d = 0^(0-1)", tail),
  "divisions by zero": model("let a = 1 / 0", "let b = 1 % 0", "let c = 0.0 / 0.0", "let d = H / 0", "let e = H % 0", "let f = H % (0-3)", tail),
  "a kernel of a billion": model("head y = image -> conv(2, 1_000_000_000)"),
  "a padded kernel of a billion": model("head y = image -> conv(2, 1_000_000_001, padding: same)"),
  "a pooling kernel of a billion": model("head y = image -> maxpool(1_000_000_000, padding: 5, ceil: true)"),
  "a pooling dilation of a billion": model("head y = image -> maxpool(3, padding: 2, dilation: 1_000_000_000)"),
  "a stride of a billion": model("head y = image -> maxpool(2, stride: 1_000_000_000)"),
  "a billion channels": model("a = image -> conv(1_000_000_000, 1) -> conv(1_000_000_000, 1)", "head y = a"),
  "a billion groups": model("head y = image -> conv(1_000_000_000, 1) -> conv(1_000_000_000, 3, groups: 1_000_000_000) -> groupnorm(1_000_000_000)"),
  "a billion pieces": model("a = image -> split(1_000_000_000)", tail),
  "an adaptive pooling of a billion": model("head y = image -> adaptive_avgpool(1_000_000_000)"),
  "a billion axes": model("a = image -> reshape(cycle([1], 1_000_000))", tail),
  "strides of primes": model(`a0 = image`, ...primes.map((p, i) => `a${i + 1} = a${i} -> maxpool(${p})`), `head y = concat(image, a${primes.length} -> resize(like: image))`),
  "strides of primes up and down": model(`a0 = image`, ...primes.map((p, i) => `a${i + 1} = a${i} -> maxpool(${p}, ceil: true) -> upconv(3, ${p + 1}, stride: ${p})`), `head y = a${primes.length} + image`),
  "branches of primes": model(...primes.map((p, i) => `a${i} = image -> maxpool(${p}) -> upconv(3, ${p}, stride: ${p})`), `head y = concat(${primes.map((_, i) => `a${i}`).join(", ")})`),
  "large primes": model("a = image -> maxpool(65521) -> upconv(3, 65521, stride: 65521)", "b = image -> maxpool(65519) -> upconv(3, 65519, stride: 65519)", "head y = a + b"),
  "a wide concat": model(`head y = concat(${Array.from({ length: 5_000 }, () => "image").join(", ")})`),
  "a wide concat of steps": model(`for i in 1..3000 { a[i] = image -> conv(1, 1) }`, "head y = concat(a)"),
  "a concat that doubles": model("a[0] = image", "for i in 1..60 { a[i] = concat(a[i-1], a[i-1]) }", "head y = a[60]"),
  "products of sizes": model("a = image -> reshape([N * H * W * N * H * W])", "b = image -> flatten -> flatten(0)", "head y = matmul(b -> reshape([1, -1]), b -> reshape([-1, 1]))"),
  "powers of sizes": model(...Array.from({ length: 12 }, (_, i) => `let a${i + 1} = ${i === 0 ? "(H + W + N + 1)" : `a${i} * a${i}`}`), "head y = image -> resize(size: [a12, W])"),
  "a block handed to itself": `block f(x: tensor, g: block) { return x -> g(g) }\n${model("head y = image -> f(f)")}`,
  "a block handed to itself, bound": `block f(x: tensor, g: block) { return x -> g(g: g(g: f)) }\n${model("head y = image -> f(f(g: f))")}`,
  "a block that doubles": `block f(x: tensor, g: block) { return x -> g(g) -> g(g) }\n${model("head y = image -> f(f)")}`,
  "blocks that double": `block b0(x: tensor) { return x -> relu -> relu }\n${Array.from({ length: 40 }, (_, i) => `block b${i + 1}(x: tensor) { return x -> b${i} -> b${i} }\n`).join("")}${model("head y = image -> b40")}`,
  "blocks that double and do nothing": `block b0(x: tensor) { return x }\n${Array.from({ length: 40 }, (_, i) => `block b${i + 1}(x: tensor) { return x -> b${i} -> b${i} }\n`).join("")}${model("head y = image -> b40")}`,
  "a block that needs itself by default": `block f(x: tensor, g: block = f) { return x -> g }\n${model("head y = image -> f")}`,
  "a family inside itself": model("a[0] = image", "for i in 1..3 { a[i] = a }", "b[0] = [a, image]", "b[1] = [[b[0]], b]", "head y = concat(a)"),
  "lists of lists that double": model("x[0] = image", "for i in 1..60 { x[i] = [x[i-1], x[i-1]] }", "head y = concat(x[60])"),
  "a billion rounds of nothing": model("for i in 1..1000, j in 1..1000, k in 1..1000 { }", tail),
  "a billion rounds that are wrong": model("for i in 1..1000, j in 1..1000, k in 1..1000 { a = i -> conv(3 / 0, j) }", tail),
  "a million ranges that are wrong": model("for i in 1..1000, j in 1..1000, k in not1..1000 { let a = i }", tail),
  "a period that is too long, in a function": model("a = image -> resize(size: [floor(H/65537), ceil(W/65539)])", tail),
  "a factor whose square is too large": model("head y = image -> conv(12, 3) -> pixel_shuffle(2^40)"),
  "lets in a circle": `let a = b\nlet b = a\n${model("head y = image -> conv(a, 1)")}`,
  "lets that double": `let a0 = [1]\n${Array.from({ length: 60 }, (_, i) => `let a${i + 1} = a${i} + a${i}\n`).join("")}${model("head y = image -> conv(len(a60), 1)")}`,
  "labels": model("a = image -> conv(3, 1) as _ -> conv(3, 1) as [0][\"a.b/c \\\\ \u{1f642}\"]", "b = a -> conv(3, 1) as [\"\"] -> conv(3, 1) as [\"\"]", tail),
  "names of the prototype": model("constructor = image -> relu", "__proto__ = constructor -> relu", "toString = __proto__ -> hasOwnProperty", "let valueOf = constructor.constructor", "head y = toString -> conv(2, 1)"),
  "parameters of the prototype": `block f(x: tensor, constructor: int = 3, __proto__: int = 4) { return x -> conv(constructor, 1) }\n${model("head y = image -> f(toString: 3, __proto__: 5)")}`,
  "functions of the prototype": model("let a = constructor(3)", "let b = toString(1, 2)", "let c = hasOwnProperty(\"a\")", "expect constructor == 3", "expect toString(y) == 3", tail),
  "settings of the prototype": `model M {\n  input image: [N, 3, H, W] with constructor: 3, __proto__: 4\n  ${tail}\n}\n`,
  "many problems": model(...Array.from({ length: 500 }, (_, i) => `a${i} = b${i} -> c${i}(${i})`), tail),
  "many symbols": `model M {\n  input image: [${Array.from({ length: 2_000 }, (_, i) => `S${i}`).join(", ")}]\n  ${tail}\n}\n`,
  "many inputs": `model M {\n${Array.from({ length: 2_000 }, (_, i) => `  input i${i}: [N, 1, H${i}, W${i}]\n`).join("")}  head y = concat(${Array.from({ length: 2_000 }, (_, i) => `i${i}`).join(", ")})\n}\n`,
  "a hard where": "model M {\n  input image: [N, 3, H, W] where H = 65521*k + 3, H = 65519*k + 5, W % 1_000_000_007 == 3, H >= 1e300, W <= 9_007_199_254_740_991, H = 0*k, H = -3*k + 9\n  head y = image -> conv(2, 1)\n}\n",
  "an enormous input": "model M {\n  input image: [9_007_199_254_740_991, 9_007_199_254_740_991, 9_007_199_254_740_991, H]\n  head y = image -> conv(2, 3) -> flatten\n}\n",
  "two models of one name": `${model(tail)}${model(tail)}`,
};

describe("hostile files", () => {
  test.each(Object.entries(hostile))("%s", (_, text) => {
    // Twice the limit: two runs share the machine.
    expect(complaint(text, {}, "main.seg", 2 * longest)).toBeUndefined();
  });

  test("modules in a circle, and outside of the project", () => {
    const files: Record<string, string> = {
      "a.seg": 'use "./b.seg" { x }\nblock x(t: tensor) { return t }\n',
      "b.seg": 'use "./c.seg" { x }\nuse "./a.seg" { x as z }\n',
      "c.seg": 'use "./a.seg" { x }\nuse "./c.seg" { y }\n',
    };
    const read: string[] = [];
    const host = { read: (path: string) => (read.push(path), Object.hasOwn(files, path) ? files[path] : undefined), list: () => Object.keys(files) };
    const uses = [
      "./a.seg", "./main.seg", "../secret.seg", "../../../../etc/passwd", "/etc/passwd", "a/../../b.seg", "..\\..\\secret.seg", "C:/secret.seg", "c:secret", "file:///etc/passwd",
      "./a.seg\0.png", "", ".", "..", "./", "a//b", "././././a.seg", "%2e%2e/secret.seg", "~/secret.seg", "//host/share.seg", "a.seg/..", "\ud800", "x".repeat(100_000), `${"a/".repeat(20_000)}b`, "__proto__", "constructor",
    ];
    for (const path of uses) {
      const written = path.replaceAll("\\", "\\\\");
      expect(complaint(`use "${written}" { x }\n${model(tail)}`, { host }), path).toBeUndefined();
    }
    for (const path of ["std.__proto__", "std.constructor", "std.blocks.x", "other.blocks", "std"]) expect(complaint(`use ${path} { x }\n${model(tail)}`, { host }), path).toBeUndefined();
    for (const path of read) {
      expect(path.split("/"), path).not.toContain("..");
      expect(path.startsWith("/"), path).toBe(false);
      expect(path, path).not.toMatch(/^[A-Za-z]:|\\|\0/);
    }
  });

  test.each([
    ["classes=", "classes=1+", "=3", "classes=image", "classes=[[[[", "__proto__=3", "constructor=3", "n=2^60", "n=1e300", "n=(".repeat(3), "n=image", "n=conv", "n=H", "n=\"", "n=// x", "n=3 4", "n=\0"],
  ])("overrides", (...sets) => {
    for (const set of sets) {
      const at = set.indexOf("=");
      expect(complaint(model(tail), { set: { [set.slice(0, at)]: set.slice(at + 1) } }), set).toBeUndefined();
    }
  });

  test.each([[{ height: 0 }], [{ height: -5 }], [{ height: 1.5 }], [{ height: NaN }], [{ height: Infinity, width: 2 ** 60 }], [{ batch: 0 }], [{ height: 2 ** 53 - 1, width: 2 ** 53 - 1, batch: 2 ** 53 - 1 }]])("size %j", (size) => {
    expect(complaint(model("head y = image -> maxpool(2) -> conv(2, 3) -> upconv(2)"), { size })).toBeUndefined();
  });
});
