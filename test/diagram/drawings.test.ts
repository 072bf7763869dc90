/** Every network of the zoo draws, as stages and as layers. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { type CheckedModel, check } from "../../src/compile.js";
import { diagramOf } from "../../src/diagram/build.js";
import type { Diagram } from "../../src/diagram/diagram.js";
import { type Layout, type PlacedBox, layOut } from "../../src/diagram/layout.js";
import { paints, strokes, surface } from "../../src/diagram/palette.js";
import { compact, full } from "../../src/diagram/style.js";
import { svg } from "../../src/diagram/svg.js";
import { dot, mermaid } from "../../src/diagram/text-formats.js";
import { textWidth } from "../../src/diagram/text-width.js";
import { type Element, parseXml, textOf } from "./xml.js";

const host = { read: (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : undefined) };
const names = readdirSync("specs").filter((file) => file.endsWith(".seg"));

function modelOf(path: string, text: string): CheckedModel {
  const { models: [model] } = check({ path, text }, { host });
  if (model === undefined) throw new Error(`${path} does not check`);
  return model;
}

interface Rectangle {
  readonly what: string;
  readonly left: number;
  readonly right: number;
  readonly top: number;
  readonly bottom: number;
}

const solid = ({ box, extent, x, y }: PlacedBox): Rectangle => ({ what: box.name, left: x, right: x + extent.width + extent.side, top: y - extent.top, bottom: y + extent.height });
const label = ({ box, extent, x, y }: PlacedBox): Rectangle => {
  const middle = x + (extent.width + extent.side) / 2;
  return { what: `label of ${box.name}`, left: middle - extent.labelWidth / 2, right: middle + extent.labelWidth / 2, top: y + extent.height + 1, bottom: y + extent.height + extent.labelHeight };
};
const slack = 0.3;
const overlap = (a: Rectangle, b: Rectangle): boolean => a.left < b.right - slack && b.left < a.right - slack && a.top < b.bottom - slack && b.top < a.bottom - slack;

function clashes({ boxes }: Layout): readonly string[] {
  const rectangles = boxes.flatMap((box) => [solid(box), label(box)]);
  return rectangles.flatMap((a, at) => rectangles.slice(at + 1).filter((b) => overlap(a, b)).map((b) => `${a.what} and ${b.what}`));
}

/** Lines that run through a box that they neither leave nor reach. */
function crossed({ boxes, links }: Layout): readonly string[] {
  return links.flatMap(({ link, points }) => points.slice(1).flatMap((to, at) => {
    const from = points[at]!;
    const line = { what: "", left: Math.min(from.x, to.x) - 0.5, right: Math.max(from.x, to.x) + 0.5, top: Math.min(from.y, to.y) - 0.5, bottom: Math.max(from.y, to.y) + 0.5 };
    return boxes.filter((box) => box.box.id !== link.from && box.box.id !== link.to && overlap(line, solid(box))).map((box) => `${boxes[link.from]!.box.name} -> ${boxes[link.to]!.box.name} through ${box.box.name}`);
  }));
}

/** Texts that leave the picture, of the root's direct children and of those in shifted groups. */
function outside(root: Element): readonly string[] {
  const [width, height] = [Number(root.attributes["width"]), Number(root.attributes["height"])];
  const visit = (element: Element, dx: number, dy: number): readonly string[] => {
    const [, x = "0", y = "0"] = /^translate\((\S+) (\S+)\)$/.exec(element.attributes["transform"] ?? "") ?? [];
    const [left, top] = [dx + Number(x), dy + Number(y)];
    return element.children.flatMap((child) => {
      if (typeof child === "string") return [];
      if (child.name !== "text") return visit(child, left, top);
      const { "font-size": size = "12", "font-weight": weight, "text-anchor": anchor } = child.attributes;
      const long = textWidth(textOf(child), Number(size), weight === "700");
      const begin = left + Number(child.attributes["x"]) - (anchor === "middle" ? long / 2 : 0);
      const base = top + Number(child.attributes["y"]);
      return begin < 0 || begin + long > width || base - Number(size) < 0 || base + 3 > height ? [textOf(child)] : [];
    });
  };
  return visit(root, 0, 0);
}

describe.each(names)("%s", (file) => {
  const model = modelOf(`specs/${file}`, readFileSync(`specs/${file}`, "utf8"));
  describe.each([["stages", false], ["layers", true]] as const)("%s", (_, detail) => {
    const diagram = diagramOf(model, { detail });

    test("nothing is missing: each layer is in a box or on an arrow, each output and input has its box", () => {
      const shown = new Set([...diagram.boxes, ...diagram.links].flatMap((one) => one.paths));
      expect(model.network.nodes.map((node) => node.path).filter((path) => !shown.has(path))).toEqual([]);
      for (const { name, role } of model.network.outputs) expect(diagram.boxes.filter((box) => box.outputs.includes(name)).map((box) => box.role)).toEqual([role]);
      expect(diagram.boxes.filter((box) => box.kind === "input").map((box) => box.name)).toEqual(model.network.inputs.map((input) => input.name));
    });
    test("what the author calls a skip is a skip", () => {
      for (const node of model.network.nodes.filter((one) => one.role === "skip")) {
        const box = diagram.boxes.find((one) => one.paths.includes(node.path));
        const links = diagram.links.filter((one) => one.paths.includes(node.path));
        expect(box ? box.role : links.some((link) => link.kind === "skip") ? "skip" : links.map((link) => link.kind).join(), node.path).toBe("skip");
      }
    });
    test("arrows lead on: no circles, no loose ends", () => {
      expect(diagram.links.filter(({ from, to }) => from >= to)).toEqual([]);
      const loose = diagram.boxes.filter((box) => (box.kind !== "input" && !diagram.links.some((link) => link.to === box.id)) || (box.outputs.length === 0 && !diagram.links.some((link) => link.from === box.id)));
      expect(loose.map((box) => box.name)).toEqual([]);
    });
    test.each([["full", full], ["compact", compact]] as const)("%s: no boxes or labels overlap, no line runs through a box", (_style, style) => {
      const layout = layOut(diagram, style);
      expect(clashes(layout)).toEqual([]);
      expect(crossed(layout)).toEqual([]);
    });
    test("well-formed, with all texts inside; the same bytes twice", () => {
      const text = svg(diagram);
      expect(outside(parseXml(text))).toEqual([]);
      expect(svg(diagramOf(model, { detail }))).toBe(text);
      parseXml(svg(diagram, { compact: true }));
    });
    test("the other formats name every box and arrow", () => {
      for (const text of [dot(diagram), mermaid(diagram)]) {
        for (const { id } of diagram.boxes) expect(text).toContain(`n${id}[`.replace("[", text.startsWith("digraph") ? " [" : "["));
        expect(text.match(/^ {2}n\d+ (->|-)/gm)).toHaveLength(diagram.links.length);
      }
    });
  });
  test("a stage is more than a layer", () => {
    const boxes = (diagram: Diagram): number => diagram.boxes.length;
    expect(boxes(diagramOf(model))).toBeLessThan(boxes(diagramOf(model, { detail: true })));
    expect(boxes(diagramOf(model))).toBeLessThanOrEqual(32);
  });
});

describe("small networks", () => {
  const draw = (text: string, sizes = {}): Diagram => diagramOf({ ...modelOf("net.seg", text), sizes });

  test("a single layer", () => {
    const diagram = draw("model One() {\n  input image: [N, 3, H, W]\n  head y = image -> conv(2, 1)\n}\n");
    expect(diagram.boxes.map(({ kind, name, role, channels, level }) => ({ kind, name, role, channels, level }))).toEqual([
      { kind: "input", name: "image", role: undefined, channels: "3", level: 0 },
      { kind: "layers", name: "y", role: "head", channels: "2", level: 0 },
    ]);
    expect(diagram.links).toEqual([{ from: 0, to: 1, kind: "plain", paths: [] }]);
  });
  test("nothing but the input", () => {
    const diagram = draw("model None() {\n  input image: [N, 3, H, W]\n  head y = image\n}\n");
    expect(diagram.boxes.map((box) => box.kind)).toEqual(["input", "output"]);
    parseXml(svg(diagram));
  });
  test("two inputs, one of them needed late; two outputs of one map", () => {
    const diagram = draw("model Two() {\n  input image: [N, 3, H, W]\n  input edges: [N, 1, H, W]\n  a = image -> conv(8) -> conv(8, stride: 1)\n  b = concat(a, edges) -> conv(2)\n  head y = b\n  head z = b\n}\n");
    expect(diagram.boxes.filter((box) => box.outputs.length > 0).map((box) => box.name)).toEqual(["y", "z"]);
    expect(clashes(layOut(diagram, full))).toEqual([]);
  });
  test("U-Net at a size: arrows are poolings, transposed convolutions and skips, boxes tell sizes", () => {
    const model = modelOf("specs/unet.seg", readFileSync("specs/unet.seg", "utf8"));
    const diagram = diagramOf({ ...model, sizes: { N: 1, H: 572, W: 572 } });
    const count = (kind: string): number => diagram.links.filter((link) => link.kind === kind).length;
    expect([count("pool"), count("upconv"), count("skip"), count("plain")]).toEqual([4, 4, 4, 2]);
    expect(diagram.boxes.map((box) => box.name)).toEqual(["image", "down.0", "down.1", "down.2", "down.3", "down.4", "up.3", "up.2", "up.1", "up.0", "logits"]);
    expect(svg(diagram)).toContain("1024 \u00b7 28\u00d728");
  });
  test("with losses: labels are inputs, and what training minimises is a box", () => {
    const path = "specs/unet.seg";
    const { models: [model] } = check({ path, text: readFileSync(path, "utf8") }, { host, withLoss: true });
    const diagram = diagramOf(model!);
    expect(diagram.boxes.filter((box) => box.kind === "input").map((box) => box.name).sort()).toEqual(["image", "target", "weights"]);
    expect(diagram.boxes.filter((box) => box.outputs.length > 0).map(({ name, role }) => [name, role])).toEqual([["logits", "head"], ["energy", "loss"]]);
    expect(clashes(layOut(diagram, full))).toEqual([]);
  });
  test("a long network is drawn in good time", () => {
    const text = (count: number): string => `model Long() {\n  input image: [N, 3, H, W]\n  encoder {\n    x[0] = image -> conv(8)\n    for i in 1..${count} { x[i] = x[i-1] + (x[i-1] -> conv(8) as ["a{i}"] -> relu -> conv(8) as ["b{i}"]) }\n  }\n  head y = x[${count}] -> conv(2)\n}\n`;
    const model = modelOf("net.seg", text(300));
    const begin = performance.now();
    expect(diagramOf(model).boxes.length).toBeLessThan(8);
    svg(diagramOf(model, { detail: true }));
    expect(performance.now() - begin).toBeLessThan(5000);
  });
  test("names of every kind are escaped", () => {
    const { network, analysis } = modelOf("net.seg", "model One() {\n  input image: [N, 3, H, W]\n  head y = image -> conv(2, 1)\n}\n");
    const hostile = `<b onload="x">&'\u0000\u001b\ud800]]>${"very long ".repeat(60)}\nline`;
    const diagram = diagramOf({ network: { ...network, name: hostile, doc: hostile, settings: [[hostile, hostile]], outputs: network.outputs.map((output) => ({ ...output, name: hostile })) }, analysis, sizes: {} });
    expect(outside(parseXml(svg(diagram)))).toEqual([]);
    expect(dot(diagram)).not.toContain("\n<b");
    expect(mermaid(diagram)).not.toContain("<b ");
  });
});

describe("colours", () => {
  const luminance = (hex: string): number => {
    const [r, g, b] = [1, 3, 5].map((at) => Number.parseInt(hex.slice(at, at + 2), 16) / 255).map((value) => (value <= 0.04045 ? value / 12.92 : ((value + 0.055) / 1.055) ** 2.4));
    return 0.2126 * r! + 0.7152 * g! + 0.0722 * b!;
  };
  const contrast = (a: string, b: string): number => {
    const [light, dark] = [luminance(a), luminance(b)].sort((x, y) => y - x);
    return (light! + 0.05) / (dark! + 0.05);
  };
  test.each(["light", "dark"] as const)("stand out on paper and bands: %s", (mode) => {
    for (const ground of [surface.paper[mode], surface.band[mode]]) {
      for (const text of [surface.ink[mode], surface.muted[mode]]) expect(contrast(text, ground)).toBeGreaterThan(4.5);
      for (const [name, colour] of [...Object.entries(paints), ...Object.entries(strokes)]) expect(contrast(colour[mode], ground), `${name} on ${ground}`).toBeGreaterThan(3);
    }
  });
});

test("boxes of layers without a scope are named by the layers", () => {
  const of = (name: string): readonly string[] => diagramOf(modelOf(`specs/${name}.seg`, readFileSync(`specs/${name}.seg`, "utf8"))).boxes.map((box) => box.name);
  expect(of("segnet")).toEqual([
    "image", "conv1", "conv2_1\u20132", "conv3_1\u20133", "conv4_1\u20133", "conv5_1\u20133", "conv5_3\u20131_D", "conv4_3\u20131_D", "conv3_3\u20131_D", "conv2_2\u20131_D", "conv1_2_D", "logits",
  ]);
  expect(of("fcn32s_same").slice(0, 6)).toEqual(["image", "features.0\u20132", "features.5\u20137", "features.10\u201314", "features.17\u201321", "features.24\u201328"]);
});
