/** U-Net, UNet++, their relatives and losses against published figures. */
import { describe, expect, test } from "vitest";
import { type Inspection, inspect } from "../../src/analyses/inspect.js";
import { check } from "../../src/compile.js";
import type { Value } from "../../src/runtime/session.js";
import { compileSpec, floats, noise, runSpec } from "../operators/run-spec.js";
import { type Settings, expectFormatted, inspected, read, runs as runText } from "./support.js";

const weightsOf = (network: Inspection): string[] => network.weights.map(({ name, shape }) => `${name} [${shape.join(", ")}]`);

const labels = (shape: readonly number[], classes: number): Value => {
  const count = shape.reduce((a, b) => a * b, 1);
  return { type: "int64", shape, data: BigInt64Array.from({ length: count }, (_, i) => BigInt((i * 7 + Math.floor(i / 5)) % classes)) };
};

const runs = (name: string, settings: Settings, feeds: Readonly<Record<string, Value>>, withLoss = false) => runText(read(name), settings, feeds, "initial", withLoss);

const data = (value: Value | undefined): Float32Array => value!.data as Float32Array;
const single = (value: Value | undefined): number => data(value)[0]!;

test.each(["unet_same", "unet_phseg", "unet_milesial", "unetplusplus", "unetplus", "unet_ensemble", "std/unet_blocks", "std/losses", "std/sums"])("%s is formatted", expectFormatted);

describe("parameters (sections 1 and 10)", () => {
  const nested = { deep_supervision: true };
  const plain = { deep_supervision: false };
  const wide = { ...plain, base: 35 };
  test.each<[string, Settings, number, number?]>([
    ["unet", {}, 31_030_658],
    ["unet_same", {}, 31_030_658],
    ["unet_same", { in_channels: 3, classes: 21 }, 31_029_952 + 576 * 3 + 65 * 21],
    ["unet_phseg", {}, 31_100_354],
    ["unet_phseg", { in_channels: 3 }, 31_101_506],
    ["unet_milesial", {}, 31_037_698, 11_776],
    ["unet_milesial", { upsample: "bilinear" }, 17_263_042, 8_832],
    ["unet_milesial", { in_channels: 1, classes: 5 }, 31_035_840 + 576 + 65 * 5, 11_776],
    ["unet_milesial", { in_channels: 1, classes: 1, upsample: "bilinear" }, 17_261_184 + 576 + 65, 8_832],
    ["unetplusplus", {}, 9_041_601],
    ["unetplusplus", nested, 9_041_700],
    ["unetplusplus", { in_channels: 3, classes: 4 }, 9_041_280 + 288 * 3 + 33 * 4],
    ["unetplusplus", { in_channels: 3, classes: 4, ...nested }, 9_041_280 + 288 * 3 + 33 * 16],
    ["unetplusplus", { level: 3 }, 2_204_961],
    ["unetplusplus", { level: 2 }, 511_105],
    ["unetplusplus", { level: 1 }, 100_961],
    ["unetplusplus", { level: 3, in_channels: 3 }, 2_204_961 + 576],
    ["unetplusplus", { level: 3, ...nested }, 2_205_027],
    ["unetplusplus", { level: 2, ...nested }, 511_138],
    ["unetplusplus", { level: 1, ...nested }, 100_961],
    ["unetplus", {}, 8_728_257],
    ["unetplus", { level: 3 }, 2_140_449],
    ["unetplus", { level: 2 }, 501_889],
    ["unetplus", { level: 1 }, 100_961],
    ["unetplus", { in_channels: 3, classes: 4 }, 8_727_936 + 288 * 3 + 33 * 4],
    ["unet_ensemble", {}, 8_728_356],
    // One decoder alone is U-Net L1 to L4, with 35 channels the wide U-Net.
    ["unet_ensemble", plain, 7_759_521],
    ["unet_ensemble", { ...plain, level: 3 }, 1_925_025],
    ["unet_ensemble", { ...plain, level: 2 }, 465_953],
    ["unet_ensemble", { ...plain, level: 1 }, 100_961],
    ["unet_ensemble", { ...plain, in_channels: 3, classes: 4 }, 7_759_200 + 288 * 3 + 33 * 4],
    ["unet_ensemble", wide, 9_282_246],
  ])("%s %o", (name, settings, total, buffers = 0) => {
    const network = inspected(name, settings);
    expect(network.parameters).toEqual({ total, trainable: total });
    expect(network.buffers).toBe(buffers);
  });
});

test.each<[string, Settings, readonly [number, number], number]>([
  ["unet", {}, [572, 572], 150_428_424_448],
  ["unet_milesial", {}, [96, 96], 6_774_128_640],
  ["unet_milesial", { upsample: "bilinear" }, [96, 96], 5_622_792_192],
  ["unetplusplus", { in_channels: 3 }, [96, 96], 4_188_930_048],
  ["unetplusplus", { in_channels: 3, level: 3 }, [96, 96], 2_457_206_784],
  ["unetplusplus", { in_channels: 3, level: 2 }, [96, 96], 1_253_965_824],
  ["unetplusplus", { in_channels: 3, level: 1 }, [96, 96], 494_272_512],
  ["unetplus", { in_channels: 3 }, [96, 96], 3_339_583_488],
  ["unet_ensemble", { in_channels: 3, deep_supervision: false }, [96, 96], 1_697_513_472],
])("multiply-accumulates of %s %o at %o", (name, settings, size, macs) => {
  expect(inspected(name, settings, size).macs).toBe(macs);
});

test("UNet^e costs what UNet+ costs, with the heads of its other decoders", () => {
  const head = 32 * 96 * 96;
  expect(inspected("unet_ensemble", { in_channels: 3 }, [96, 96]).macs).toBe(3_339_583_488 + 3 * head);
});

describe("sizes (sections 4, 6 and 9)", () => {
  test.each([[1, "2k + 12, k >= 3", 16], [2, "4k + 28, k >= 4", 40], [3, "8k + 60, k >= 4", 88], [4, "16k + 124, k >= 4", 184]])("unet_phseg of depth %i takes %s", (depth, formula, loss) => {
    const network = inspected("unet_phseg", { depth });
    expect(network.alignment["H"]!.formula).toBe(formula);
    expect(network.legal["W"]!.formula).toBe(formula);
    expect(network.outputs[0]!.shape).toEqual(["N", 2, `H - ${loss}`, `W - ${loss}`]);
    expect(network.receptive_field["score"]).toMatchObject({ size: [0, 18, 44, 100, 204][depth]! });
  });

  test("unet_phseg crops 4, 16, 40 and 88 pixels of each side", () => {
    const crops = inspected("unet_phseg", {}, [572, 572]).layers.filter(({ operator }) => operator === "crop").map(({ output }) => output[2]);
    expect(crops).toEqual([56, 104, 200, 392]);
    const skips = inspected("unet_phseg", {}, [572, 572]).layers.filter(({ operator }) => operator === "conv").map(({ output }) => output[2]);
    expect(skips).toEqual([570, 568, 282, 280, 138, 136, 66, 64, 30, 28, 54, 52, 102, 100, 198, 196, 390, 388, 388]);
  });

  test.each([["unet_phseg", 204], ["unet_phseg", 588]])("%s takes %i, with an odd map at the bottom or not", (name, size) => {
    expect(inspected(name, {}, [size, size]).outputs[0]!.shape.slice(2)).toEqual([size - 184, size - 184]);
  });

  test("unet_milesial takes any size of at least 16 and keeps it", () => {
    const network = inspected("unet_milesial");
    expect(network.legal["H"]!.formula).toBe("any size >= 16");
    expect(network.alignment["H"]!.formula).toBe("16k, k >= 1");
    for (const size of [[17, 31], [33, 47], [95, 127], [16, 959]] as const) expect(inspected("unet_milesial", {}, size).outputs[0]!.shape.slice(2)).toEqual(size);
    const { problems } = check({ path: "unet_milesial.seg", text: read("unet_milesial") }, { size: { height: 15, width: 16 } });
    expect(problems.map(({ code }) => code)).toContain("shape/size-not-legal");
  });

  test("unet_milesial halves Carvana's width five times and pads it four times", () => {
    const { layers } = inspected("unet_milesial", {}, [640, 959]);
    expect(layers.filter(({ operator }) => operator === "maxpool").map(({ output }) => output[3])).toEqual([479, 239, 119, 59]);
    expect(layers.filter(({ operator }) => operator === "upconv").map(({ output }) => output[3])).toEqual([118, 238, 478, 958]);
  });

  test.each(["unetplusplus", "unetplus", "unet_ensemble"])("%s of level n takes multiples of 2^n", (name) => {
    for (const level of [1, 2, 3, 4]) expect(inspected(name, { level }).legal["H"]!.formula).toBe(`${2 ** level}k, k >= 1`);
    for (const [level, size] of [[3, 104], [2, 100], [1, 98]] as const) inspected(name, { level }, [size, size]);
    for (const size of [98, 100, 104])
      expect(check({ path: "net.seg", text: read(name) }, { size: { height: size, width: size } }).problems.map(({ code }) => code)).toContain("shape/size-not-legal");
  });

  test("the nodes of UNet++ join (j + 1) * c channels at the sizes of the table", () => {
    const { layers } = inspected("unetplusplus", { in_channels: 3 }, [96, 96]);
    const joined = layers.filter(({ operator }) => operator === "concat").map(({ output }) => output.slice(1, 3));
    expect(joined).toEqual([[64, 96], [128, 48], [256, 24], [512, 12], [96, 96], [192, 48], [384, 24], [128, 96], [256, 48], [160, 96]]);
    const of = (node: string) => layers.filter(({ path }) => path.startsWith(`conv${node}_`)).reduce((sum, { parameters }) => sum + parameters, 0);
    const table = { 11: 10_144, 21: 55_424, 31: 221_440, 41: 885_248, 51: 3_539_968, 12: 27_712, 22: 110_720, 32: 442_624, 42: 1_769_984, 13: 36_928, 23: 147_584, 33: 590_080, 14: 46_144, 24: 184_448, 15: 55_360 };
    for (const [node, parameters] of Object.entries(table)) expect(of(node), node).toBe(parameters);
    for (const [row, parameters] of [[1, 8_224], [2, 32_832], [3, 131_200], [4, 524_544]] as const)
      expect(layers.filter(({ path }) => path.startsWith(`up${row}`)).map((layer) => layer.parameters)).toEqual(Array.from({ length: 5 - row }, () => parameters));
  });
});

describe("weights have the names of their sources", () => {
  test("unet_same has those of unet", () => expect(weightsOf(inspected("unet_same"))).toEqual(weightsOf(inspected("unet"))));

  test("unet_phseg has those of the Caffe network", () => {
    const layers = [...new Set(inspected("unet_phseg").weights.map(({ name }) => name.slice(0, name.lastIndexOf("."))))];
    expect(layers.join(" ")).toBe(
      "conv_d0a-b conv_d0b-c conv_d1a-b conv_d1b-c conv_d2a-b conv_d2b-c conv_d3a-b conv_d3b-c conv_d4a-b conv_d4b-c upconv_d4c_u3a conv_u3b-c conv_u3c-d " +
        "upconv_u3d_u2a conv_u2b-c conv_u2c-d upconv_u2d_u1a conv_u1b-c conv_u1c-d upconv_u1d_u0a conv_u0b-c conv_u0c-d conv_u0d-score",
    );
    expect(weightsOf(inspected("unet_phseg"))).toContain("upconv_u1d_u0a.weight [128, 128, 2, 2]");
    expect(weightsOf(inspected("unet_phseg"))).toContain("conv_u0b-c.weight [64, 192, 3, 3]");
  });

  test("unet_milesial has those of the repository", () => {
    const transposed = weightsOf(inspected("unet_milesial"));
    for (const one of ["inc.double_conv.0.weight [64, 3, 3, 3]", "inc.double_conv.1.running_var [64]", "down4.maxpool_conv.1.double_conv.3.weight [1024, 1024, 3, 3]", "up1.up.weight [1024, 512, 2, 2]", "up1.up.bias [512]", "up4.conv.double_conv.4.weight [64]", "outc.conv.weight [2, 64, 1, 1]"])
      expect(transposed).toContain(one);
    // Five tensors for each of 18 batch normalisations and their convolutions, four up-convolutions and the head with bias.
    expect(transposed.length).toBe(18 * 5 + 5 * 2);
    const bilinear = weightsOf(inspected("unet_milesial", { upsample: "bilinear" }));
    for (const one of ["down4.maxpool_conv.1.double_conv.0.weight [512, 512, 3, 3]", "up1.conv.double_conv.0.weight [512, 1024, 3, 3]", "up1.conv.double_conv.3.weight [256, 512, 3, 3]", "up3.conv.double_conv.3.weight [64, 128, 3, 3]", "up4.conv.double_conv.0.weight [64, 128, 3, 3]"])
      expect(bilinear).toContain(one);
  });

  test("unetplusplus has those of the Keras network", () => {
    const names = weightsOf(inspected("unetplusplus", { deep_supervision: true }));
    for (const one of ["conv11_1.weight [32, 1, 3, 3]", "conv51_2.bias [512]", "up42.weight [512, 256, 2, 2]", "conv15_1.weight [32, 160, 3, 3]", "output_1.weight [1, 32, 1, 1]", "output_4.bias [1]"]) expect(names).toContain(one);
  });
});

describe("runs", () => {
  const image = (channels: number, height: number, width: number): Value => noise([2, channels, height, width]);
  test.each<[string, Settings, readonly number[], readonly number[]]>([
    ["unet_same", { base: 4 }, [32, 48], [32, 48]],
    ["unet_phseg", { base: 4 }, [188, 204], [4, 20]],
    ["unet_phseg", { base: 4, depth: 2 }, [44, 48], [4, 8]],
    ["unet_milesial", { base: 4, in_channels: 1 }, [17, 31], [17, 31]],
    ["unet_milesial", { base: 4, in_channels: 1, upsample: "bilinear" }, [33, 47], [33, 47]],
    ["unetplusplus", { base: 4 }, [32, 48], [32, 48]],
    ["unetplusplus", { base: 4, deep_supervision: true }, [32, 16], [32, 16]],
    ["unetplus", { base: 4, deep_supervision: true }, [32, 16], [32, 16]],
    ["unet_ensemble", { base: 4 }, [32, 16], [32, 16]],
  ])("%s %o", async (name, settings, [height, width], size) => {
    const results = await runs(name, { classes: 3, ...settings }, { image: image(1, height!, width!) });
    for (const [output, { shape }] of Object.entries(results)) expect(shape, output).toEqual([2, 3, ...size]);
  });

  test.each(["unetplusplus", "unetplus", "unet_ensemble"])("a pruned %s gives what the branch of the whole network gives", async (name) => {
    const feeds = { image: image(1, 16, 32) };
    const whole = await runs(name, { base: 4, deep_supervision: true }, feeds);
    for (const level of [1, 2, 3, 4]) {
      const { mask } = await runs(name, { base: 4, level, deep_supervision: false }, feeds);
      expect(data(mask)).toEqual(data(whole[`branch.${level}`]));
    }
    const mean = [...data(whole["mask"])].map((_, i) => [1, 2, 3, 4].reduce((sum, level) => sum + data(whole[`branch.${level}`])[i]! / 4, 0));
    mean.forEach((value, i) => expect(data(whole["mask"])[i]).toBeCloseTo(value, 6));
  });
});

describe("losses (section 11)", () => {
  const p = [0.9, 0.2, 0.6, 0.1];
  const y: Value = { type: "int64", shape: [1, 1, 4], data: BigInt64Array.from([1n, 0n, 1n, 0n]) };
  const logit = p.map((value) => Math.log(value / (1 - value)));
  test.each([
    ["p -> bce(y)", 0.23617255],
    ["x -> bce_with_logits(y)", 0.23617255],
    ["p -> dice(y)", 0.83333333],
    ["p -> dice(y, smooth: 0)", 0.78947368],
    ["p -> bce_dice(y)", -0.71524706],
    ["x -> bce_dice_with_logits(y)", 0.32861204],
    ["x -> ce_dice(labels, 1)", 0.44669881],
    ["p -> hybrid(y)", -0.48138061],
    ["p -> hybrid_2020(y, entropy: 0.5, squared: false)", -0.34731884],
    ["p -> hybrid_2020(y)", -0.31516048],
  ])("%s", async (expression, value) => {
    const block = /-> (\w+)/.exec(expression)![1]!;
    const spec = `use std.losses { ${block} }\nmodel Loss() {\n  input p: [N, 1, H, W]\n  input x: [N, 1, H, W]\n  input labels: [N, H, W] with type: int64\n  y = labels -> one_hot(1, first: 1)\n  head l = ${expression}\n}\n`;
    const { l } = await runSpec(spec, { p: floats([1, 1, 1, 4], p), x: floats([1, 1, 1, 4], logit), labels: y });
    expect(single(l!.value)).toBeCloseTo(value, 6);
    expect(l!.derived).toEqual([]);
  });

  test("no loss is NaN at 0 and 1", async () => {
    const blocks = { bce: "p", bce_with_logits: "x", bce_dice: "p", hybrid: "p", hybrid_2020: "p" };
    const spec = `use std.losses { ${Object.keys(blocks).join(", ")} }\nmodel Loss() {\n  input p: [N, 1, H, W]\n  input y: [N, 1, H, W]\n  x = 200 * p - 100\n${Object.entries(blocks).map(([block, of]) => `  head ${block}_ = ${of} -> ${block}(y)\n`).join("")}}\n`;
    const results = await runSpec(spec, { p: floats([1, 1, 1, 4], [0, 1, 0, 1]), y: floats([1, 1, 1, 4], [0, 0, 1, 1]) });
    for (const [name, { value }] of Object.entries(results)) expect(Number.isFinite(single(value)), name).toBe(true);
  });

  /** Softmax over the classes of [N, C, pixels]. */
  const softmax = (x: ArrayLike<number>, classes: number, pixels: number): number[] =>
    Array.from(x, (_, i) => {
      const [image, pixel] = [Math.floor(i / (classes * pixels)), i % pixels];
      const row = Array.from({ length: classes }, (_, c) => x[(image * classes + c) * pixels + pixel]!);
      return Math.exp(x[i]!) / row.reduce((sum, value) => sum + Math.exp(value), 0);
    });

  test("milesial's loss of several classes is cross-entropy and the Dice of each class over the batch", async () => {
    const [n, classes, pixels] = [2, 3, 6 * 5];
    const x = noise([n, classes, 6, 5]);
    const target = labels([n, 6, 5], classes);
    const spec = "use std.losses { ce_dice }\nmodel Loss() {\n  input x: [N, 3, H, W]\n  input target: [N, H, W] with type: int64\n  head l = x -> ce_dice(target, 3)\n}\n";
    const { l } = await runSpec(spec, { x, target });
    const probability = softmax(data(x), classes, pixels);
    const label = (image: number, pixel: number): number => Number(target.data[image * pixels + pixel]);
    let entropy = 0;
    const [overlap, sizes] = [[0, 0, 0], [0, 0, 0]];
    for (let image = 0; image < n; image++)
      for (let pixel = 0; pixel < pixels; pixel++)
        for (let c = 0; c < classes; c++) {
          const one = probability[(image * classes + c) * pixels + pixel]!;
          const is = label(image, pixel) === c ? 1 : 0;
          entropy -= is * Math.log(one) / (n * pixels);
          overlap[c]! += 2 * one * is;
          sizes[c]! += one + is;
        }
    const dice = overlap.reduce((sum, value, c) => sum + (value + 1e-6) / (sizes[c]! + 1e-6), 0) / classes;
    expect(single(l!.value)).toBeCloseTo(entropy + 1 - dice, 5);
  });

  test("unet's energy is the weighted sum over pixels, on maps 184 smaller than the image", async () => {
    const model = compileSpec(read("unet"), { withLoss: true });
    expect(inspect(model).inputs).toEqual([
      { name: "image", shape: ["N", 1, "H", "W"] },
      { name: "target", shape: ["N", "H - 184", "W - 184"] },
      { name: "weights", shape: ["N", "H - 184", "W - 184"] },
    ]);
    expect(inspect(compileSpec(read("unet"))).inputs.map(({ name }) => name)).toEqual(["image"]);
    const spec = "use std.losses { weighted_cross_entropy }\nmodel Energy() {\n  input x: [N, 2, H, W]\n  input target: [N, H, W] with type: int64\n  input weights: [N, H, W]\n  head e = x -> weighted_cross_entropy(target, weights)\n}\n";
    // The row of section 2: cells 1 1 0 0 0 2 2, class weight 1 everywhere.
    const border = [0, 0, 7.26149, 7.26149, 7.26149, 0, 0];
    const target: Value = { type: "int64", shape: [1, 1, 7], data: BigInt64Array.from([1n, 1n, 0n, 0n, 0n, 1n, 1n]) };
    const x = noise([1, 2, 1, 7]);
    const { e } = await runSpec(spec, { x, target, weights: floats([1, 1, 7], border.map((value) => 1 + value)) });
    const probability = softmax(data(x), 2, 7);
    const energy = border.reduce((sum, value, i) => sum - (1 + value) * Math.log(probability[Number(target.data[i]) * 7 + i]!), 0);
    expect(single(e!.value)).toBeCloseTo(energy, 4);
  });

  test.each([["unetplusplus", 1], ["unet_ensemble", 3]])("%s adds the losses of its heads (%i classes)", async (name, classes) => {
    const target = labels([2, 16, 16], Math.max(2, classes));
    const results = await runs(name, { base: 4, classes, deep_supervision: true }, { image: noise([2, 1, 16, 16]), target }, true);
    const image = classes * 256;
    let total = 0;
    for (const level of [1, 2, 3, 4])
      for (const n of [0, 1]) {
        let [entropy, overlap, sizes] = [0, 0, 0];
        for (let i = 0; i < image; i++) {
          const one = data(results[`branch.${level}`])[n * image + i]!;
          const label = Number(target.data[n * 256 + (i % 256)]);
          const is = label === (classes === 1 ? 1 : Math.floor(i / 256)) ? 1 : 0;
          entropy += is * Math.log(one);
          overlap += 2 * is * one;
          sizes += is + one;
        }
        total -= (0.5 * entropy + overlap / sizes) / 2;
      }
    expect(single(results["total"]) / total).toBeCloseTo(1, 5);
  });

  test("milesial's network has its loss", async () => {
    const results = await runs("unet_milesial", { base: 4, classes: 3 }, { image: noise([2, 3, 17, 18]), target: labels([2, 17, 18], 3) }, true);
    expect(Object.keys(results)).toEqual(["logits", "total"]);
    expect(single(results["total"])).toBeGreaterThan(0);
  });
});
