/** FCN, its classifiers and torchvision's backbones against published figures. */
import { describe, expect, test } from "vitest";
import { type Inspection, inspect } from "../../src/analyses/inspect.js";
import { check } from "../../src/compile.js";
import { type Value, createSession } from "../../src/runtime/session.js";
import { compileSpec, fileOf, floats, noise } from "../operators/run-spec.js";
import { type Settings, expectFormatted, inspected, read, runs as runText, texts } from "./support.js";

/** Heights and widths of the steps with this path, or of all steps of an operator. */
const sizesOf = (network: Inspection, of: { readonly path?: string; readonly operator?: string }): (readonly (number | string)[])[] =>
  network.layers.filter(({ path, operator }) => (of.path === undefined || path === of.path) && (of.operator === undefined || operator === of.operator)).map(({ output }) => output.slice(2));

const heights = (network: Inspection, operator: string): (number | string)[] => sizesOf(network, { operator }).map(([height]) => height!);
const at = (network: Inspection, path: string): readonly (number | string)[] => sizesOf(network, { path })[0]!;
const giga = (macs: number, digits = 2): number => Number((macs / 1e9).toFixed(digits));

interface Run {
  readonly name: string;
  readonly settings?: Settings;
  readonly input: readonly number[];
}

/** Shapes of the outputs, which are those that were derived. */
async function runs({ name, settings = {}, input }: Run): Promise<Record<string, readonly number[]>> {
  const results = await runText(read(name), settings, { image: noise(input) });
  return Object.fromEntries(Object.entries(results).map(([output, { shape }]) => [output, shape]));
}

const specs = [
  "fcn32s", "fcn16s", "fcn8s", "fcn8s_atonce", "fcn32s_same", "fcn16s_same", "fcn8s_same", "fcn_alexnet", "fcn_googlenet", "fcn_resnet", "patch_classifier",
  "std/fcn", "std/vgg", "std/alexnet", "std/googlenet", "std/heads",
  "backbones/vgg", "backbones/alexnet", "backbones/caffenet", "backbones/googlenet", "backbones/bvlc_googlenet", "backbones/resnet",
];

test.each(specs)("%s is formatted", expectFormatted);

describe("FCN as released, padded by 100 (section 2)", () => {
  test.each([
    ["fcn32s", 21, 3, 134_346_581, 136_152_917],
    ["fcn16s", 21, 3, 134_357_354, 134_815_994],
    ["fcn8s", 21, 3, 134_362_751, 134_489_759],
    ["fcn8s_atonce", 21, 3, 134_362_751, 134_489_759],
    ["fcn32s", 60, 3, 134_506_364, 149_251_964],
    ["fcn16s", 60, 3, 134_537_144, 138_281_144],
    ["fcn8s", 60, 3, 134_552_564, 135_589_364],
    ["fcn32s", 40, 3, 134_424_424, 140_978_024],
    ["fcn32s", 40, 4, 134_425_000, 140_978_600],
  ])("%s with %i classes and %i channels", (name, classes, in_channels, trainable, total) => {
    const network = inspected(name, { classes, in_channels });
    expect(network.parameters).toEqual({ total, trainable });
    expect(network.buffers).toBe(0);
    expect(network.receptive_field["logits"]).toMatchObject({ stride: 1, centre: 0 });
  });

  test.each([["fcn32s", 181.37], ["fcn16s", 181.45], ["fcn8s", 181.53], ["fcn8s_atonce", 181.53]])("%s: multiply-accumulates at 500 x 500", (name, macs) => {
    const network = inspected(name, {}, [500, 500]);
    expect(giga(network.macs)).toBe(macs);
    const of = (path: string): number => network.layers.find((layer) => layer.path === path)!.macs;
    // The sheet rounds fc7 to 4.30 G.
    expect([giga(of("fc6")), of("fc7")]).toEqual([26.31, 16 * 16 * 4096 * 4096]);
  });

  // pool1..pool5, score_fr, 32s: upscore, 16s: upscore2 and upscore16, 8s: upscore_pool4 and upscore8
  test.each([
    [1, [100, 50, 25, 13, 7], 1, 64, [4, 80], [10, 88]],
    [32, [115, 58, 29, 15, 8], 2, 96, [6, 112], [14, 120]],
    [224, [211, 106, 53, 27, 14], 8, 288, [18, 304], [38, 312]],
    [256, [227, 114, 57, 29, 15], 9, 320, [20, 336], [42, 344]],
    [375, [287, 144, 72, 36, 18], 12, 416, [26, 432], [54, 440]],
    [500, [349, 175, 88, 44, 22], 16, 544, [34, 560], [70, 568]],
    [512, [355, 178, 89, 45, 23], 17, 576, [36, 592], [74, 600]],
  ])("sizes at %i", (size, pools, score, up32, up16, up8) => {
    const [n32, n16, n8] = ["fcn32s", "fcn16s", "fcn8s"].map((name) => inspected(name, {}, [size, size]));
    for (const network of [n32!, n16!, n8!]) {
      expect(heights(network, "maxpool")).toEqual(pools);
      expect(at(network, "score_fr")).toEqual([score, score]);
      expect(network.outputs[0]!.shape).toEqual([1, 21, size, size]);
    }
    expect(heights(n32!, "upconv")).toEqual([up32]);
    expect(heights(n16!, "upconv")).toEqual(up16);
    expect(heights(n8!, "upconv")).toEqual([up16[0], ...up8]);
  });

  test("names", () => {
    const names = inspected("fcn8s").weights.map(({ name }) => name);
    const stages = [2, 2, 3, 3, 3].flatMap((count, stage) => Array.from({ length: count }, (_, i) => `conv${stage + 1}_${i + 1}`));
    const layers = [...stages, "fc6", "fc7", "score_fr", "score_pool4", "score_pool3"];
    const owned = [...layers.flatMap((layer) => [`${layer}.weight`, `${layer}.bias`]), "upscore2.weight", "upscore_pool4.weight", "upscore8.weight"];
    expect([...names].sort()).toEqual(owned.sort());
  });

  test.each(["fcn32s", "fcn16s", "fcn8s", "fcn8s_atonce"])("%s runs at 33 x 5", async (name) => {
    expect(await runs({ name, settings: { classes: 3 }, input: [2, 3, 33, 5] })).toEqual({ logits: [2, 3, 33, 5] });
  });
});

describe("FCN with padded fc6 (section 3)", () => {
  const plain = {
    11: [130_658_709, 129_321_786, 128_995_551], 13: [130_843_221, 129_506_298, 129_180_063],
    16: [136_152_917, 134_815_994, 134_489_759], 19: [141_462_613, 140_125_690, 139_799_455],
  };
  const normed = {
    11: [130_664_213, 129_327_290, 129_001_055], 13: [130_849_109, 129_512_186, 129_185_951],
    16: [136_161_365, 134_824_442, 134_498_207], 19: [141_473_621, 140_136_698, 139_810_463],
  };
  const fields = { 11: 342, 13: 348, 16: 404, 19: 460 };
  const buffers = { 11: 5504, 13: 5888, 16: 8448, 19: 11_008 };
  const names = ["fcn32s_same", "fcn16s_same", "fcn8s_same"];

  describe.each([11, 13, 16, 19] as const)("VGG%i", (depth) => {
    test.each(names.map((name, i) => [name, i] as const))("%s", (name, i) => {
      const network = inspected(name, { depth });
      expect([network.parameters.total, network.buffers]).toEqual([plain[depth][i], 0]);
      // The field of fc7, and what the transposed convolutions add.
      if (i === 0) expect(network.receptive_field["logits"]).toMatchObject({ size: fields[depth] + 32, stride: 1, centre: 0 });
      const withNorm = inspected(name, { depth, batch_norm: true });
      expect([withNorm.parameters.total, withNorm.buffers]).toEqual([normed[depth][i], buffers[depth]]);
    });
  });

  test.each(names)("%s: other numbers of classes and channels keep its formula", (name) => {
    inspected(name, { classes: 2, in_channels: 1 });
    inspected(name, { classes: 60, in_channels: 4, batch_norm: true });
    expect(inspected(name).receptive_field["logits"]).toMatchObject({ stride: 1, centre: 0 });
  });

  test.each(names)("%s takes multiples of 32 only", (name) => {
    expect(inspected(name).legal["H"]).toMatchObject({ modulus: 32, residues: [0], minimum: 32 });
    expect(inspected(name, {}, [96, 64]).outputs[0]!.shape).toEqual([1, 21, 96, 64]);
    const { problems } = check({ path: "fcn.seg", text: read(name) }, { size: { height: 500, width: 375 } });
    expect(problems.map(({ code }) => code)).toContain("shape/size-not-legal");
  });

  // Without the `where` the sheet's raw sizes come out, and the sum fails where the maps differ.
  test.each([
    [500, 375, ["480x352", undefined, undefined]], [513, 513, ["512x512", "512x512", "512x512"]], [33, 65, ["32x64", "32x64", "32x64"]],
  ] as const)("raw output at %i x %i", (height, width, raw) => {
    for (const [i, name] of names.entries()) {
      const text = read(name).replace(/\n +where [^]*?(?=\n +with)/, "").replace(/\n +expect (logits|alignment).*/g, "");
      expect(text).not.toContain("where");
      const { problems, models } = check({ path: "fcn.seg", text }, { size: { batch: 1, height, width } });
      if (raw[i] === undefined) expect(problems.map(({ code }) => code)).toContain("shape/size-not-legal");
      else expect(inspect(models[0]!).outputs[0]!.shape.slice(2).join("x")).toBe(raw[i]);
    }
  });

  test.each([...names.map((name) => [name, {}] as const), ["fcn8s_same", { depth: 11, batch_norm: true }] as const])("%s runs at 64 x 32 %j", async (name, settings) => {
    expect(await runs({ name, settings: { classes: 3, ...settings }, input: [2, 3, 64, 32] })).toEqual({ logits: [2, 3, 64, 32] });
  });
});

describe("FCN-AlexNet (section 4)", () => {
  test("parameters and multiply-accumulates", () => {
    const network = inspected("fcn_alexnet", {}, [500, 500]);
    expect(network.parameters).toEqual({ total: 58_704_590, trainable: 56_954_261 });
    expect(giga(network.macs)).toBe(21.42);
    expect(network.receptive_field["logits"]).toMatchObject({ stride: 1, centre: 0 });
    const own = Object.fromEntries(network.layers.filter(({ parameters }) => parameters > 0).map(({ path, parameters }) => [path, parameters]));
    expect(own).toEqual({
      conv1: 34_944, conv2: 307_456, conv3: 885_120, conv4: 663_936, conv5: 442_624, fc6: 37_752_832, fc7: 16_781_312, score_fr: 86_037, upscore: 1_750_329,
    });
    inspected("fcn_alexnet", { classes: 2, in_channels: 1 });
  });

  test.each([
    [1, 48, [24, 12, 6], 1, 63], [224, 104, [52, 26, 13], 8, 287], [256, 112, [56, 28, 14], 9, 319],
    [375, 142, [71, 35, 17], 12, 415], [500, 173, [86, 43, 21], 16, 543], [512, 176, [88, 44, 22], 17, 575],
  ])("sizes at %i", (size, conv1, pools, score, up) => {
    const network = inspected("fcn_alexnet", {}, [size, size]);
    expect(at(network, "conv1")).toEqual([conv1, conv1]);
    expect(heights(network, "maxpool")).toEqual(pools);
    expect([at(network, "score_fr")[0], at(network, "upscore")[0]]).toEqual([score, up]);
  });

  test("runs at 33 x 5", async () => {
    expect(await runs({ name: "fcn_alexnet", settings: { classes: 3 }, input: [2, 3, 33, 5] })).toEqual({ logits: [2, 3, 33, 5] });
  });
});

describe("FCN-GoogLeNet (section 5)", () => {
  test("parameters", () => {
    for (const pad of ["native", "hundred"]) {
      const network = inspected("fcn_googlenet", { pad });
      expect(network.parameters).toEqual({ total: 7_745_406, trainable: 5_995_077 });
      expect(network.receptive_field["logits"]).toMatchObject({ stride: 1, centre: 0 });
      inspected("fcn_googlenet", { pad, classes: 2, in_channels: 4 });
    }
    const parts = new Map<string, number>();
    for (const { path, parameters } of inspected("fcn_googlenet").layers) {
      const part = path.startsWith("conv") ? path : path.split(".")[0]!;
      parts.set(part, (parts.get(part) ?? 0) + parameters);
    }
    const inception = (name: string): number => parts.get(`inception_${name}`)!;
    expect(["conv1.7x7_s2", "conv2.3x3_reduce", "conv2.3x3"].map((path) => parts.get(path))).toEqual([9472, 4160, 110_784]);
    expect(["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"].map(inception)).toEqual(
      [163_696, 388_736, 376_176, 449_160, 510_104, 605_376, 868_352, 1_043_456, 1_444_080],
    );
  });

  test.each([
    ["native", 224, 112, [56, 28, 14, 7], 255], ["native", 375, 188, [94, 47, 23, 11], 383], ["native", 512, 256, [128, 64, 32, 16], 543], ["native", 500, 250, [125, 62, 31, 15], 511],
    ["hundred", 224, 209, [104, 52, 26, 13], 447], ["hundred", 375, 285, [142, 71, 35, 17], 575], ["hundred", 512, 353, [176, 88, 44, 22], 735],
  ])("sizes with pad %s at %i", (pad, size, conv1, pools, up) => {
    const network = inspected("fcn_googlenet", { pad }, [size, size]);
    expect(at(network, "conv1.7x7_s2")[0]).toBe(conv1);
    const strided = sizesOf(network, { operator: "maxpool" }).map(([height]) => height).filter((height, i, all) => height !== all[i - 1]);
    expect(strided).toEqual(pools);
    expect(at(network, "upscore")[0]).toBe(up);
  });

  test("runs at its smallest sizes", async () => {
    const settings = { classes: 3 };
    expect(await runs({ name: "fcn_googlenet", settings, input: [2, 3, 31, 44] })).toEqual({ logits: [2, 3, 31, 44] });
    expect(await runs({ name: "fcn_googlenet", settings: { ...settings, pad: "hundred" }, input: [2, 3, 1, 30] })).toEqual({ logits: [2, 3, 1, 30] });
  });
});

describe("torchvision's FCN", () => {
  test.each([
    [50, false, 32_957_013, 54_144, 142_725_772_800], [50, true, 35_322_218, 54_656, 152_716_512_000],
    [101, false, 51_949_141, 106_368, 222_746_867_200], [101, true, 54_314_346, 106_880, 232_737_606_400],
  ])("depth %i, aux %s", (depth, aux, total, buffers, macs) => {
    const network = inspected("fcn_resnet", { depth, aux }, [520, 520]);
    expect([network.parameters.total, network.buffers, network.macs]).toEqual([total, buffers, macs]);
    // The last resize takes corner-aligned cells for half-pixel ones.
    expect(network.receptive_field["out"]).toMatchObject({ centre: -3.5 });
    inspected("fcn_resnet", { depth, aux, classes: 3, in_channels: 4 });
  });

  test.each([[224, 224, "28x28"], [225, 333, "29x42"], [65, 97, "9x13"], [513, 513, "65x65"], [520, 520, "65x65"], [1, 1, "1x1"]])("features at %i x %i", (height, width, size) => {
    const network = inspected("fcn_resnet", {}, [height, width]);
    expect(at(network, "classifier.4").join("x")).toBe(size);
    expect(network.outputs.map(({ shape }) => shape)).toEqual([[1, 21, height, width], [1, 21, height, width]]);
  });

  test("runs at 33 x 31", async () => {
    expect(await runs({ name: "fcn_resnet", settings: { classes: 3 }, input: [2, 3, 33, 31] })).toEqual({ out: [2, 3, 33, 31], aux_out: [2, 3, 33, 31] });
  });
});

describe("patch classifier", () => {
  test("VGG16's parameters, in both forms", () => {
    for (const convolutional of [false, true]) {
      expect(inspected("patch_classifier", { classes: 1000, convolutional }).parameters.total).toBe(138_357_544);
      for (const padding of ["same", "valid"]) inspected("patch_classifier", { classes: 2, in_channels: 4, convolutional, padding });
    }
  });

  test("multiply-accumulates up to fc7: of a window, and of the 10 x 10 windows of 500 x 500 at once", () => {
    const upToFc7 = (network: Inspection): number => network.macs - network.layers.find(({ path }) => path === "fc8")!.macs;
    expect(giga(upToFc7(inspected("patch_classifier")), 3)).toBe(15.466);
    const dense = inspected("patch_classifier", { convolutional: true }, [500, 500]);
    expect(dense.outputs[0]!.shape).toEqual([1, 21, 10, 10]);
    expect(giga(upToFc7(dense))).toBe(89.12);
  });

  const small = { width: 2, hidden: 6, classes: 3 };

  /** Scores of one form; `weights` are regrouped to its shapes. */
  async function scores(settings: Settings, image: Value, weights: ReadonlyMap<string, Float32Array>): Promise<Value> {
    const model = compileSpec(read("patch_classifier"), { set: texts({ ...small, ...settings }) });
    const session = await createSession(fileOf(model), { threads: 1 });
    try {
      const values = model.onnx.weights.map(({ name, shape }) => [name, floats(shape, weights.get(name)!)] as const);
      return (await session.run({ image, ...Object.fromEntries(values) }))["scores"]!;
    } finally {
      await session.release();
    }
  }

  function randomWeights(): ReadonlyMap<string, Float32Array> {
    const { onnx } = compileSpec(read("patch_classifier"), { set: texts(small) });
    return new Map(onnx.weights.map(({ name, shape }, i) => {
      const fanIn = shape.slice(1).reduce((a, b) => a * b, 1);
      const scale = shape.length === 1 ? 0.1 : Math.sqrt(6 / fanIn);
      return [name, (noise(shape, i + 1).data as Float32Array).map((value) => value * scale)];
    }));
  }

  /** The window whose first pixel is (top, left). */
  function windowOf(image: Value, size: number, top: number, left: number): Value {
    const [, channels, , width] = image.shape as [number, number, number, number];
    const plane = image.data.length / channels;
    const values = Array.from({ length: channels * size * size }, (_, i) => {
      const [c, y, x] = [Math.floor(i / (size * size)), Math.floor(i / size) % size, i % size];
      return Number(image.data[c * plane + (top + y) * width + left + x]);
    });
    return floats([1, channels, size, size], values);
  }

  test.each([["same", 224, 224, 224], ["valid", 404, 404 + 32 + 7, 404 + 2 * 32 + 1]] as const)(
    "padding %s, window %i: the convolutional form gives every window's scores", async (padding, window, height, width) => {
      const weights = randomWeights();
      const image = noise([1, 3, height, width]);
      const dense = await scores({ padding, convolutional: true }, image, weights);
      const [, classes, rows, columns] = dense.shape as [number, number, number, number];
      expect([rows, columns]).toEqual([1 + Math.floor((height - window) / 32), 1 + Math.floor((width - window) / 32)]);
      const seen = new Set<number>();
      for (let row = 0; row < rows; row++) {
        for (let column = 0; column < columns; column++) {
          const patch = await scores({ padding }, windowOf(image, window, 32 * row, 32 * column), weights);
          for (let c = 0; c < classes; c++) {
            const value = Number(dense.data[(c * rows + row) * columns + column]);
            expect(Math.abs(value - Number(patch.data[c])) / Math.max(1, Math.abs(value))).toBeLessThan(1e-5);
            seen.add(value);
          }
        }
      }
      // The scores say something: no two are equal.
      expect(seen.size).toBe(classes * rows * columns);
    },
  );

  test("with padding, zeros around a window stand where the image goes on", async () => {
    const weights = randomWeights();
    const image = noise([1, 3, 256, 256]);
    const dense = await scores({ convolutional: true }, image, weights);
    const patch = await scores({}, windowOf(image, 224, 0, 0), weights);
    expect(dense.shape).toEqual([1, 3, 2, 2]);
    expect(Math.abs(Number(dense.data[0]) - Number(patch.data[0]))).toBeGreaterThan(1e-4);
  });

  test("runs at full width", async () => {
    expect(await runs({ name: "patch_classifier", settings: { classes: 3 }, input: [2, 3, 224, 224] })).toEqual({ scores: [2, 3] });
    expect(await runs({ name: "patch_classifier", settings: { classes: 3, convolutional: true }, input: [2, 3, 193, 230] })).toEqual({ scores: [2, 3, 1, 2] });
  });
});

describe("VGG", () => {
  const table = {
    11: { total: 132_863_336, features: 9_220_480, normed: 132_868_840, normedFeatures: 9_225_984, buffers: 5504, fields: [4, 10, 30, 70, 150], macs: 7_609_090_048 },
    13: { total: 133_047_848, features: 9_404_992, normed: 133_053_736, normedFeatures: 9_410_880, buffers: 5888, fields: [6, 16, 36, 76, 156], macs: 11_308_466_176 },
    16: { total: 138_357_544, features: 14_714_688, normed: 138_365_992, normedFeatures: 14_723_136, buffers: 8448, fields: [6, 16, 44, 100, 212], macs: 15_470_264_320 },
    19: { total: 143_667_240, features: 20_024_384, normed: 143_678_248, normedFeatures: 20_035_392, buffers: 11_008, fields: [6, 16, 52, 124, 268], macs: 19_632_062_464 },
  };
  const indices = {
    11: [[0, 3, 6, 8, 11, 13, 16, 18], [0, 4, 8, 11, 15, 18, 22, 25]],
    13: [[0, 2, 5, 7, 10, 12, 15, 17, 20, 22], [0, 3, 7, 10, 14, 17, 21, 24, 28, 31]],
    16: [[0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28], [0, 3, 7, 10, 14, 17, 20, 24, 27, 30, 34, 37, 40]],
    19: [[0, 2, 5, 7, 10, 12, 14, 16, 19, 21, 23, 25, 28, 30, 32, 34], [0, 3, 7, 10, 14, 17, 20, 23, 27, 30, 33, 36, 40, 43, 46, 49]],
  };
  const partOf = (network: Inspection, part: string): number => network.layers.filter(({ path }) => path.startsWith(part)).reduce((sum, { parameters }) => sum + parameters, 0);
  const namesOf = (network: Inspection): string[] => network.weights.map(({ name }) => name);

  test.each([11, 13, 16, 19] as const)("vgg%i", (depth) => {
    const { total, features, normed, normedFeatures, buffers, fields, macs } = table[depth];
    const plain = inspected("backbones/vgg", { depth }, [224, 224]);
    expect([plain.parameters.total, partOf(plain, "features."), plain.buffers, plain.macs]).toEqual([total, features, 0, macs]);
    expect([1, 2, 3, 4, 5].map((k) => plain.receptive_field[`pool${k}`]!.size)).toEqual(fields);
    expect([1, 2, 3, 4, 5].map((k) => plain.receptive_field[`pool${k}`]!.centre)).toEqual([0.5, 1.5, 3.5, 7.5, 15.5]);
    const norm = inspected("backbones/vgg", { depth, batch_norm: true });
    expect([norm.parameters.total, partOf(norm, "features."), norm.buffers]).toEqual([normed, normedFeatures, buffers]);

    const pair = (layer: string): string[] => [`${layer}.weight`, `${layer}.bias`];
    const classifier = [0, 3, 6].flatMap((i) => pair(`classifier.${i}`));
    const [alone, withNorm] = indices[depth];
    expect(namesOf(plain)).toEqual([...alone!.flatMap((i) => pair(`features.${i}`)), ...classifier]);
    const statistics = (layer: string): string[] => [...pair(layer), `${layer}.running_mean`, `${layer}.running_var`];
    expect(namesOf(norm)).toEqual([...withNorm!.flatMap((i) => [...pair(`features.${i}`), ...statistics(`features.${i + 1}`)]), ...classifier]);
  });

  test("other class counts, sizes", () => {
    expect(inspected("backbones/vgg", { classes: 21 }).parameters.total).toBe(14_714_688 + 119_545_856 + 4097 * 21);
    expect(sizesOf(inspected("backbones/vgg", {}, [225, 333]), { operator: "maxpool" }).map((size) => size.join("x"))).toEqual(["112x166", "56x83", "28x41", "14x20", "7x10"]);
    expect(inspected("backbones/vgg").legal["H"]!.minimum).toBe(32);
  });

  test.each([[11, true], [16, false]])("vgg%i, batch norm %s, runs at 32 x 65", async (depth, batch_norm) => {
    expect(await runs({ name: "backbones/vgg", settings: { classes: 3, depth, batch_norm }, input: [2, 3, 32, 65] })).toMatchObject({ scores: [2, 3], pool5: [2, 512, 1, 2] });
  });
});

describe("AlexNet", () => {
  test("torchvision's", () => {
    const network = inspected("backbones/alexnet", {}, [224, 224]);
    expect([network.parameters.total, network.macs]).toEqual([61_100_840, 714_188_480]);
    const own = network.layers.filter(({ parameters }) => parameters > 0).map(({ path, parameters }) => [path, parameters]);
    expect(own).toEqual([
      ["features.0", 23_296], ["features.3", 307_392], ["features.6", 663_936], ["features.8", 884_992], ["features.10", 590_080],
      ["classifier.1", 37_752_832], ["classifier.4", 16_781_312], ["classifier.6", 4_097_000],
    ]);
    expect(inspected("backbones/alexnet").legal["H"]!.minimum).toBe(63);
  });

  test.each([
    [63, 63, ["15x15", "7x7", "3x3", "1x1"]], [225, 333, ["55x82", "27x40", "13x19", "6x9"]], [500, 500, ["124x124", "61x61", "30x30", "14x14"]], [224, 224, ["55x55", "27x27", "13x13", "6x6"]],
  ])("sizes at %i x %i", (height, width, sizes) => {
    const network = inspected("backbones/alexnet", {}, [height, width]);
    const pools = sizesOf(network, { operator: "maxpool" });
    expect([at(network, "features.0"), ...pools].map((size) => size.join("x"))).toEqual(sizes);
  });

  test("BVLC's CaffeNet and AlexNet", () => {
    const network = inspected("backbones/caffenet");
    expect(network.parameters.total).toBe(60_965_224);
    expect(inspected("backbones/caffenet", { norm_first: true }).parameters.total).toBe(60_965_224);
    // 0.7204 G, which is with the scores of 21 classes in place of fc8.
    expect(giga(inspected("backbones/caffenet", { classes: 21 }).macs, 4)).toBe(0.7204);
    expect(network.macs - 4096 * 1000).toBe(720_310_816);
    const dense = inspected("backbones/caffenet", { classes: 21, convolutional: true }, [500, 500]);
    expect([giga(dense.macs, 3), ...dense.outputs[0]!.shape]).toEqual([8.923, 1, 21, 10, 10]);
    const order = (norm_first: boolean) => inspected("backbones/caffenet", { norm_first }).layers.map(({ operator }) => operator).filter((operator) => /pool|lrn/.test(operator));
    expect([order(false), order(true)]).toEqual([["maxpool", "lrn", "maxpool", "lrn", "maxpool"], ["lrn", "maxpool", "lrn", "maxpool", "maxpool"]]);
  });

  test("run", async () => {
    expect(await runs({ name: "backbones/alexnet", settings: { classes: 3 }, input: [2, 3, 63, 70] })).toMatchObject({ scores: [2, 3], pool5: [2, 256, 1, 1] });
    expect(await runs({ name: "backbones/caffenet", settings: { classes: 3 }, input: [2, 3, 227, 227] })).toEqual({ scores: [2, 3] });
  });
});

describe("GoogLeNet", () => {
  test("torchvision's", () => {
    const network = inspected("backbones/googlenet", {}, [224, 224]);
    expect([network.parameters.total, network.buffers, network.macs]).toEqual([6_624_904, 14_560, 1_498_376_192]);
    const withAux = inspected("backbones/googlenet", { aux: true });
    expect([withAux.parameters.total, withAux.buffers]).toEqual([13_004_888, 15_072]);
    const parts = new Map<string, number>();
    for (const { path, parameters } of withAux.layers) parts.set(path.split(".")[0]!, (parts.get(path.split(".")[0]!) ?? 0) + parameters);
    const inception = (name: string) => [`inception${name}`, parts.get(`inception${name}`)];
    const modules = { "3a": 155_872, "3b": 340_224, "4a": 364_512, "4b": 425_232, "4c": 486_192, "4d": 573_312, "4e": 803_840, "5a": 978_944, "5b": 1_347_040 };
    expect(Object.keys(modules).map(inception)).toEqual(Object.entries(modules).map(([name, count]) => [`inception${name}`, count]));
    expect(["conv1", "conv2", "conv3", "fc", "aux1", "aux2"].map((name) => parts.get(name))).toEqual([9536, 4224, 110_976, 1_025_000, 3_188_968, 3_191_016]);
    const names = withAux.weights.map(({ name }) => name);
    expect(names).toEqual(expect.arrayContaining([
      "conv1.conv.weight", "conv1.bn.running_var", "inception3a.branch1.conv.weight", "inception3a.branch2.0.conv.weight", "inception3a.branch2.1.bn.bias",
      "inception5b.branch3.1.conv.weight", "inception5b.branch4.1.conv.weight", "aux1.conv.conv.weight", "aux2.fc1.weight", "aux2.fc2.bias", "fc.weight", "fc.bias",
    ]));
  });

  test.each([
    [224, 224, ["112x112", "56x56", "28x28", "14x14", "7x7"]], [225, 333, ["113x167", "56x83", "28x41", "14x20", "7x10"]],
    [500, 500, ["250x250", "125x125", "62x62", "31x31", "16x16"]], [15, 15, ["8x8", "4x4", "2x2", "1x1", "1x1"]],
  ])("sizes at %i x %i", (height, width, sizes) => {
    const network = inspected("backbones/googlenet", {}, [height, width]);
    const of = (name: string) => network.outputs.find((output) => output.name === name)!.shape.slice(2);
    const found = [at(network, "conv1.conv"), at(network, "conv2.conv"), of("i3b"), of("i4e"), of("i5b")];
    expect(found.map((size) => size.join("x"))).toEqual(sizes);
  });

  test("its smallest size", () => expect(inspected("backbones/googlenet").legal["H"]!.minimum).toBe(15));

  test("BVLC's", () => {
    const network = inspected("backbones/bvlc_googlenet");
    expect([network.parameters.total, network.buffers, network.macs]).toEqual([6_998_552, 0, 1_582_671_872]);
  });

  test("run", async () => {
    expect(await runs({ name: "backbones/googlenet", settings: { classes: 3, aux: true }, input: [2, 3, 15, 49] })).toMatchObject({ scores: [2, 3], aux1: [2, 3] });
    expect(await runs({ name: "backbones/bvlc_googlenet", settings: { classes: 3 }, input: [2, 3, 224, 224] })).toEqual({ scores: [2, 3] });
  });
});

describe("ResNet", () => {
  test.each([
    [18, 11_689_512, 9600, 62, 122, [43, 99, 211, 435], 1_814_073_344], [34, 21_797_672, 17_024, 110, 218, [59, 179, 547, 899], 3_663_761_408],
    [50, 25_557_032, 53_120, 161, 320, [35, 91, 267, 427], 4_089_184_256], [101, 44_549_160, 105_344, 314, 626, [35, 91, 811, 971], 7_801_405_440],
    [152, 60_192_808, 151_424, 467, 932, [35, 155, 1291, 1451], 11_513_626_624],
  ])("resnet%i", (depth, total, buffers, tensors, state, fields, macs) => {
    const network = inspected("backbones/resnet", { depth }, [224, 224]);
    expect([network.parameters.total, network.buffers, network.macs]).toEqual([total, buffers, macs]);
    expect(network.weights.filter(({ buffer }) => !buffer).length).toBe(tensors);
    // PyTorch also counts batches, once for each normalisation.
    expect(network.weights.length + network.layers.filter(({ operator }) => operator === "batchnorm").length).toBe(state);
    expect([2, 3, 4, 5].map((stage) => network.receptive_field[`c${stage}`]!.size)).toEqual(fields);
  });

  test.each([
    [224, 224, ["112x112", "56x56", "28x28", "14x14", "7x7"]], [225, 333, ["113x167", "57x84", "29x42", "15x21", "8x11"]],
    [65, 97, ["33x49", "17x25", "9x13", "5x7", "3x4"]], [33, 31, ["17x16", "9x8", "5x4", "3x2", "2x1"]], [513, 513, ["257x257", "129x129", "65x65", "33x33", "17x17"]],
  ])("sizes at %i x %i", (height, width, sizes) => {
    const { outputs } = inspected("backbones/resnet", {}, [height, width]);
    expect(outputs.slice(1).map(({ shape }) => shape.slice(2).join("x"))).toEqual(sizes);
  });

  test("run", async () => {
    for (const depth of [18, 50]) expect(await runs({ name: "backbones/resnet", settings: { classes: 3, depth }, input: [2, 3, 33, 31] })).toMatchObject({ scores: [2, 3] });
  });
});
