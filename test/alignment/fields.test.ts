/** Receptive field, stride and centre of every tensor: the sheets' numbers, and what following single elements through the network gives. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { geometry } from "../../src/analyses/geometry.js";
import { type Inspection, inspect } from "../../src/analyses/inspect.js";
import { check } from "../../src/compile.js";
import type { Network, NetworkNode, ValueId } from "../../src/network/network.js";
import { evaluate } from "../../src/tensor/index.js";
import { checked } from "../validation/checked.js";
import { run, built } from "../cli/segc.js";

const modelOf = (text: string, set: Record<string, string> = {}) => check({ path: "net.seg", text }, { set }).models[0]!;
const spec = (name: string): string => readFileSync(`specs/${name}.seg`, "utf8");
const inspected = (text: string, set: Record<string, string> = {}): Inspection => inspect(modelOf(text, set));
const backbone = (uses: string, chain: string): string => `use ${uses}\nmodel M() {\n  input image: [N, 3, H, W]\n  t = image -> ${chain} as _\n  head y = t.${chain.startsWith("resnet") ? "c5" : "pool5"} -> conv(2, 1)\n}\n`;

/** [size, stride, centre] of the tensor. */
function fieldOf(report: Inspection, name: string): readonly unknown[] {
  const field = report.tensors.find((tensor) => tensor.name === name)?.receptive_field;
  if (!field) throw new Error(`${name} is none of ${report.tensors.map((tensor) => tensor.name).join(" ")}`);
  return [field.size, field.stride, field.centre];
}

describe("the sheets", () => {
  test("FCN with 100 pixels of padding", () => {
    const report = inspected(spec("fcn8s"));
    const table: Record<string, readonly unknown[]> = {
      "pool.1.maxpool": [6, 2, -98.5], "pool.2.maxpool": [16, 4, -97.5], "pool.3.maxpool": [44, 8, -95.5], "pool.4.maxpool": [100, 16, -91.5], "pool.5.maxpool": [212, 32, -83.5],
      fc6: [404, 32, 12.5], score_fr: [404, 32, 12.5], score_pool4: [100, 16, -91.5], score_pool3: [44, 8, -95.5],
    };
    for (const [name, wanted] of Object.entries(table)) expect(fieldOf(report, name), name).toEqual(wanted);
    expect(fieldOf(report, "upscore2").slice(1)).toEqual([16, -11.5]);
    expect(fieldOf(report, "upscore_pool4").slice(1)).toEqual([8, -23.5]);
    expect(report.joins.map(({ operator, pixels, elements }) => [operator, pixels, elements])).toEqual([["add", 0, 0], ["add", 0, 0]]);
  });

  test.each([
    [11, [4, 10, 30, 70, 150]], [13, [6, 16, 36, 76, 156]], [16, [6, 16, 44, 100, 212]], [19, [6, 16, 52, 124, 268]],
  ])("VGG %i", (depth, sizes) => {
    const report = inspected(backbone("std.vgg { vgg }", `vgg(${depth})`));
    const pools = report.tensors.filter(({ operator }) => operator === "maxpool").map(({ name }) => fieldOf(report, name));
    expect(pools).toEqual(sizes.map((size, at) => [size, 2 ** (at + 1), (2 ** (at + 1) - 1) / 2]));
  });

  test.each([
    [18, "conv2", [43, 99, 211, 435]], [34, "conv2", [59, 179, 547, 899]], [50, "conv2", [35, 91, 267, 427]], [101, "conv2", [35, 91, 811, 971]], [152, "conv2", [35, 155, 1291, 1451]],
    [50, "conv1", [undefined, 99, 291, 483]], [101, "conv1", [undefined, 99, 835, 1027]], [152, "conv1", [undefined, 163, 1315, 1507]],
  ])("ResNet-%i with the stride on %s", (depth, at, sizes) => {
    const report = inspected(backbone("std.resnet { resnet_by_depth }", `resnet_by_depth(${depth}, stride_at: ${at})`));
    for (const [index, size] of sizes.entries()) {
      const last = report.tensors.filter(({ name, operator }) => operator === "relu" && name.startsWith(`layer${index + 1}.`)).at(-1)!;
      const stride = 4 * 2 ** index;
      if (size !== undefined) expect(fieldOf(report, last.name), last.name).toEqual([size, stride, 0]);
    }
  });

  test.each([[7, [3, 5, 9, 17, 33, 35]], [8, [3, 5, 9, 17, 33, 65, 67, 67]], [10, [3, 5, 9, 17, 33, 65, 129, 257, 259]]])("the context module of %i layers", (layers, sizes) => {
    const report = inspected(`use std.dilated { context_module }\nmodel M() {\n  input image: [N, 4, H, W]\n  head y = image -> context_module(4, layers: ${layers}) as _\n}\n`);
    const convs = report.tensors.filter(({ operator }) => operator === "conv").map(({ name }) => fieldOf(report, name));
    expect(convs.slice(0, sizes.length)).toEqual(sizes.map((size) => [size, 1, 0]));
  });

  test("the front end, with and without its context", () => {
    expect([fieldOf(inspected(spec("dilated_frontend")), "conv5_3"), fieldOf(inspected(spec("dilated_frontend")), "final"), fieldOf(inspected(spec("dilated_context")), "ct_final")]).toEqual([
      [188, 8, 93.5], [380, 8, 189.5], [908, 8, 189.5],
    ]);
  });

  test("DeepLab v1 LargeFOV", () => {
    const report = inspected(spec("deeplabv1_largefov"));
    expect(["pool.5.maxpool", "fc7.avgpool", "fc6"].map((name) => fieldOf(report, name))).toEqual([[227, 8, 0], [243, 8, 0], [435, 8, 0]]);
  });
});

/** First and last input row that each element of a tensor depends on, followed element by element; NaN where the border cut something off. */
type Rows = readonly (readonly [low: number, high: number])[];

function follow(network: Network, sizes: Readonly<Record<string, number>>): ReadonlyMap<ValueId, Rows> {
  const height = (id: ValueId): number => evaluate(network.values[id]!.type.shape[2]!, sizes);
  const found = new Map<ValueId, Rows>();
  const input = network.inputs[0]!.value;
  found.set(input, Array.from({ length: height(input) }, (_, row) => [row, row] as const));
  for (const node of network.nodes) for (const id of node.outputs) found.set(id, Array.from({ length: height(id) }, (_, row) => union(readBy(network, node, row, found, height))));
  return found;
}

const union = (parts: Rows): readonly [number, number] => [Math.min(...parts.map(([low]) => low)), Math.max(...parts.map(([, high]) => high))];

function readBy(network: Network, node: NetworkNode, row: number, found: ReadonlyMap<ValueId, Rows>, height: (id: ValueId) => number): Rows {
  const a = node.attributes as Readonly<Record<string, never>>;
  const pair = (name: string): number => (a[name] as unknown as readonly number[])[0]!;
  const x = node.inputs["x"] as ValueId;
  const at = (index: number): readonly [number, number] => found.get(x)![index] ?? [NaN, NaN];
  const before = (kernel: number, dilation: number): number => {
    const padding = a["padding"] as unknown as "same" | "valid" | readonly number[];
    return padding === "same" ? Math.floor((dilation * (kernel - 1)) / 2) : padding === "valid" ? 0 : padding[0]!;
  };
  switch (node.operator) {
    case "conv": case "maxpool": case "avgpool": case "maxpool_indices": {
      const [kernel, dilation] = [pair("kernel"), a["dilation"] ? pair("dilation") : 1];
      const stride = a["stride"] ? pair("stride") : kernel;
      return Array.from({ length: kernel }, (_, tap) => at(row * stride - before(kernel, dilation) + tap * dilation));
    }
    case "upconv": {
      const [kernel, stride, dilation] = [pair("kernel"), pair("stride"), pair("dilation")];
      return Array.from({ length: kernel }, (_, tap) => (row + before(kernel, dilation) - tap * dilation) / stride).filter(Number.isInteger).map(at);
    }
    case "resize": {
      const scale = a["scale"] === undefined ? undefined : pair("scale");
      const [n, m] = [height(x), height(node.outputs[0]!)];
      const source = a["align_corners"] ? (row * (n - 1)) / (m - 1) : (row + 0.5) * (scale === undefined ? n / m : 1 / scale) - 0.5;
      const near = Math.round(source);
      const first = Math.abs(source - near) < 1e-9 ? near : Math.floor(source);
      return (a["mode"] as unknown) === "nearest" ? [at(Math.floor((row * n) / m))] : first === near && Math.abs(source - near) < 1e-9 ? [at(near)] : [at(first), at(first + 1)];
    }
    case "crop": return [at(row + (a["offset"] === undefined ? Math.floor((height(x) - height(node.outputs[0]!)) / 2) : pair("offset")))];
    case "pad": return [at(row - (a["amount"] as unknown as readonly number[])[0]!)];
    case "concat": case "add": case "mul":
      return Object.values(node.inputs).flatMap((ids) => [ids!].flat() as ValueId[]).filter((id) => network.values[id]!.type.shape.length === 4).map((id) => found.get(id)![row]!);
    case "relu": case "batchnorm": case "dropout": case "scale": case "prelu": case "lrn": case "sigmoid": return [at(row)];
    default: throw new Error(`no way to follow ${node.operator}`);
  }
}

describe("followed element by element", () => {
  const branches = `model M() {
  input image: [N, 3, H, W]
  a = image -> conv(4, 3) -> relu
  b = a -> maxpool(2) -> conv(4, 3, dilation: 2)
  c = b -> conv(4, 3, stride: 2, padding: [0, 0, 1, 1]) -> relu
  d = concat(c -> conv(2, 1), c -> conv(2, 3, dilation: 6), c -> conv(2, 5)) -> upconv(4, 4, stride: 2, padding: 1)
  e = concat(d, b) -> resize(scale: 2)
  head y = (a + (e -> conv(4, 1))) -> conv(2, 3)
}`;
  test.each([
    ["branches", branches, 64, {}], ["unet", spec("unet"), 572, {}], ["unet_same", spec("unet_same"), 256, {}], ["fcn8s", spec("fcn8s"), 500, {}], ["fcn_googlenet", spec("fcn_googlenet"), 500, {}],
    ["unetplusplus", spec("unetplusplus"), 256, {}], ["gcn", spec("gcn"), 257, {}], ["deeplabv2_vgg16", spec("deeplabv2_vgg16"), 321, {}], ["linknet", spec("linknet"), 512, {}],
    ["refinenet_light", spec("refinenet_light"), 257, {}],
  ])("%s", (_, text, size, set) => {
    const { network } = modelOf(text, set);
    const sizes = { N: 1, H: size, W: size };
    const grids = geometry(network);
    const rows = follow(network, sizes);
    let compared = 0;
    for (const [id, list] of rows) {
      const seen = grids.get(id)![0];
      if (typeof seen === "string" || !seen.field) throw new Error(`${network.values[id]!.name} has no field`);
      for (const [row, [low, high]] of list.entries()) {
        // What the border has cut off says nothing.
        if (Number.isNaN(low) || Number.isNaN(high)) continue;
        expect([low, high], `${network.values[id]!.name}[${row}]`).toEqual([evaluate(seen.field.low, { j: row }), evaluate(seen.field.high, { j: row })]);
        compared++;
      }
    }
    expect(compared).toBeGreaterThan(rows.size);
  });

  test("and measured in ONNX Runtime: no edge of a box elsewhere", async () => {
    const result = await checked(branches, "receptive_field");
    expect(result).toMatchObject({ status: "pass", metrics: { different: 0, "size.y": inspected(branches).receptive_field["y"]!.size } });
  });
});

describe("joins", () => {
  test("lie apart by parts of a pixel, each pair told", () => {
    const report = inspected(`model M() {
  input image: [N, 3, H, W]
  a = image -> conv(4, 3, stride: 2, padding: 1)
  b = image -> avgpool(2) -> conv(4, 1)
  c = b -> maxpool(2) -> resize(like: a, align_corners: true)
  head y = concat(a, b, c) -> conv(2, 1)
}`);
    expect(report.joins.map(({ left, right, pixels, elements, line }) => [left, right, pixels, elements, line])).toEqual([["a", "b", 0.5, 0.25, 6], ["a", "c.resize", 1.5, 0.75, 6]]);
  });
  test("a gate that sees everything has no grid", () => {
    const report = inspected("model M() {\n  input image: [N, 3, H, W]\n  a = image -> conv(4, 3)\n  head y = a * (a -> global_avgpool -> sigmoid) -> conv(2, 1)\n}");
    expect(report.joins).toEqual([]);
    expect(report.tensors.find(({ name }) => name === "y.mul")?.receptive_field).toMatchObject({ size: null, stride: 1, centre: 0 });
  });
  test("`inspect --tensors` lists both", async () => {
    await built();
    const { stdout } = await run(["inspect", "specs/fcn8s.seg", "--tensors"]);
    expect(stdout).toMatch(/^pool\.5\.maxpool +maxpool +\d+ +\[.*\] +212 +32 +-83\.5$/m);
    expect(stdout).toMatch(/^up8\.add +add +\d+ +upscore2 +p4\.crop +0 +0$/m);
  });
});
