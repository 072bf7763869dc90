/** Faults that are planted behind the compiler's back, or in the spec, are found by the check that should find them; without them it passes. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { OnnxModel, OnnxNode } from "../../src/onnx/model.js";
import { checked } from "./checked.js";

const net = (...lines: readonly string[]): string => `model Net {\n  input image: [N, 3, H, W]\n  ${lines.join("\n  ")}\n}\n`;

/** Changes the first node of an operator that the test accepts. */
const change = (op: string, by: (node: OnnxNode) => OnnxNode, which: (node: OnnxNode) => boolean = () => true) => (model: OnnxModel): OnnxModel => {
  const at = model.nodes.findIndex((node) => node.op === op && which(node));
  if (at < 0) throw new Error(`no ${op} to change`);
  return { ...model, nodes: model.nodes.map((node, i) => (i === at ? by(node) : node)) };
};
const ints = (node: OnnxNode, attributes: Readonly<Record<string, readonly number[]>>): OnnxNode => ({
  ...node, attributes: { ...node.attributes, ...Object.fromEntries(Object.entries(attributes).map(([name, value]) => [name, { kind: "ints" as const, value }])) },
});

const dilated = net("a = image -> conv(4, 3) -> relu -> conv(4, 3, dilation: 2) -> relu", "head y = a -> conv(2, 3)");
const encoder = net("a = image -> conv(4, 3) -> relu", "b = a -> maxpool(2) -> conv(4, 3) -> relu", "head y = concat(a, b -> resize(like: a)) -> conv(2, 3)");
const cropped = net("a = image -> conv(4, 3, padding: valid) -> relu", "b = a -> conv(4, 3, padding: valid) -> conv(4, 3, padding: valid)", "head y = (a -> crop(like: b)) + b");
const chain = net("a = image -> conv(4, 3)", "b = a -> conv(4, 3) -> conv(4, 3)", "c = a + (image -> conv(4, 1))", "head y = concat(c, a) -> conv(2, 1)", "aux z = b -> conv(2, 1)");
const rates = (...list: readonly number[]): string => net(...list.map((rate, i) => `x${i} = ${i === 0 ? "image" : `x${i - 1}`} -> conv(4, 3, dilation: ${rate}) -> relu`), `head y = x${list.length - 1} -> conv(2, 1)`);
const scaled = (std: number): string => net(`a = image -> conv(16, 3) -> relu -> conv(16, 3, init: normal, std: ${std}) -> relu`, "head y = a -> conv(2, 1)");
const unet = readFileSync("specs/unet.seg", "utf8").replace(/^use std.losses.*$/m, "").replace(/^ {2}(loss|input target|input weights).*$/gm, "");

describe.each([
  ["a wrong dilation", "receptive_field", dilated, change("Conv", (node) => ints(node, { dilations: [1, 1], pads: [1, 1, 1, 1] }), (node) => JSON.stringify(node.attributes["dilations"]).includes("2"))],
  ["a wrong dilation along one axis", "receptive_field", dilated, change("Conv", (node) => ints(node, { dilations: [2, 1], pads: [2, 1, 2, 1] }), (node) => JSON.stringify(node.attributes["dilations"]).includes("2"))],
  ["a padding that is displaced", "receptive_field", dilated, change("Conv", (node) => ints(node, { pads: [0, 1, 2, 1] }))],
  ["an odd pooling", "receptive_field", encoder, change("MaxPool", (node) => ints(node, { pads: [1, 1, 0, 0] }))],
  ["an odd pooling", "geometry", encoder, change("MaxPool", (node) => ints(node, { pads: [1, 1, 0, 0] }))],
  ["align_corners in place of half pixels", "geometry", encoder, change("Resize", (node) => ({ ...node, attributes: { ...node.attributes, coordinate_transformation_mode: { kind: "string", value: "align_corners" } } }))],
  ["a skip from the wrong level", "receptive_field", chain, change("Add", (node) => ({ ...node, inputs: node.inputs.map((name) => (name === "a" ? "b.conv" : name)) }))],
  ["a crop that is off by one", "geometry", cropped, (model: OnnxModel): OnnxModel => {
    const slice = model.nodes.find(({ op }) => op === "Slice")!;
    return {
      ...model,
      constants: [...model.constants, { name: "s", type: "int64", shape: [2], values: [1, 1] }, { name: "e", type: "int64", shape: [2], values: [-3, -3] }],
      nodes: model.nodes.map((node) => (node === slice ? { ...node, inputs: [node.inputs[0]!, "s", "e", ...node.inputs.slice(3)] } : node)),
    };
  }],
  ["sums that begin at the border", "shift", net("head y = image -> conv(2, 3) -> maxpool(2) -> upconv(2)"), (model: OnnxModel): OnnxModel => ({
    ...model,
    // Sums from the top of the image on: the output does not follow the image any more.
    constants: [...model.constants, { name: "ramp/axis", type: "int64", shape: [], values: [2] }],
    nodes: model.nodes.flatMap((node) => (node.op !== "Conv" ? [node] : [
      { ...node, outputs: ["ramp/in"] },
      { op: "CumSum", name: "ramp sum", inputs: ["ramp/in", "ramp/axis"], outputs: [node.outputs[0]!], attributes: {} },
    ])),
  })],
] as const)("%s", (_, check, text, tamper) => {
  test(`${check} passes without it`, async () => expect(await checked(text, check)).toMatchObject({ status: "pass" }));
  test(`${check} finds it`, async () => expect(await checked(text, check, { tamper })).toMatchObject({ status: "failure" }));
});

test("shapes: a graph that makes other sizes", async () => {
  const tamper = change("Conv", (node) => ints(node, { pads: [0, 0, 0, 0] }));
  expect(await checked(net("head y = image -> conv(2, 3)"), "shapes")).toMatchObject({ status: "pass" });
  expect(await checked(net("head y = image -> conv(2, 3)"), "shapes", { tamper })).toMatchObject({ status: "failure" });
});

test("coverage: rates 2, 2, 2 leave a grid of holes, 1, 2, 3 do not", async () => {
  const holes = await checked(rates(2, 2, 2), "coverage");
  expect(holes).toMatchObject({ status: "failure", because: "only every 2. row is seen: gridding", metrics: { "share.y": (7 / 13) ** 2 } });
  expect(await checked(rates(1, 2, 3), "coverage")).toMatchObject({ status: "pass", metrics: { "share.y": 1 } });
});

test("numerics: weights ten times too large", async () => {
  const he = Math.sqrt(2 / (16 * 9));
  expect(await checked(scaled(he), "numerics")).toMatchObject({ status: "pass" });
  expect(await checked(scaled(10 * he), "numerics")).toMatchObject({ status: "failure", details: expect.arrayContaining([expect.stringContaining("multiplies the variance")]) });
});

test("numerics: NaN", async () => {
  expect(await checked(net("head y = image -> conv(2, 3) -> log"), "numerics")).toMatchObject({ status: "failure", details: [expect.stringContaining("NaN")] });
});

test("geometry: maps that were designed to lie apart are a warning", async () => {
  const text = net("a = image -> conv(4, 3, padding: valid)", "b = a -> conv(4, 3, padding: valid) -> conv(4, 3, padding: valid)", "head y = (a -> crop(like: b, offset: 1)) + b");
  expect(await checked(text, "geometry")).toMatchObject({ status: "warning", details: [expect.stringContaining("1 rows of the image apart (1 elements)"), expect.any(String)] });
});

test("seams: a U-Net at a tile stride of 388", async () => {
  const size = { base: "2" };
  expect(await checked(unet, "seams", {}, size)).toMatchObject({ status: "pass" });
  expect(await checked(unet, "seams", { tileStride: 384 }, size)).toMatchObject({ status: "pass", figure: expect.stringContaining("every 384 differ by 0") });
  expect(await checked(unet, "seams", { tileStride: 388 }, size)).toMatchObject({ status: "failure", because: expect.stringContaining("no multiple of the shift period 16") });
  expect(await checked(unet, "seams", { tileStride: 800 }, size)).toMatchObject({ status: "failure", figure: expect.stringContaining("leave a gap") });
});

test("loss: too sure, and blind to what is ignored", async () => {
  const text = (std: number, extra = ""): string => `model Net(classes: int = 4) {
  input image: [N, 3, H, W]
  input labels: [N, H, W] with type: int64
  head y = image -> conv(classes, 3, init: normal, std: ${std})
  loss total = (y -> cross_entropy(labels, ignore: 255))${extra}
}`;
  expect(await checked(text(0.1), "loss")).toMatchObject({ status: "pass", figure: expect.stringMatching(/ln 4.*labelled 255 do not move it/) });
  expect(await checked(text(20), "loss")).toMatchObject({ status: "failure" });
  // A regulariser over all scores counts ignored pixels too.
  expect(await checked(text(0.1, " + (y * y -> reduce_mean([0, 1, 2, 3], keep: false))"), "loss")).toMatchObject({ status: "failure", because: expect.stringContaining("ignored pixels") });
});

test("upsampling: weights that are not bilinear", async () => {
  const text = net("head y = image -> conv(2, 1) -> upconv(2, 4, stride: 2, padding: 1, init: bilinear, frozen: true)");
  expect(await checked(text, "upsampling")).toMatchObject({ status: "pass" });
  const odd = net("head y = image -> conv(2, 1) -> upconv(2, 5, stride: 2, init: bilinear, frozen: true)");
  expect(await checked(odd, "upsampling")).toMatchObject({ status: "failure" });
});

test("upsampling: values that are put elsewhere, and maxima that are lost", async () => {
  const text = (window: string): string => `model Net {\n input image: [N, 3, H, W]\n a = image -> conv(4, 3) -> relu\n p = a -> maxpool_indices(${window})\n head y = p.output -> conv(4, 1) -> unpool(p.indices, like: a) -> conv(2, 3)\n }`;
  for (const window of ["2", "2, ceil: true", "3, padding: 1", "[2, 3]", "3, stride: 2, padding: 1"]) expect(await checked(text(window), "upsampling"), window).toMatchObject({ status: "pass", metrics: { lost: 0 } });
  for (const fault of [change("Concat", (node) => ({ ...node, inputs: [...node.inputs].reverse() })), change("Equal", (node) => ({ ...node, op: "Less" }))])
    expect(await checked(text("2"), "upsampling", { tamper: fault })).toMatchObject({ status: "failure" });
});

test("upsampling: a transposed convolution that is displaced", async () => {
  const text = net("head y = image -> conv(2, 1) -> upconv(2, 4, stride: 2, padding: 1, init: bilinear, frozen: true)");
  const tamper = change("ConvTranspose", (node) => ({ ...node, attributes: { ...node.attributes, dilations: { kind: "ints", value: [2, 2] } } }));
  expect(await checked(text, "upsampling", { tamper })).toMatchObject({ status: "failure", details: [expect.stringContaining("differs from bilinear interpolation")] });
});

test("receptive_field: a step that depends on the size leaves pixels open, but not a wrong dilation", async () => {
  const text = net("a = image -> conv(4, 3, stride: 2, padding: valid) -> conv(4, 3, stride: 2, padding: 1) -> conv(4, 3, dilation: 8)", "head y = a -> conv(2, 1) -> resize(like: image, align_corners: true)");
  expect(await checked(text, "receptive_field")).toMatchObject({ status: "pass", threshold: expect.stringContaining("whose step depends on the size") });
  const tamper = change("Conv", (node) => ints(node, { dilations: [1, 1], pads: [1, 1, 1, 1] }), (node) => JSON.stringify(node.attributes["dilations"]).includes("8"));
  expect(await checked(text, "receptive_field", { tamper })).toMatchObject({ status: "failure" });
});

test("geometry: sums of maps whose equal sizes are written in two ways are compared", async () => {
  const text = net("a = image -> conv(4, 3)", "p = a -> maxpool_indices(2)", "head y = (p.output -> unpool(p.indices, like: a)) + (p.output -> upconv(4, 2, stride: 2))");
  expect(await checked(text, "geometry")).toMatchObject({ status: "pass", figure: expect.stringContaining("1 pairs") });
});

test("receptive_field: eighty layers, whose tails float32 must hold", async () => {
  const layers = Array.from({ length: 80 }, (_, i) => `x${i} = ${i === 0 ? "image" : `x${i - 1}`} -> conv(2, 3) -> relu`);
  expect(await checked(net(...layers, "head y = x79 -> conv(2, 1)"), "receptive_field")).toMatchObject({ status: "pass", metrics: { "size.y": 161, different: 0 } });
});
