/** SegNet, ENet and LinkNet against published figures. */
import { describe, expect, test } from "vitest";
import { type Inspection, inspect } from "../../src/analyses/inspect.js";
import { check } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { noise, runSpec } from "../operators/run-spec.js";
import { type Settings, expectFormatted, inspected, read, runs as runText } from "./support.js";

const refused = (name: string, height: number, width: number): boolean =>
  check({ path: "net.seg", text: read(name) }, { size: { height, width } }).problems.some(({ code }) => code === "shape/size-not-legal");

/** Heights and widths of what the steps of an operator give. */
const mapsOf = (network: Inspection, operator: string) => network.layers.filter((layer) => layer.operator === operator).map(({ output }) => output.slice(1).join("x"));
const layersOf = (network: Inspection) => network.weights.filter(({ name }) => name.endsWith(".weight")).map(({ name }) => name.slice(0, -".weight".length));

/** Runs two images of each size with initial weights: maps of 3 classes come out, as large as the images. */
async function runs(name: string, settings: Settings, sizes: readonly (readonly [number, number])[]): Promise<readonly Float32Array[]> {
  const found: Float32Array[] = [];
  for (const size of sizes) {
    const results = await runText(read(name), settings, { image: noise([2, Number(settings["in_channels"] ?? 3), ...size]) }, "initial");
    for (const [output, { shape, data }] of Object.entries(results)) {
      expect(shape, output).toEqual([2, 3, ...size]);
      expect((data as Float32Array).every(Number.isFinite), output).toBe(true);
      expect(new Set(data as Float32Array).size, "outputs differ").toBeGreaterThan(1);
      found.push(data as Float32Array);
    }
  }
  return found;
}

test.each(["segnet", "segnet_bayesian", "segnet_basic", "enet", "linknet", "std/segnet_blocks", "std/enet_blocks", "std/linknet_blocks"])("%s is formatted", expectFormatted);

test.each<[string, Settings, number, number]>([
  ["segnet", {}, 29_449_355, 15_872],
  ["segnet", { classes: 12 }, 29_449_932, 15_872],
  ["segnet", { classes: 38 }, 29_464_934, 15_872],
  ["segnet", { classes: 21 }, 29_455_125, 15_872],
  ["segnet", { classes: 3, in_channels: 5 }, 29_443_008 + 577 * 3 + 576 * 2, 15_872],
  ["segnet_bayesian", {}, 29_449_355, 15_872],
  ["segnet_bayesian", { classes: 37, in_channels: 1 }, 29_443_008 + 577 * 37 - 576 * 2, 15_872],
  ["segnet_basic", {}, 1_416_587, 1_024],
  ["segnet_basic", { classes: 32, in_channels: 4 }, 1_415_872 + 65 * 32 + 3_136, 1_024],
  ["enet", {}, 364_376, 8_352],
  ["enet", { classes: 19 }, 364_311, 8_352],
  ["enet", { classes: 12 }, 363_856, 8_352],
  ["enet", { classes: 38 }, 365_546, 8_352],
  ["enet", { paper: true }, 364_712, 8_352],
  // One channel: 15 maps of 9 weights and a bias instead of 13 of 27 and a bias.
  ["enet", { in_channels: 1 }, 364_376 + 15 * 10 - 13 * 28, 8_352],
  ["linknet", {}, 11_536_820, 11_712],
  ["linknet", { classes: 19 }, 11_536_691, 11_712],
  ["linknet", { classes: 12 }, 11_535_788, 11_712],
  ["linknet", { classes: 21, release: "pytorch" }, 11_535_957, 11_712],
  ["linknet", { release: "pytorch" }, 11_535_828, 11_712],
  ["linknet", { in_channels: 4 }, 11_536_820 + 3_136, 11_712],
])("parameters of %s %o", (name, settings, total, buffers) => {
  const network = inspected(name, settings);
  expect(network.parameters).toEqual({ total, trainable: total });
  expect(network.buffers).toBe(buffers);
});

test.each([
  ["enet", [360, 640], 1.73], ["enet", [512, 512], 1.97], ["enet", [512, 1024], 3.93],
  ["linknet", [352, 640], 9.35], ["linknet", [384, 640], 10.2], ["linknet", [512, 1024], 21.77],
] as const)("multiply-accumulates of %s at %o", (name, size, giga) => {
  expect(Math.round(inspected(name, {}, size).macs / 1e7) / 100).toBe(giga);
});

describe("SegNet", () => {
  test("has the sizes of the Caffe files at 360 x 480", () => {
    const network = inspected("segnet", {}, [360, 480]);
    expect(mapsOf(network, "maxpool_indices")).toEqual(["64x180x240", "128x90x120", "256x45x60", "512x23x30", "512x12x15"]);
    expect(mapsOf(network, "unpool")).toEqual(["512x23x30", "512x45x60", "256x90x120", "128x180x240", "64x360x480"]);
    expect(mapsOf(inspected("segnet_basic", {}, [360, 480]), "unpool")).toEqual(["64x45x60", "64x90x120", "64x180x240", "64x360x480"]);
    expect(mapsOf(inspected("segnet", {}, [224, 224]), "maxpool_indices")).toEqual(["64x112x112", "128x56x56", "256x28x28", "512x14x14", "512x7x7"]);
  });

  test.each(["segnet", "segnet_bayesian", "segnet_basic"])("%s takes any size and keeps it", (name) => {
    expect(inspected(name).legal["H"]!.formula).toBe("any size >= 1");
    for (const size of [[361, 481], [97, 130], [17, 33], [1, 1]] as const) expect(inspected(name, {}, size).outputs[0]!.shape.slice(2)).toEqual(size);
  });

  test("has the layers of the Caffe files", () => {
    const encoder = ["1_1", "1_2", "2_1", "2_2", "3_1", "3_2", "3_3", "4_1", "4_2", "4_3", "5_1", "5_2", "5_3"];
    const decoder = [...encoder].reverse().slice(0, -1);
    const names = [...encoder.map((one) => `conv${one}`), ...decoder.map((one) => `conv${one}_D`)].flatMap((one) => [one, `${one}_bn`]);
    expect(layersOf(inspected("segnet"))).toEqual([...names, "conv1_1_D"]);
    expect(layersOf(inspected("segnet_bayesian"))).toEqual([...names, "conv1_1_D"]);
    const widths = inspected("segnet").layers.filter(({ path }) => /_1_D$/.test(path)).map(({ output }) => output[1]);
    expect(widths).toEqual([512, 256, 128, 64, 11]);
    expect(layersOf(inspected("segnet_basic"))).toEqual([
      ...[1, 2, 3, 4].flatMap((s) => [`conv${s}`, `conv${s}_bn`]), ...[4, 3, 2, 1].flatMap((s) => [`conv_decode${s}`, `conv_decode${s}_bn`]), "conv_classifier",
    ]);
  });

  test("Basic has no activation in the decoder, the Bayesian network six dropouts", () => {
    const count = (name: string, operator: string): number => mapsOf(inspected(name), operator).length;
    expect(count("segnet_basic", "relu")).toBe(4);
    expect(count("segnet", "relu")).toBe(25);
    expect(count("segnet", "dropout")).toBe(0);
    expect(mapsOf(inspected("segnet_bayesian", {}, [360, 480]), "dropout")).toEqual(["256x45x60", "512x23x30", "512x12x15", "512x23x30", "256x45x60", "128x90x120"]);
  });

  test("Basic runs at sizes that are odd at several levels", async () => {
    await runs("segnet_basic", { classes: 3 }, [[45, 59], [17, 33], [5, 7]]);
  });

  test("SegNet runs at sizes that are odd at several levels, down to one pixel", async () => {
    await runs("segnet", { classes: 3 }, [[23, 30], [17, 5], [1, 1]]);
  });

  test("Bayesian SegNet runs, and is SegNet without its dropout", async () => {
    expect(await runs("segnet_bayesian", { classes: 3 }, [[19, 6]])).toEqual(await runs("segnet", { classes: 3 }, [[19, 6]]));
  });

  test("the loss divides by the number of labelled pixels", async () => {
    const spec = "use std.segnet_blocks { balanced_cross_entropy }\nmodel Loss() {\n  input x: [N, 3, H, W]\n  input target: [N, H, W] with type: int64\n  head l = x -> balanced_cross_entropy(target, [0.5, 2, 3], 3)\n}\n";
    const x = noise([1, 3, 2, 3]);
    const labels = [0, 2, 3, 1, 3, 1];
    const { l } = await runSpec(spec, { x, target: { type: "int64", shape: [1, 2, 3], data: BigInt64Array.from(labels.map(BigInt)) } });
    let sum = 0;
    for (const [pixel, label] of labels.entries()) {
      if (label > 2) continue;
      const row = [0, 1, 2].map((c) => Math.exp((x.data as Float32Array)[c * 6 + pixel]!));
      sum -= [0.5, 2, 3][label]! * Math.log(row[label]! / row.reduce((a, b) => a + b));
    }
    expect((l!.value.data as Float32Array)[0]).toBeCloseTo(sum / 4, 5);
    const trained = check({ path: "segnet.seg", text: read("segnet") }, { withLoss: true });
    expect(renderProblems(trained.problems)).toBe("");
    expect(inspect(trained.models[0]!).outputs.map(({ name, shape }) => [name, shape])).toEqual([["logits", ["N", 11, "H", "W"]], ["total", []]]);
  });
});

describe("ENet", () => {
  test("takes multiples of 8", () => {
    const network = inspected("enet");
    expect(network.legal["H"]!.formula).toBe("8k, k >= 1");
    expect(network.alignment["W"]!.formula).toBe("8k, k >= 1");
    for (const size of [[512, 512], [512, 1024], [360, 480], [360, 640], [72, 104], [8, 8]] as const) expect(inspected("enet", {}, size).outputs[0]!.shape.slice(2)).toEqual(size);
    for (const size of [60, 62, 63, 68]) {
      expect(refused("enet", size, 64), `${size} rows`).toBe(true);
      expect(refused("enet", 64, size), `${size} columns`).toBe(true);
    }
  });

  test("has the blocks of the table", () => {
    const network = inspected("enet", {}, [512, 512]);
    const of = (block: string) => network.layers.filter(({ path }) => path.startsWith(`${block}.`));
    const parameters = (block: string) => of(block).reduce((sum, layer) => sum + layer.parameters, 0);
    expect(parameters("initial")).toBe(364 + 32 + 16);
    for (const i of [0, 1, 2, 3, 4]) expect(parameters(`bottleneck1_${i}`)).toBe(4_656);
    expect(parameters("bottleneck2_0")).toBe(22_112);
    for (const s of [2, 3]) expect([1, 2, 3, 4, 5, 6, 7, 8].map((i) => parameters(`bottleneck${s}_${i}`))).toEqual([18_016, 18_016, 19_040, 18_016, 18_016, 18_016, 19_040, 18_016]);
    expect(["4_0", "4_1", "4_2", "5_0", "5_1"].map((one) => parameters(`bottleneck${one}`))).toEqual([13_904, 4_560, 4_560, 1_572, 324]);
    const output = (block: string) => of(block).at(-1)!.output.slice(1).join("x");
    expect(["initial", "bottleneck1_0", "bottleneck1_4", "bottleneck2_0", "bottleneck3_8", "bottleneck4_0", "bottleneck4_2", "bottleneck5_0", "bottleneck5_1"].map(output)).toEqual([
      "16x256x256", "64x128x128", "64x128x128", "128x64x64", "128x64x64", "64x128x128", "64x128x128", "16x256x256", "16x256x256",
    ]);
    expect(network.layers.find(({ path }) => path === "fullconv")!.parameters).toBe(65 * 20);
  });

  test("has its biases, and 1x5 before 5x1", () => {
    const names = inspected("enet").weights.map(({ name, shape }) => `${name} [${shape.join(", ")}]`);
    const ofBlock = (block: string) => names.filter((name) => name.startsWith(block) && name.includes("conv"));
    expect(ofBlock("bottleneck2_3.")).toEqual(["conv1.weight [32, 128, 1, 1]", "conv2_a.weight [32, 32, 1, 5]", "conv2.weight [32, 32, 5, 1]", "conv2.bias [32]", "conv3.weight [128, 32, 1, 1]"].map((name) => `bottleneck2_3.${name}`));
    expect(ofBlock("bottleneck4_0.")).toEqual(["shortcut.conv.weight [64, 128, 1, 1]", "conv1.weight [16, 128, 1, 1]", "conv2.weight [16, 16, 3, 3]", "conv2.bias [16]", "conv3.weight [64, 16, 1, 1]"].map((name) => `bottleneck4_0.${name}`));
  });

  test.each<[Settings]>([[{}], [{ paper: true, in_channels: 1 }]])("runs %o", async (settings) => {
    await runs("enet", { classes: 3, ...settings }, [[24, 40], [8, 8]]);
  });
});

describe("LinkNet", () => {
  test("takes multiples of 32; its graph would run at three sizes below each, and give more rows", () => {
    expect(inspected("linknet").legal["H"]!.formula).toBe("32k, k >= 1");
    for (const size of [60, 61, 65, 93, 360]) expect(refused("linknet", size, 64)).toBe(true);
    const free = read("linknet").replace(" where H % 32 == 0, W % 32 == 0", "").replace(/^ {2}expect logits.*$/m, "").replace(/^ {2}expect e4.*$/m, "");
    const { models } = check({ path: "free.seg", text: free });
    const { legal, outputs } = inspect(models[0]!);
    expect(legal["H"]).toMatchObject({ modulus: 32, residues: [0, 29, 30, 31] });
    expect(outputs[0]!.shape.slice(2)).toEqual(["32*ceil(H/32)", "32*ceil(W/32)"]);
  });

  test("has the blocks of the table", () => {
    const network = inspected("linknet", {}, [512, 1024]);
    const parameters = (block: string) => network.layers.filter(({ path }) => path.startsWith(`${block}.`)).reduce((sum, layer) => sum + layer.parameters, 0);
    expect([1, 2, 3, 4].map((i) => parameters(`encoder${i}`))).toEqual([147_968, 525_568, 2_099_712, 8_393_728]);
    expect([4, 3, 2, 1].map((i) => parameters(`decoder${i}`))).toEqual([247_296, 62_208, 15_744, 4_640]);
    expect(["tp_conv1", "conv2"].map(parameters)).toEqual([18_464 + 64, 9_248 + 64]);
    expect(mapsOf(network, "upconv")).toEqual(["128x32x64", "64x64x128", "32x128x256", "16x128x256", "32x256x512", "20x512x1024"]);
  });

  test.each(["torch7", "pytorch"])("runs (%s)", async (release) => {
    await runs("linknet", { classes: 3, release }, [[32, 64]]);
  });
});
