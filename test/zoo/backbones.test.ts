/** FCN's classifiers and torchvision's backbones against published figures. */
import { describe, expect, test } from "vitest";
import type { Inspection } from "../../src/analyses/inspect.js";
import { at, giga, runs, sizesOf } from "./steps.js";
import { expectFormatted, inspected } from "./support.js";

const specs = [
  "std/vgg", "std/alexnet", "std/googlenet",
  "backbones/vgg", "backbones/alexnet", "backbones/caffenet", "backbones/googlenet", "backbones/bvlc_googlenet", "backbones/resnet",
];

test.each(specs)("%s is formatted", expectFormatted);

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
