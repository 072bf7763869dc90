/** The model zoo against ONNX Runtime and against published figures. */
import { readFileSync, readdirSync } from "node:fs";
import { join } from "node:path";
import { describe, expect, test } from "vitest";
import { legalSizes } from "../../src/analyses/alignment.js";
import { type Inspection, inspect } from "../../src/analyses/inspect.js";
import { type CompileOptions, type CompiledModel, check, compile } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { standardLibrary } from "../../src/library.js";
import type { Network } from "../../src/network/network.js";
import { layOut } from "../../src/onnx/encode.js";
import type { Value } from "../../src/runtime/session.js";
import { positionOf } from "../../src/source/source.js";
import { above, evaluateShape, intersect, sizesOf, symbolsOf } from "../../src/tensor/index.js";
import { image, withSession } from "../property/run.js";

const zoo = readdirSync("specs").filter((name) => name.endsWith(".seg")).sort();
const sourceOf = (name: string) => ({ path: `specs/${name}`, text: readFileSync(join("specs", name), "utf8") });
const host = { read: (path: string): string | undefined => (path.startsWith("specs/") ? readFileSync(path, "utf8") : undefined) };

const problemsOf = (name: string, options: CompileOptions = {}): string => renderProblems(check(sourceOf(name), { host, ...options }).problems);

function compiledSpec(name: string, options: CompileOptions = {}): CompiledModel {
  const { problems, model } = compile(sourceOf(name), { host, ...options });
  if (model === undefined) throw new Error(renderProblems(problems));
  return model;
}

const inspected = (name: string, options: CompileOptions = {}): Inspection => inspect(compiledSpec(name, options));

/** Zeros are as good as any weights for shapes. They are fed, so that no file of half a gigabyte is written. */
function run(model: CompiledModel, feeds: Readonly<Record<string, Value>>): Promise<Readonly<Record<string, Value>>> {
  const { segments } = layOut(model.onnx, { weights: "none" });
  const weights = model.onnx.weights.map(({ name, shape }): [string, Value] => {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    if (name.endsWith("running_var")) data.fill(1);
    return [name, { type: "float32", shape, data }];
  });
  return withSession(Buffer.concat(segments.flatMap((segment) => (segment.kind === "bytes" ? [segment.bytes] : []))), (session) => session.run({ ...feeds, ...Object.fromEntries(weights) }));
}

const symbolsIn = (network: Network): readonly string[] => [...new Set(network.inputs.flatMap((input) => network.values[input.value]!.type.shape.flatMap((dim) => [...symbolsOf(dim)])))];

/** For every symbol of height and width a small size that `pick` takes; a batch of 2. */
const sizesAt = (network: Network, pick: (symbol: string, index: number) => number | undefined): Record<string, number> =>
  Object.fromEntries(symbolsIn(network).map((symbol, index) => [symbol, symbol === "N" ? 2 : pick(symbol, index) ?? 1]));

/** Sizes at which nothing is lost. */
function alignedSizes(network: Network): Record<string, number> {
  const lossless = legalSizes(network, "lossless");
  return sizesAt(network, (symbol, index) => above(intersect(lossless.get(symbol) ?? sizesOf(network.legal, symbol), sizesOf(network.legal, symbol)), 31 + index));
}

/** Odd sizes, where the network takes some. */
function oddSizes(network: Network): Record<string, number> {
  const odd = (symbol: string, from: number): number | undefined => {
    let size = above(sizesOf(network.legal, symbol), from);
    for (let tries = 0; tries < 64 && size !== undefined && size % 2 === 0; tries++) size = above(sizesOf(network.legal, symbol), size + 1);
    return size !== undefined && size % 2 === 1 ? size : above(sizesOf(network.legal, symbol), from);
  };
  return sizesAt(network, (symbol, index) => odd(symbol, 40 + 2 * index));
}

function feedsFor(network: Network, sizes: Readonly<Record<string, number>>): Record<string, Value> {
  return Object.fromEntries(
    network.inputs.map((input): [string, Value] => {
      const { type, shape } = network.values[input.value]!.type;
      const numbers = evaluateShape(shape, sizes);
      const count = numbers.reduce((a, b) => a * b, 1);
      return [input.name, type === "int64" ? { type, shape: numbers, data: new BigInt64Array(count) } : type === "bool" ? { type, shape: numbers, data: new Uint8Array(count) } : image(numbers)];
    }),
  );
}

describe.each(zoo)("%s", (name) => {
  const models = check(sourceOf(name), { host }).models;

  test("checks without problems", () => {
    expect(problemsOf(name)).toBe("");
    expect(models.length).toBeGreaterThan(0);
  });

  test("its expectations hold for other classes and channels", () => {
    const settings = new Map(models[0]!.network.settings);
    const given = (key: string, values: readonly number[]): readonly (number | undefined)[] => (settings.has(key) ? values : [undefined]);
    for (const classes of given("classes", [1, 2, 3, 19, 150]))
      for (const channels of given("in_channels", [1, 3, 4])) {
        const set = { ...(classes === undefined ? {} : { classes: String(classes) }), ...(channels === undefined ? {} : { in_channels: String(channels) }) };
        expect(problemsOf(name, { set }), JSON.stringify(set)).toBe("");
      }
  });

  test("compiles to the same bytes of structure, dynamic and static", () => {
    const model = compiledSpec(name);
    expect(JSON.stringify(compiledSpec(name).onnx)).toBe(JSON.stringify(model.onnx));
    expect(new Set(model.onnx.nodes.map((node) => node.name)).size).toBe(model.onnx.nodes.length);
    expect(model.onnx.weights.map((weight) => weight.name)).toEqual([...new Set(model.onnx.weights.map((weight) => weight.name))]);
    const sizes = alignedSizes(model.network);
    const still = compiledSpec(name, { size: { height: sizes["H"]!, width: sizes["W"]!, batch: 2 } });
    for (const value of [...still.onnx.outputs, ...still.onnx.values]) expect(value.shape.every((size) => typeof size === "number"), `${value.name} [${value.shape.join(", ")}]`).toBe(true);
  });

  test.each([
    ["aligned", { classes: "3" }, alignedSizes],
    ["odd, with other classes and channels", { classes: "5", in_channels: "4" }, oddSizes],
  ] as const)("ONNX Runtime's shapes are the derived ones: %s", async (_, wanted, sizesFor) => {
    const settings = new Map(models[0]!.network.settings);
    const model = compiledSpec(name, { set: Object.fromEntries(Object.entries(wanted).filter(([key]) => settings.has(key))) });
    const sizes = sizesFor(model.network);
    const results = await run(model, feedsFor(model.network, sizes));
    for (const output of model.network.outputs)
      expect({ [output.name]: results[output.name]!.shape }, JSON.stringify(sizes)).toEqual({ [output.name]: evaluateShape(model.network.values[output.value]!.type.shape, sizes) });
  });
});

test("most of them take odd sizes", () => {
  const takesOdd = zoo.filter((name) => {
    const { network } = compiledSpec(name);
    return Object.entries(oddSizes(network)).every(([symbol, size]) => symbol === "N" || size % 2 === 1);
  });
  expect(zoo.filter((name) => !takesOdd.includes(name)).map((name) => name.slice(0, -".seg".length))).toEqual([
    "bisenetv2", "enet", "fcn16s_same", "fcn32s_same", "fcn8s_same", "linknet", "semantic_fpn", "unet", "unet_ensemble", "unet_phseg", "unet_same", "unetplus", "unetplusplus",
  ]);
});

test.each(Object.keys(standardLibrary))("%s checks without problems", (path) => {
  expect(renderProblems(check({ path, text: standardLibrary[path]! }).problems)).toBe("");
});

/** Height of a layer's output at this size. */
const heightOf = (report: Inspection, path: string): unknown => report.layers.filter((layer) => layer.path === path || layer.path.startsWith(`${path}.`)).at(-1)?.output[2];

describe("U-Net", () => {
  test("is the paper's", () => {
    const report = inspected("unet.seg", { size: { height: 572, width: 572 } });
    expect(report.parameters).toEqual({ total: 31_030_658, trainable: 31_030_658 });
    expect(report.buffers).toBe(0);
    expect(report.conv_layers).toBe(23);
    expect(report.macs).toBe(150_428_424_448);
    expect(report.alignment["H"]).toEqual({ modulus: 16, residues: [12], minimum: 188, formula: "16k + 124, k >= 4" });
    expect(report.alignment["W"]).toEqual(report.alignment["H"]);
    expect(report.shift_period).toBe(16);
    expect(report.output_stride).toBe(16);
    expect(report.outputs).toEqual([{ name: "logits", role: "head", shape: ["N", 2, 388, 388] }]);
    expect(report.weights[0]).toEqual({ name: "down.0.conv1.weight", shape: [64, 1, 3, 3], trainable: true, buffer: false });
  });

  test("another size names the nearest that fit, and the line of the pooling", () => {
    const { problems } = check(sourceOf("unet.seg"), { size: { height: 570, width: 570 } });
    const told = problems.filter((problem) => problem.severity === "error");
    expect(told.length).toBeGreaterThan(0);
    for (const problem of told) {
      expect(problem.code).toBe("shape/size-not-legal");
      expect(problem.help).toMatch(/556 and 572/);
      expect(problem.help).toContain("16k + 124");
    }
    const source = sourceOf("unet.seg");
    const line = positionOf(source, source.text.indexOf("maxpool(2)")).line;
    expect(renderProblems(told)).toContain(`unet.seg:${line}:`);
  });

  test.each([
    [188, 4], [204, 20], [572, 388], [1196, 1012],
  ])("of %i is %i", (size, out) => {
    expect(inspected("unet.seg", { size: { height: size, width: size } }).outputs[0]!.shape).toEqual(["N", 2, out, out]);
  });

  test.each([[172], [187], [189], [500], [512]])("%i does not fit", (size) => {
    expect(compile(sourceOf("unet.seg"), { size: { height: size } }).model).toBeUndefined();
  });
});

describe("FCN", () => {
  // H, pools, score_fr, upsampled 32s, 16s (doubled, whole), 8s (pool4 doubled, whole)
  const table = [
    [1, [100, 50, 25, 13, 7], 1, 64, 4, 80, 10, 88],
    [32, [115, 58, 29, 15, 8], 2, 96, 6, 112, 14, 120],
    [224, [211, 106, 53, 27, 14], 8, 288, 18, 304, 38, 312],
    [256, [227, 114, 57, 29, 15], 9, 320, 20, 336, 42, 344],
    [375, [287, 144, 72, 36, 18], 12, 416, 26, 432, 54, 440],
    [500, [349, 175, 88, 44, 22], 16, 544, 34, 560, 70, 568],
    [512, [355, 178, 89, 45, 23], 17, 576, 36, 592, 74, 600],
  ] as const;

  test.each(table)("sizes at %i", (size, pools, score, up32, twice, up16, up4, up8) => {
    const at = { size: { height: size, width: size } };
    const [s32, s16, s8] = ["fcn32s.seg", "fcn16s.seg", "fcn8s.seg"].map((name) => inspected(name, at)) as [Inspection, Inspection, Inspection];
    expect(s8.layers.filter((layer) => layer.operator === "maxpool").map((layer) => layer.output[2])).toEqual(pools);
    expect([heightOf(s32, "score_fr"), heightOf(s32, "upscore")]).toEqual([score, up32]);
    expect([heightOf(s16, "upscore2"), heightOf(s16, "upscore16")]).toEqual([twice, up16]);
    expect([heightOf(s8, "upscore2"), heightOf(s8, "upscore_pool4"), heightOf(s8, "upscore8")]).toEqual([twice, up4, up8]);
    for (const report of [s32, s16, s8]) expect(report.outputs[0]!.shape).toEqual(["N", 21, size, size]);
  });

  test("the released names", () => {
    const names = (spec: string): string[] => inspected(spec).weights.map((weight) => weight.name);
    const trunk = [1, 2, 3, 4, 5].flatMap((stage) => Array.from({ length: stage < 3 ? 2 : 3 }, (_, i) => `conv${stage}_${i + 1}`));
    const both = (layers: readonly string[]): string[] => layers.flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]);
    expect(names("fcn32s.seg").sort()).toEqual([...both([...trunk, "fc6", "fc7", "score_fr"]), "upscore.weight"].sort());
    expect(names("fcn16s.seg").sort()).toEqual([...both([...trunk, "fc6", "fc7", "score_fr", "score_pool4"]), "upscore2.weight", "upscore16.weight"].sort());
    expect(names("fcn8s.seg").sort()).toEqual([...both([...trunk, "fc6", "fc7", "score_fr", "score_pool4", "score_pool3"]), "upscore2.weight", "upscore_pool4.weight", "upscore8.weight"].sort());
  });

  test("totals and costs", () => {
    const at = { size: { height: 500, width: 500 } };
    const report = inspected("fcn8s.seg", at);
    expect(report.parameters).toEqual({ total: 134_489_759, trainable: 134_362_751 });
    expect(report.receptive_field["logits"]).toBeDefined();
    const billions = ["fcn32s.seg", "fcn16s.seg", "fcn8s.seg"].map((name) => (inspected(name, at).macs / 1e9).toFixed(2));
    expect(billions).toEqual(["181.37", "181.45", "181.53"]);
    expect(report.layers.find((layer) => layer.path === "fc6")).toMatchObject({ parameters: 102_764_544, macs: 26_306_674_688 });
    expect(report.weights.map((weight) => weight.name)).toContain("conv1_1.weight");
  });
});

describe("torchvision's FCN", () => {
  const at = { size: { height: 520, width: 520, batch: 1 } };

  test("totals, buffers and costs", () => {
    const report = inspected("fcn_resnet.seg", at);
    expect(report.parameters.total).toBe(35_322_218);
    expect(report.buffers).toBe(54_656);
    expect(report.macs).toBe(152_716_512_000);
    const alone = inspected("fcn_resnet.seg", { ...at, set: { aux: "false" } });
    expect([alone.parameters.total, alone.buffers, alone.macs]).toEqual([32_957_013, 54_144, 142_725_772_800]);
  });

  // As torchvision has it.
  test.each([
    [224, 224, 28, 28], [225, 333, 29, 42], [65, 97, 9, 13],
  ])("the features of %ix%i are %ix%i", (height, width, h, w) => {
    const report = inspected("fcn_resnet.seg", { size: { height, width } });
    const last = report.layers.filter((layer) => layer.path.startsWith("backbone.layer4.")).at(-1)!;
    expect(last.output).toEqual(["N", 2048, h, w]);
    for (const output of report.outputs) expect(output.shape).toEqual(["N", 21, height, width]);
  });

  test("the names and shapes of the checkpoint", () => {
    const { weights } = inspected("fcn_resnet.seg");
    // 334 entries of the state dict, less num_batches_tracked, one for each of the 55 norms.
    const norms = weights.filter((weight) => weight.name.endsWith("running_mean")).length;
    expect(norms).toBe(55);
    expect(weights.length + norms).toBe(334);
    const shapes = Object.fromEntries(weights.map((weight) => [weight.name, weight.shape]));
    expect(shapes["backbone.conv1.weight"]).toEqual([64, 3, 7, 7]);
    expect(shapes["backbone.layer1.0.downsample.0.weight"]).toEqual([256, 64, 1, 1]);
    expect(shapes["backbone.layer4.2.conv2.weight"]).toEqual([512, 512, 3, 3]);
    expect(shapes["classifier.4.weight"]).toEqual([21, 512, 1, 1]);
    expect(shapes["aux_classifier.1.running_var"]).toEqual([256]);
  });
});
