/** Deprecated names: what is told, which renames are offered, and that the safe ones leave every byte of the graph. */
import { describe, expect, test } from "vitest";
import { check, compile } from "../../src/compile.js";
import type { Problem } from "../../src/diagnostics/problem.js";
import { Problems } from "../../src/diagnostics/problem.js";
import { ModuleCache } from "../../src/bind/module-cache.js";
import { bind } from "../../src/bind/bind.js";
import { deprecatedNames } from "../../src/lint/rules/deprecated-name.js";
import { knownNames } from "../../src/network/elaborate/known.js";
import { operatorNamed } from "../../src/operators/index.js";
import { repair } from "../../src/report/fixes.js";
import { graphBytes } from "./graph-bytes.js";

const path = "net.seg";
const pair = "block pair(x: tensor, channels: int, act: block = relu) { return x -> conv(channels, 3) as [0] -> act -> conv(channels, 3) as [1] }\n";
const two = "/// Twice.\n/// deprecated: use `pair`\nblock two(x: tensor, channels: int, act: block = relu) { return x -> pair(channels, act: act) as _ }\n";
const model = (...lines: string[]): string => `model M() {\n  input image: [N, 3, H, W]\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
const parts = { read: (file: string) => (file === "parts.seg" ? `${pair}${two}/// deprecated: use the widths of the paper\nlet widths = [8, 16]\n` : undefined) };

const found = (text: string): readonly Problem[] => check({ path, text }, { host: parts }).problems.filter(({ code }) => code === "lint/deprecated-name");
const fixed = (text: string, unsafe = false): string => repair(text, (given) => found(given), { path, unsafe }).text;
const bytes = (text: string): Uint8Array => graphBytes(compile({ path, text }, { host: parts }).model!);

/** The safe fix is made, and no byte of the graph is another. */
function safely(before: string, after: string): void {
  expect(found(before)[0]?.fix?.safe).toBe(true);
  expect(fixed(before)).toBe(after);
  expect(bytes(after)).toEqual(bytes(before));
  expect(found(after)).toEqual([]);
}

describe("blocks", () => {
  const net = (name: string): string => `${pair}${two}${model(`a = image -> ${name}(8) as a`, "head y = a -> conv(2, 1)")}`;
  test("one that only calls another is renamed", () => {
    expect(found(net("two")).map(({ message }) => message)).toEqual(["`two` is deprecated: use `pair`"]);
    safely(net("two"), net("pair"));
  });
  test("a step without a label is named after what it calls, so the fix is not safe", () => {
    const text = `${pair}${two}${model("a = image -> two(8) -> two(8)", "head y = a -> conv(2, 1)")}`;
    expect(found(text).map(({ fix }) => fix?.safe)).toEqual([false, false]);
    expect(fixed(text)).toBe(text);
    const after = fixed(text, true);
    expect(after).toContain("image -> pair(8) -> pair(8)");
    expect(bytes(after)).not.toEqual(bytes(text));
  });
  test.each([
    ["does something else", "block two(x: tensor, channels: int, act: block = relu) { return x -> pair(2 * channels, act: act) as _ }"],
    ["does more", "block two(x: tensor, channels: int, act: block = relu) { return x -> pair(channels, act: act) as _ -> relu }"],
    ["adds a path", "block two(x: tensor, channels: int, act: block = relu) { return x -> pair(channels, act: act) as inner }"],
    ["has another default", "block two(x: tensor, channels: int, act: block = sigmoid) { return x -> pair(channels, act: act) as _ }"],
    ["drops an argument", "block two(x: tensor, channels: int, act: block = relu) { return x -> pair(channels) as _ }"],
  ])("one that %s is not renamed safely", (_, block) => {
    const text = `${pair}/// deprecated: use \`pair\`\n${block}\n${model("a = image -> two(8) as a", "head y = a -> conv(2, 1)")}`;
    expect(found(text).map(({ fix }) => fix?.safe)).toEqual([false]);
  });
  test("without a name to write there is no fix", () => {
    const text = net("two").replace("use `pair`", "it will go with the next version");
    expect(found(text).map(({ message, fix }) => [message, fix])).toEqual([["`two` is deprecated: it will go with the next version", undefined]]);
    expect(found(net("two").replace("use `pair`", "use `nowhere`"))[0]!.fix).toBeUndefined();
  });
  test("its own body, and a parameter of the same name, are no uses", () => {
    expect(found(`${pair}${two}${model("head y = image -> conv(2, 1)")}`)).toEqual([]);
    expect(found(`${pair}${two}block unit(x: tensor, two: block) { return x -> two(2) }\n${model("head y = image -> unit(conv)")}`)).toEqual([]);
  });
});

describe("imports", () => {
  test("are told once, and renamed with their uses", () => {
    const net = (name: string): string => `use "./parts.seg" { ${name} }\n\n${model(`a = image -> ${name}(8) as a`, `b = a -> ${name}(8) as b`, "head y = b -> conv(2, 1)")}`;
    expect(found(net("two"))).toHaveLength(1);
    safely(net("two"), net("pair"));
  });
  test("with another name keep it", () => {
    const net = (name: string): string => `use "./parts.seg" { ${name} as unit }\n\n${model("a = image -> unit(8) as a", "head y = a -> conv(2, 1)")}`;
    safely(net("two"), net("pair"));
  });
  test("of what has come already are left to the author", () => {
    const text = `use "./parts.seg" { two, pair }\n\n${model("a = image -> two(8) as a", "b = a -> pair(8) as b", "head y = b -> conv(2, 1)")}`;
    expect(found(text).map(({ fix }) => fix)).toEqual([undefined]);
  });
  test("values too", () => {
    const text = `use "./parts.seg" { widths }\n\n${model("head y = image -> conv(widths[0], 1)")}`;
    expect(found(text).map(({ message }) => message)).toEqual(["`widths` is deprecated: use the widths of the paper"]);
  });
});

describe("parameters", () => {
  const block = `block unit(
  x: tensor,
  /// deprecated: use \`channels\`
  width: int = 8,
  channels: int = width,
) {
  return x -> conv(channels, 3)
}
`;
  const net = (argument: string, body = block): string => `${body}${model(`a = image -> unit(${argument}) as a`, "head y = a -> conv(2, 1)")}`;
  test("one that is only another's default is renamed", () => safely(net("width: 16"), net("channels: 16")));
  test("by position there is nothing to rename", () => expect(found(net("16")).map(({ fix }) => fix)).toEqual([undefined]));
  test("with both given, and where the body reads it, nothing is safe", () => {
    expect(found(net("width: 16, channels: 4")).map(({ fix }) => fix)).toEqual([undefined]);
    expect(found(net("width: 16", block.replace("conv(channels, 3)", "conv(channels, 3) -> conv(width, 1)"))).map(({ fix }) => fix?.safe)).toEqual([false]);
  });
  test("one that is not given is not told of", () => expect(found(net("channels: 4"))).toEqual([]));

  const grow = "block grow(\n  x: tensor,\n  /// How.\n  /// deprecated linear: use `bilinear`\n  mode: {nearest, bilinear, linear} = bilinear,\n) {\n  return x -> resize(scale: 2, mode: if mode == nearest then nearest else bilinear)\n}\n";
  test("words of theirs", () => {
    const text = (mode: string): string => `${grow}${model(`head y = image -> conv(2, 1) -> grow(${mode})`)}`;
    expect(found(text("mode: linear")).map(({ message, fix }) => [message, fix?.safe])).toEqual([["`linear` is deprecated: use `bilinear`", false]]);
    expect(found(text("linear"))).toHaveLength(1);
    expect(found(text("bilinear"))).toEqual([]);
    expect(fixed(text("mode: linear"), true)).toBe(text("mode: bilinear"));
  });
});

test("parameters of models, where they are given from outside", () => {
  const text = "model M(\n  /// deprecated: use `classes`\n  labels: int = 2,\n  classes: int = labels,\n) {\n  input image: [N, 3, H, W]\n  head y = image -> conv(classes, 1)\n}\n";
  const codes = (set: Record<string, string>) => check({ path, text }, { set }).problems.map(({ code, message }) => [code, message]);
  expect(codes({ labels: "3" })).toEqual([["lint/deprecated-name", "`labels` is deprecated: use `classes`"]]);
  expect(codes({ classes: "3" })).toEqual([]);
});

test("operators, and their parameters", () => {
  const conv = operatorNamed.get("conv")!;
  const rule = deprecatedNames(new Map([
    ...operatorNamed,
    ["relu6", { ...operatorNamed.get("relu6")!, deprecated: "use `relu`" }],
    ["conv", { ...conv, parameters: { ...conv.parameters, bias: { ...conv.parameters["bias"]!, deprecated: "it will always have one" } } }],
  ]));
  const text = model("a = image -> conv(8, 3, bias: false) -> relu6 as act", "head y = a -> conv(2, 1)");
  const problems = new Problems();
  rule.check(bind({ path, text }, { read: () => undefined, list: () => [] }, knownNames, new ModuleCache(), problems), problems, new Set());
  expect(problems.list.map(({ message, fix }) => [message, fix?.safe])).toEqual([["`bias` is deprecated: it will always have one", undefined], ["`relu6` is deprecated: use `relu`", true]]);
});
