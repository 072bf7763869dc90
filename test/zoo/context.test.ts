/** Networks that gather context (pyramids, large kernels, attention, refinement) against published numbers. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { inspect } from "../../src/analyses/inspect.js";
import { check, compile, type CompileOptions } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { format } from "../../src/format/format.js";
import type { Value } from "../../src/runtime/session.js";
import { compileSpec, floats, noise, runSpec } from "../operators/run-spec.js";

type Settings = Readonly<Record<string, number | boolean>>;

const textOf = (name: string): string => readFileSync(new URL(`../../specs/${name}.seg`, import.meta.url), "utf8");
const written = (settings: Settings): Record<string, string> => Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));

/** The checked model, which has no problem: so all its expectations hold. */
function sound(name: string, settings: Settings = {}, options: CompileOptions = {}) {
  const { problems, models } = check({ path: `specs/${name}.seg`, text: textOf(name) }, { set: written(settings), ...options });
  // What lint rules say of specs is held in test/specs.
  expect(renderProblems(problems.filter(({ code }) => !code.startsWith("lint/")))).toBe("");
  return inspect(models[0]!);
}

const at = (height: number, width: number): CompileOptions => ({ size: { height, width } });
const shapes = (name: string, settings: Settings, height: number, width: number): Record<string, readonly (number | string)[]> =>
  Object.fromEntries(sound(name, settings, at(height, width)).outputs.map((output) => [output.name, output.shape.slice(1)]));

/** Runs with all weights zero, batch 2 and 3 classes: every output has the derived shape. */
async function run(name: string, settings: Settings, height: number, width: number, withLoss = false) {
  const set = written({ classes: 3, ...settings });
  const model = compileSpec(textOf(name), { set, withLoss });
  const weights = model.onnx.weights.map(({ name, shape }): [string, Value] => [name, floats(shape, new Float32Array(shape.reduce((a, b) => a * b, 1)))]);
  const labels: Value = { type: "int64", shape: [2, height, width], data: BigInt64Array.from({ length: 2 * height * width }, (_, i) => BigInt(i % 3)) };
  const label = model.network.inputs.find((input) => input.name !== "image")?.name;
  const channels = Number(set["in_channels"] ?? 3);
  const feeds = { image: noise([2, channels, height, width]), ...(label === undefined ? {} : { [label]: labels }), ...Object.fromEntries(weights) };
  const outcome = await runSpec(textOf(name), feeds, { set, withLoss });
  for (const [output, { value, derived }] of Object.entries(outcome)) expect(value.shape, output).toEqual(derived);
  return outcome;
}

const lossOf = (outcome: Awaited<ReturnType<typeof run>>): number => (outcome["total"]!.value.data as Float32Array)[0]!;

describe("gcn", () => {
  test.each([
    [152, 15, 19, 60_435_056], [152, 15, 21, 60_688_084], [152, 15, 150, 81_773_908],
    [152, 7, 19, 59_244_592], [152, 7, 21, 59_369_620], [152, 7, 150, 71_117_908],
    [101, 15, 19, 44_791_408], [101, 15, 21, 45_044_436], [101, 15, 150, 66_130_260],
    [101, 7, 19, 43_600_944], [101, 7, 21, 43_725_972], [101, 7, 150, 55_474_260],
    [50, 15, 19, 25_799_280], [50, 15, 21, 26_052_308], [50, 15, 150, 47_138_132],
    [50, 7, 19, 24_608_816], [50, 7, 21, 24_733_844], [50, 7, 150, 36_482_132],
  ])("depth %i, k %i, %i classes: %i parameters", (depth, k, classes, total) => {
    expect(sound("gcn", { depth, k, classes }).parameters.total).toBe(total);
  });

  test("another number of channels, multiply-accumulates, sizes", () => {
    expect(sound("gcn", { in_channels: 1 }).parameters.total).toBe(60_688_084 - 2 * 3136);
    expect(sound("gcn", {}, at(512, 512)).macs).toBe(68_329_084_928);
    expect(sound("gcn", { k: 7 }, at(512, 512)).macs).toBe(65_533_134_848);
    const { layers } = sound("gcn", {}, at(375, 500));
    const size = (path: string) => layers.find((layer) => layer.path === path)!.output.slice(2);
    expect(["layer0.0", "layer1.1.0.conv1", "layer2.1.conv1", "layer3.1.conv1", "gcm1.conv_l1", "brm9.conv2"].map(size)).toEqual([
      [188, 250], [94, 125], [47, 63], [24, 32], [12, 16], [375, 500],
    ]);
  });

  test("runs", async () => {
    await run("gcn", { depth: 50, k: 3, in_channels: 2 }, 40, 51);
  });
});

describe("gfrnet", () => {
  test("parameters, buffers, multiply-accumulates", () => {
    const { parameters, buffers, macs } = sound("gfrnet", {}, at(360, 480));
    expect([parameters.total, buffers, macs]).toEqual([29_194_090, 12_764, 58_122_688_860]);
    expect(sound("gfrnet", { classes: 21, in_channels: 4 }).parameters.total).toBe(28_885_056 + 27_104 * 21 + 90 * 441 + 576);
  });

  test.each([
    [360, 480, [[12, 15], [23, 30], [45, 60], [90, 120], [180, 240], [360, 480]]],
    [225, 225, [[8, 8], [15, 15], [29, 29], [57, 57], [113, 113], [225, 225]]],
    [352, 480, [[11, 15], [22, 30], [44, 60], [88, 120], [176, 240], [352, 480]]],
  ])("six stages at %i x %i", (height, width, sizes) => {
    expect(Object.values(shapes("gfrnet", {}, height, width))).toEqual(sizes.map((size) => [11, ...size]));
  });

  test("runs; the loss is the sum of six", async () => {
    expect(lossOf(await run("gfrnet", {}, 45, 50, true))).toBeCloseTo(6 * Math.log(3), 4);
  });
});

describe("refinenet", () => {
  test.each([
    [50, 19, 99_055_699, 53_120], [50, 21, 99_060_309, 53_120], [50, 150, 99_357_654, 53_120],
    [101, 19, 118_047_827, 105_344], [101, 21, 118_052_437, 105_344], [101, 150, 118_349_782, 105_344],
    [152, 19, 133_691_475, 151_424], [152, 21, 133_696_085, 151_424], [152, 150, 133_993_430, 151_424],
  ])("depth %i, %i classes: %i parameters", (depth, classes, total, buffers) => {
    const found = sound("refinenet", { depth, classes });
    expect([found.parameters.total, found.buffers]).toEqual([total, buffers]);
  });

  test.each<[Settings, number]>([
    [{ pool_stages: 2 }, 109_794_901],
    [{ cascades: 2, depth: 50 }, 68_976_981], [{ cascades: 2 }, 87_969_109],
    [{ cascades: 1, depth: 50 }, 62_488_149], [{ cascades: 1 }, 81_480_277],
    [{ in_channels: 6 }, 118_052_437 + 3 * 3136],
  ])("%o: %i parameters", (settings, total) => {
    expect(sound("refinenet", settings).parameters.total).toBe(total);
  });

  test("multiply-accumulates, sizes", () => {
    expect(sound("refinenet", {}, at(512, 512)).macs).toBe(262_898_974_720);
    const found = sound("refinenet", {}, at(500, 375));
    const size = (path: string) => found.layers.find((layer) => layer.path === path)!.output.slice(2);
    expect([1, 2, 3, 4].map((n) => size(`p_ims1d2_outl${n}_dimred`))).toEqual([[16, 12], [32, 24], [63, 47], [125, 94]]);
    expect(found.outputs[0]!.shape.slice(1)).toEqual([21, 125, 94]);
  });

  test.each([4, 2, 1])("runs with %i cascades", async (cascades) => {
    await run("refinenet", { depth: 50, cascades, pool_stages: 2 }, 40, 51);
  });
});

describe("refinenet_light", () => {
  test.each([[50, 27_357_525, 53_120], [101, 46_349_653, 105_344], [152, 61_993_301, 151_424]])("depth %i: %i parameters", (depth, total, buffers) => {
    const found = sound("refinenet_light", { depth });
    expect([found.parameters.total, found.buffers]).toEqual([total, buffers]);
    expect(sound("refinenet_light", { depth, classes: 19, in_channels: 1 }).parameters.total).toBe(total - 2 * 2305 - 2 * 3136);
  });

  test("runs", async () => {
    sound("refinenet_light", { pool_stages: 2 });
    await run("refinenet_light", { depth: 50, in_channels: 1 }, 40, 51);
  });
});

describe("pspnet", () => {
  test.each([
    [50, 19, 46_715_347, 49_080_038, 58_624], [50, 21, 46_716_373, 49_081_578, 58_624], [50, 150, 46_782_550, 49_180_908, 58_624],
    [101, 19, 65_707_475, 68_072_166, 110_848], [101, 21, 65_708_501, 68_073_706, 110_848], [101, 150, 65_774_678, 68_173_036, 110_848],
    [152, 19, 81_351_123, 83_715_814, 156_928], [152, 21, 81_352_149, 83_717_354, 156_928], [152, 150, 81_418_326, 83_816_684, 156_928],
  ])("depth %i, %i classes: %i parameters, %i with the auxiliary head", (depth, classes, plain, total, buffers) => {
    const found = sound("pspnet", { depth, classes, aux: false });
    expect([found.parameters.total, found.buffers]).toEqual([plain, buffers]);
    expect(sound("pspnet", { depth, classes }).parameters.total).toBe(total);
  });

  test("multiply-accumulates, sizes", () => {
    expect(sound("pspnet", { aux: false }, at(473, 473)).macs).toBe(161_637_065_920);
    expect(sound("pspnet", { aux: false, depth: 101 }, at(473, 473)).macs).toBe(229_820_720_320);
    expect(shapes("pspnet", {}, 713, 473)).toEqual({ logits: [21, 713, 473], aux_logits: [21, 713, 473] });
    const { layers } = sound("pspnet", {}, at(713, 473));
    const size = (path: string) => layers.find((layer) => layer.path === path)!.output.slice(2);
    expect(["layer0.0", "layer1.0.conv1", "layer2.0.conv2", "layer3.0.conv2", "ppm.features.3.1", "cls.0"].map(size)).toEqual([
      [357, 237], [179, 119], [90, 60], [90, 60], [6, 6], [90, 60],
    ]);
    expect(shapes("pspnet", { zoom: 1, aux: false, in_channels: 4 }, 473, 473)).toEqual({ logits: [21, 60, 60] });
  });

  test("accepts 8k + 1 only, and anything where that is lifted", () => {
    expect(sound("pspnet").legal["H"]).toMatchObject({ modulus: 8, residues: [1] });
    expect(sound("pspnet", { any_size: true }).legal["H"]).toMatchObject({ modulus: 1 });
    const { problems } = compile({ path: "pspnet.seg", text: textOf("pspnet") }, at(472, 473));
    expect(problems.map(({ code }) => code)).toEqual(["shape/size-not-legal"]);
  });

  test("runs; the auxiliary loss counts 0.4", async () => {
    expect(lossOf(await run("pspnet", {}, 41, 65, true))).toBeCloseTo(1.4 * Math.log(3), 4);
    await run("pspnet", { any_size: true, aux: false, in_channels: 1 }, 30, 52);
  });
});

describe("danet", () => {
  test.each([[101, 19, 66_454_779], [50, 19, 47_462_651], [101, 21, 42_500_160 + 23_957_697], [101, 150, 42_500_160 + 24_156_228]])(
    "depth %i, %i classes: %i parameters",
    (depth, classes, total) => {
      expect(sound("danet", { depth, classes }).parameters.total).toBe(total);
      expect(sound("danet", { depth, classes, aux: false, multi_grid: false, in_channels: 1 }).parameters.total).toBe(total - 2 * 513 * classes - 2 * 3136);
    },
  );

  test("runs; the loss is the sum of three", async () => {
    expect(lossOf(await run("danet", { depth: 50 }, 41, 50, true))).toBeCloseTo(3 * Math.log(3), 4);
  });
});

describe("apcnet", () => {
  test.each([[50, 53_992_869, 56_357_560], [101, 72_984_997, 75_349_688]])("depth %i: %i parameters, %i with the auxiliary head", (depth, plain, total) => {
    expect(sound("apcnet", { depth, aux: false }).parameters.total).toBe(plain);
    expect(sound("apcnet", { depth }).parameters.total).toBe(total);
    expect(sound("apcnet", { depth, aux: false, classes: 150, in_channels: 4 }).parameters.total).toBe(plain + 513 * 131 + 288);
  });

  test("runs; the auxiliary loss counts 0.4", async () => {
    expect(lossOf(await run("apcnet", {}, 41, 50, true))).toBeCloseTo(1.4 * Math.log(3), 4);
  });
});

describe("semantic_fpn", () => {
  test.each([
    [50, 19, 28_478_675], [50, 21, 28_478_933], [50, 54, 28_483_190],
    [101, 19, 47_470_803], [101, 21, 47_471_061], [101, 54, 47_475_318],
  ])("depth %i, %i classes: %i parameters", (depth, classes, total) => {
    const { parameters, buffers } = sound("semantic_fpn", { depth, classes });
    // The backbone's normalisation is frozen: as many weights as running values.
    expect([parameters.total, parameters.trainable]).toEqual([total, total - buffers]);
  });

  test("accepts multiples of 32, and runs", async () => {
    expect(sound("semantic_fpn").legal["W"]).toMatchObject({ modulus: 32, residues: [0] });
    await run("semantic_fpn", { in_channels: 4 }, 32, 64);
  });
});

describe("bisenetv2", () => {
  test("parameters", () => {
    expect(sound("bisenetv2", { aux: false }).parameters.total).toBe(3_358_627);
    expect(sound("bisenetv2").parameters.total).toBe(5_231_487);
    expect(sound("bisenetv2", { classes: 21, in_channels: 1, aux: false }).parameters.total).toBe(3_358_627 + 2 * 1025 - 2 * 720);
  });

  test("runs", async () => {
    await run("bisenetv2", {}, 32, 64);
  });
});

describe("fast_scnn", () => {
  test("parameters", () => {
    expect(sound("fast_scnn", { aux: false }).parameters.total).toBe(1_138_051);
    expect(sound("fast_scnn", { aux: false, classes: 21 }).parameters.total).toBe(1_138_309);
    expect(sound("fast_scnn").parameters.total).toBe(1_157_174);
    expect(sound("fast_scnn", { in_channels: 4 }).parameters.total).toBe(1_157_174 + 288);
  });

  test("the sizes at which both paths meet are derived", () => {
    expect(sound("fast_scnn").legal["H"]).toMatchObject({ modulus: 32, residues: [0, 1, 2, 27, 28, 29, 30, 31], minimum: 27 });
    for (const [height, width] of [[1024, 2048], [256, 512], [768, 768]] as const)
      expect(shapes("fast_scnn", { aux: false }, height, width)).toEqual({ logits: [19, height, width] });
    const { layers } = sound("fast_scnn", {}, at(1024, 2048));
    const size = (path: string) => layers.find((layer) => layer.path === path)!.output.slice(2);
    expect(["conv.conv.0", "dsconv1.conv.0", "dsconv2.conv.0"].map((path) => size(`learning_to_downsample.${path}`))).toEqual([[511, 1023], [256, 512], [128, 256]]);
  });

  test("runs", async () => {
    await run("fast_scnn", {}, 59, 34);
  });
});

describe("refinenet_light_mobilenet", () => {
  test("parameters, buffers, size", () => {
    const found = sound("refinenet_light_mobilenet", {}, at(512, 512));
    expect([found.parameters.total, found.buffers, found.outputs[0]!.shape]).toEqual([3_284_565, 31_616, ["N", 21, 128, 128]]);
    expect(sound("refinenet_light_mobilenet", { classes: 19, in_channels: 1 }).parameters.total).toBe(3_284_565 - 2 * 2305 - 2 * 288);
  });

  test("runs", async () => {
    await run("refinenet_light_mobilenet", {}, 40, 51);
  });
});

describe("std.attention", () => {
  const [channels, height, width] = [16, 3, 5];
  const count = height * width;
  const text = (block: string): string => `use std.attention { ${block} }

model Attention {
  input x: [N, ${channels}, H, W]
  head y = x -> ${block}(${channels}, H, W) as a
}
`;
  const x = noise([2, channels, height, width], 3);
  const run = async (block: string, weights: Record<string, Value>): Promise<Float32Array> => {
    const { onnx } = compileSpec(text(block));
    const gamma = onnx.weights.find(({ name }) => name.endsWith("gamma"))!.name;
    const { y } = await runSpec(text(block), { x, ...weights, [gamma]: floats([1], [2]) });
    expect(y!.value.shape).toEqual(y!.derived);
    return y!.value.data as Float32Array;
  };
  const data = x.data as Float32Array;
  const at = (image: number, channel: number, position: number): number => data[(image * channels + channel) * count + position]!;
  const softmax = (row: readonly number[]): number[] => {
    const powers = row.map((value) => Math.exp(value - Math.max(...row)));
    return powers.map((power) => power / powers.reduce((a, b) => a + b));
  };
  const range = (length: number): number[] => Array.from({ length }, (_, i) => i);
  const close = (found: Float32Array, wanted: (image: number, channel: number, position: number) => number): void => {
    for (const image of [0, 1]) for (const channel of range(channels)) for (const position of range(count))
      expect(found[(image * channels + channel) * count + position]!).toBeCloseTo(at(image, channel, position) + 2 * wanted(image, channel, position), 4);
  };

  test("position_attention weighs positions by query and key", async () => {
    const kernel = (out: number, seed: number): Value => noise([out, channels, 1, 1], seed);
    const [query, key, value] = [kernel(2, 5), kernel(2, 6), kernel(channels, 7)];
    const found = await run("position_attention", {
      "a.query_conv.weight": query, "a.query_conv.bias": floats([2], [0.1, -0.2]),
      "a.key_conv.weight": key, "a.key_conv.bias": floats([2], [0.3, 0.4]),
      "a.value_conv.weight": value, "a.value_conv.bias": floats([channels], range(channels)),
    });
    const project = (weights: Value, bias: readonly number[], image: number, position: number): number[] =>
      bias.map((start, out) => range(channels).reduce((sum, c) => sum + (weights.data as Float32Array)[out * channels + c]! * at(image, c, position), start));
    const seen = [0, 1].map((image) => {
      const keys = range(count).map((p) => project(key, [0.3, 0.4], image, p));
      const values = range(count).map((p) => project(value, range(channels), image, p));
      return range(count).map((p) => {
        const q = project(query, [0.1, -0.2], image, p);
        const weights = softmax(keys.map((k) => k[0]! * q[0]! + k[1]! * q[1]!));
        return range(channels).map((c) => weights.reduce((sum, weight, other) => sum + weight * values[other]![c]!, 0));
      });
    });
    close(found, (image, channel, position) => seen[image]![position]![channel]!);
  });

  test("channel_attention weighs the least similar channels most", async () => {
    const found = await run("channel_attention", {});
    const weights = [0, 1].map((image) => range(channels).map((c) => {
      const energy = range(channels).map((other) => range(count).reduce((sum, p) => sum + at(image, c, p) * at(image, other, p), 0));
      return softmax(energy.map((one) => Math.max(...energy) - one));
    }));
    close(found, (image, channel, position) => range(channels).reduce((sum, other) => sum + weights[image]![channel]![other]! * at(image, other, position), 0));
  });
});

const networks = ["gcn", "gfrnet", "refinenet", "refinenet_light", "pspnet", "danet", "apcnet", "semantic_fpn", "bisenetv2", "fast_scnn", "refinenet_light_mobilenet"];
const blocks = ["gcn", "refine", "pyramid", "attention", "context", "detectron", "bisenet", "fast_scnn"].map((name) => `std/${name}`);

test.each([...networks, ...blocks])("%s is formatted", (name) => {
  expect(format({ path: `${name}.seg`, text: textOf(name) })).toEqual({ text: textOf(name) });
});
