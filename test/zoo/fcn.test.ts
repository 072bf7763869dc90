/** FCN in all its forms, and the classifier of patches, against published figures. */
import { describe, expect, test } from "vitest";
import { type Inspection, inspect } from "../../src/analyses/inspect.js";
import { check } from "../../src/compile.js";
import { type Value, createSession } from "../../src/runtime/session.js";
import { compileSpec, fileOf, floats, noise } from "../operators/run-spec.js";
import { at, giga, heights, runs, sizesOf } from "./steps.js";
import { type Settings, expectFormatted, inspected, read, texts } from "./support.js";

const specs = [
  "fcn32s", "fcn16s", "fcn8s", "fcn8s_atonce", "fcn32s_same", "fcn16s_same", "fcn8s_same", "fcn_alexnet", "fcn_googlenet", "fcn_resnet", "patch_classifier",
  "std/fcn", "std/heads",
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
