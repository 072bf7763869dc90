/** Equal blocks in a row are drawn once, with all that they stand for; others are not. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { check } from "../../src/compile.js";
import { diagramOf } from "../../src/diagram/build.js";
import type { Diagram } from "../../src/diagram/diagram.js";

const draw = (text: string, set: Readonly<Record<string, string>> = {}): Diagram => diagramOf(check({ path: "net.seg", text }, { set }).models[0]!, { detail: true });
const names = ({ boxes }: Diagram): readonly string[] => boxes.map(({ name }) => name);
const spec = (name: string): string => readFileSync(`specs/${name}.seg`, "utf8");

const net = (steps: string, block = "return x + (x -> conv(8, 3) as conv1 -> relu -> conv(8, 3) as conv2)"): string =>
  `block unit(x: tensor, rate: int = 1) {\n  ${block}\n}\n\nmodel Net {\n  input image: [N, 3, H, W]\n  encoder a = image -> conv(8, 3) as stem\n  encoder {\n    x[0] = a\n    ${steps}\n  }\n  head y = x[4] -> conv(2, 1) as last\n}\n`;

describe("a chain of four residual blocks", () => {
  const chain = net("for i in 1..4 { x[i] = x[i-1] -> unit as body[i] }");
  test("is one", () => {
    const diagram = draw(chain);
    expect(names(diagram)).toEqual(["image", "stem", "body.1\u20134.conv1", "body.1\u20134.conv2", "body.1\u20134.add", "y"]);
    const [first, second] = diagram.boxes.filter(({ name }) => name.includes("conv"));
    expect(first).toMatchObject({ note: "3\u00d73, 4 times", paths: ["conv1", "relu"].flatMap((step) => [1, 2, 3, 4].map((i) => `body.${i}.${step}`)) });
    expect(second!.paths).toHaveLength(4);
    // The shortcut and the way into the head are there.
    expect(diagram.links.map(({ from, to }) => `${diagram.boxes[from]!.name} ${diagram.boxes[to]!.name}`)).toContain("body.1\u20134.add y");
    expect(diagram.links.filter(({ to }) => diagram.boxes[to]!.name === "body.1\u20134.add")).toHaveLength(2);
  });
  test.each([
    ["other arguments", "for i in 1..4 { x[i] = x[i-1] -> unit(rate: i) as body[i] }", "return x -> conv(8, 3, dilation: rate) as conv1 -> relu"],
    ["a tap in between", "for i in 1..4 { x[i] = x[i-1] -> unit as body[i] }\n    extra = x[2] -> conv(4, 1) as tap\n    aux z = extra -> conv(2, 1) as tapped", undefined],
    ["other names", "x[1] = a -> unit as body[1]\n    x[2] = x[1] -> unit as other[2]\n    x[3] = x[2] -> unit as body[3]\n    x[4] = x[3] -> unit as other[4]", undefined],
  ])("with %s is not", (what, steps, block) => {
    const found = names(draw(net(steps, block))).filter((name) => /\u2013/.test(name));
    // Before and behind a tap there are two each.
    expect(found.every((name) => what === "a tap in between" && /body\.(1\u20132|3\u20134)\./.test(name)), found.join()).toBe(true);
    expect(found.length > 0).toBe(what === "a tap in between");
  });
});

test("a deep ResNet is as wide as a shallow one, and no layer is lost", () => {
  const drawn = (depth: string): Diagram => draw(spec("fcn_resnet"), { depth });
  expect(drawn("101").boxes.length).toBe(drawn("50").boxes.length);
  const { models: [model] } = check({ path: "net.seg", text: spec("fcn_resnet") });
  const shown = new Set(drawn("50").boxes.flatMap(({ paths }) => paths));
  const ways = new Set(drawn("50").links.flatMap(({ paths }) => paths));
  expect(model!.network.nodes.filter(({ path }) => !shown.has(path) && !ways.has(path)).map(({ path }) => path)).toEqual([]);
});

test("as stages nothing is folded", () => {
  expect(diagramOf(check({ path: "net.seg", text: spec("fcn_resnet") }).models[0]!).boxes.filter(({ note }) => note.includes("times"))).toEqual([]);
});
