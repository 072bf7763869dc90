/** DeepLab v1 to v3+, LR-ASPP and their backbones against published figures. */
import { describe, expect, test } from "vitest";
import type { Inspection } from "../../src/analyses/inspect.js";
import { checked, dilations, expectFormatted, giga, inspected, layersOf, runsAt, sizeAt, total } from "./support.js";

/** PyTorch also keeps a counter for each normalisation. */
const stateEntries = ({ weights }: Inspection): number => weights.length + weights.filter(({ name }) => name.endsWith(".running_mean")).length;

test.each([
  "deeplabv1_largefov", "deeplabv1_msc", "deeplabv2_vgg16", "deeplabv2_resnet", "deeplabv3", "deeplabv3_torchvision",
  "deeplabv3plus_xception", "deeplabv3plus_resnet", "deeplabv3plus_mobilenet", "lraspp_mobilenet_v3",
  "std/resnet", "std/resnet_caffe", "std/aspp", "std/xception", "std/mobilenet_v2", "std/mobilenet_v3",
  "backbones/mobilenet_v2", "backbones/mobilenet_v3_large", "backbones/xception", "backbones/resnet_variants",
])("%s is formatted", expectFormatted);

describe("ResNet", () => {
  const of = (settings = {}) => checked("backbones/resnet_variants", settings, undefined, "Dilated");
  // The first block of a dilated layer has the dilation before it.
  test.each([
    ["[false, false, false]", 32, [1, 1], [1, 1], [1, 1]],
    ["[false, false, true]", 16, [1, 1], [1, 1], [1, 2]],
    ["[false, true, true]", 8, [1, 1], [1, 2], [2, 4]],
    ["[true, true, true]", 4, [1, 2], [2, 4], [4, 8]],
    ["[false, true, false]", 16, [1, 1], [1, 2], [2, 2]],
    ["[true, false, false]", 16, [1, 2], [2, 2], [2, 2]],
  ])("dilate: %s", (dilate, stride, ...layers) => {
    const model = of({ dilate });
    expect(model.analysis.outputStride).toBe(stride);
    for (const [i, [first, rest]] of layers.entries()) {
      const found = dilations(model, new RegExp(`^layer${i + 2}\\.\\d+\\.conv2$`));
      expect(found).toEqual([first, ...found.slice(1).map(() => rest)]);
    }
  });

  test("dilation in all blocks (DeepLab v2), multi-grid (v3)", () => {
    expect(dilations(of({ first: "same" }), /^layer3\.\d+\.conv2/)).toEqual([2, 2, 2, 2, 2, 2]);
    expect(dilations(of({ first: "same" }), /^layer4\.\d+\.conv2/)).toEqual([4, 4, 4]);
    expect(dilations(of({ multi_grid: "[1, 2, 4]" }), /^layer4\.\d+\.conv2/)).toEqual([4, 8, 16]);
    expect(dilations(of({ multi_grid: "[1, 2, 4]", dilate: "[false, false, true]" }), /^layer4\.\d+\.conv2/)).toEqual([2, 4, 8]);
  });

  test("rates for each block (hybrid dilated convolution)", () => {
    const model = checked("backbones/resnet_variants", {}, [800, 800], "Hybrid");
    expect(dilations(model, /^layer3\.\d+\.conv2/)).toEqual([2, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5, 9, 1, 2, 5]);
    expect(dilations(model, /^layer4\.\d+\.conv2/)).toEqual([5, 9, 17]);
    const network = inspected("backbones/resnet_variants", {}, [800, 800], "Hybrid");
    expect(layersOf(network, "maxpool")[0]!.output[2]).toBe(199);
    expect(network.outputs[0]!.shape.slice(2)).toEqual([100, 100]);
  });

  // By hand; the stride on the 1x1 sees less.
  test.each([
    [50, "conv2", [35, 91, 267, 427]], [101, "conv2", [35, 91, 811, 971]], [152, "conv2", [35, 155, 1291, 1451]],
    [50, "conv1", [35, 99, 291, 483]], [101, "conv1", [35, 99, 835, 1027]], [152, "conv1", [35, 163, 1315, 1507]],
  ])("receptive fields of ResNet-%i, stride at %s", (depth, stride_at, fields) => {
    const network = inspected("backbones/resnet_variants", { depth, stride_at, dilate: stride_at === "conv1" ? "[false, false, false]" : "[false, false, true]" }, undefined, "Dilated");
    expect(["c2", "c3", "c4", "c5"].map((name) => network.receptive_field[name]!.size)).toEqual(fields);
    expect(total(network)[0]).toBe({ 50: 23_508_032, 101: 42_500_160, 152: 58_143_808 }[depth]);
  });

  test.each([
    [50, "[64, 64, 128]", 23_631_808], [101, "[64, 64, 128]", 42_623_936], [50, "[32, 32, 64]", 23_527_264],
  ])("ResNet-%i with a deep stem %s", (depth, widths, parameters) => {
    expect(total(inspected("backbones/resnet_variants", { depth, deep: true, widths }, undefined, "Dilated"))[0]).toBe(parameters);
  });

  test.each([[50, 32, 4, 22_979_904], [101, 32, 8, 86_742_336], [50, 1, 128, 66_834_240], [101, 1, 128, 124_837_696]])(
    "depth %i, %i groups of %i", (depth, groups, base_width, parameters) => {
      expect(total(inspected("backbones/resnet_variants", { depth, groups, base_width }, undefined, "Grouped"))[0]).toBe(parameters);
    },
  );

  test("as in Caffe", () => {
    const of = (settings = {}) => inspected("backbones/resnet_variants", settings, undefined, "Caffe").receptive_field["c5"]!.size;
    expect([of(), of({ depth: 50 }), of({ output_stride: 16, multi_grid: "[1, 2, 4]" }), of({ depth: 50, output_stride: 16, multi_grid: "[1, 2, 4]" })]).toEqual([1027, 483, 1283, 739]);
    expect(dilations(checked("backbones/resnet_variants", {}, undefined, "Caffe"), /^layer[45].*conv3x3/)).toEqual([...Array<number>(23).fill(2), 4, 4, 4]);
  });
});

describe("MobileNets and Xception", () => {
  test("MobileNetV3-Large (section 6)", () => {
    const network = inspected("backbones/mobilenet_v3_large", {}, [224, 224]);
    expect(total(network)[0]).toBe(5_483_032);
    const dilated = inspected("backbones/mobilenet_v3_large", { dilated: true }, [224, 224]);
    expect(dilated.outputs.slice(1).map(({ shape }) => shape.slice(1, 3))).toEqual([[16, 112], [24, 56], [40, 28], [112, 14], [960, 14]]);
    const part = (n: number) => dilated.layers.filter(({ path }) => path.startsWith(`features.${n}.`)).reduce((sum, { parameters }) => sum + parameters, 0);
    expect(Array.from({ length: 17 }, (_, n) => part(n))).toEqual([
      464, 464, 3_440, 4_440, 10_328, 20_992, 20_992, 32_080, 34_760, 31_992, 31_992, 214_424, 386_120, 429_224, 797_360, 797_360, 155_520,
    ]);
    expect(dilations(checked("backbones/mobilenet_v3_large", { dilated: true }), /^features\.1[2345]\.block\.1\.0$/)).toEqual([1, 2, 2, 2]);
  });

  test("MobileNetV2", () => {
    const network = inspected("backbones/mobilenet_v2");
    const part = (n: number) => network.layers.filter(({ path }) => path.startsWith(`features.${n}.`)).reduce((sum, { parameters }) => sum + parameters, 0);
    expect(Array.from({ length: 18 }, (_, n) => part(n))).toEqual([
      928, 896, 5_136, 8_832, 10_000, 14_848, 14_848, 21_056, 54_272, 54_272, 54_272, 66_624, 118_272, 118_272, 155_264, 320_000, 320_000, 473_920,
    ]);
    const rates = (output_stride: number) => dilations(checked("backbones/mobilenet_v2", { output_stride }), /^features\.([7-9]|1\d)\.conv\.1\.0$/);
    expect(rates(32)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 1, 1, 1]);
    expect(rates(16)).toEqual([1, 1, 1, 1, 1, 1, 1, 1, 2, 2, 2]);
    expect(rates(8)).toEqual([1, 2, 2, 2, 2, 2, 2, 2, 4, 4, 4]);
  });

  test("aligned Xception", () => {
    for (const depth of [41, 65, 71]) for (const output_stride of [8, 16, 32]) inspected("backbones/xception", { depth, output_stride, in_channels: 4 });
    const network = inspected("backbones/xception", { output_stride: 16 }, [513, 513]);
    const part = (prefix: string) => network.layers.filter(({ path }) => path.startsWith(`xception_65.${prefix}`)).reduce((sum, { parameters }) => sum + parameters, 0);
    expect(["entry_flow.conv1_1", "entry_flow.conv1_2", "entry_flow.block1", "entry_flow.block2", "entry_flow.block3", "middle_flow.block1.unit_1.", "exit_flow.block1", "exit_flow.block2"].map(part))
      .toEqual([928, 18_560, 53_696, 205_696, 1_457_360, 1_618_344, 3_104_384, 7_133_184]);
    const sizes = (output_stride: number) => {
      const network = inspected("backbones/xception", { output_stride }, [513, 513]);
      return ["entry_flow.conv1_1", "entry_flow.block1.unit_1.xception_module.shortcut", "entry_flow.block2.unit_1.xception_module.shortcut", "entry_flow.block3.unit_1.xception_module.shortcut", "exit_flow.block1.unit_1.xception_module.shortcut"]
        .map((path) => sizeAt(network, `xception_65.${path}`)[0]);
    };
    expect(sizes(16)).toEqual([257, 129, 65, 33, 33]);
    expect(sizes(8)).toEqual([257, 129, 65, 65, 65]);
    const rates = (output_stride: number) => {
      const model = checked("backbones/xception", { output_stride });
      return [/block3.*conv3_depthwise$/, /unit_16.*conv1_depthwise$/, /exit_flow.block1.*conv3_depthwise$/, /exit_flow.block2.*conv1_depthwise$/].map((path) => dilations(model, path)[0]);
    };
    expect(rates(16)).toEqual([1, 1, 1, 2]);
    expect(rates(8)).toEqual([1, 2, 2, 4]);
  });
});

describe("DeepLab v1", () => {
  test.each([["deeplabv1_largefov", 20_505_429], ["deeplabv1_msc", 21_711_445]])("%s", (name, parameters) => {
    expect(total(inspected(name))).toEqual([parameters, 0]);
    inspected(name, { classes: 5, in_channels: 1 });
  });

  test("sizes and multiply-accumulates (2.1)", () => {
    for (const [height, width, rows, columns] of [[321, 513, 41, 65], [320, 322, 41, 42], [328, 329, 42, 42], [505, 505, 64, 64], [500, 375, 64, 48], [512, 1024, 65, 129]] as const) {
      const network = inspected("deeplabv1_largefov", {}, [height, width]);
      expect(sizeAt(network, "fc7")).toEqual([rows, columns]);
      expect(network.outputs[0]!.shape.slice(2)).toEqual([height, width]);
    }
    const network = inspected("deeplabv1_largefov", {}, [513, 513]);
    expect(layersOf(network, "maxpool").map(({ output }) => output[2])).toEqual([257, 129, 65, 65, 65]);
    expect(network.layers.filter(({ path }) => /^fc/.test(path)).map(({ parameters }) => parameters).filter((count) => count > 0)).toEqual([4_719_616, 1_049_600, 21_525]);
    expect(giga(network)).toBe(128.58);
    expect(dilations(checked("deeplabv1_largefov"), /^(conv5_|fc6)/)).toEqual([2, 2, 2, 12]);
  });

  test("branches of MSc (2.2)", () => {
    const network = inspected("deeplabv1_msc", {}, [321, 321]);
    const branch = (i: number) => network.layers.filter(({ path }) => path.startsWith(`msc.${i}.`)).reduce((sum, { parameters }) => sum + parameters, 0);
    expect([0, 1, 2, 3, 4].map(branch)).toEqual([20_096, 90_368, 164_096, 311_552, 606_464]);
    expect([0, 1, 2, 3, 4].map((i) => sizeAt(network, `msc.${i}.conv2`)[0])).toEqual([41, 41, 41, 41, 41]);
    expect(network.layers.find(({ path }) => path === "fc8_voc12")!.parameters).toBe(34_965);
  });
});

describe("DeepLab v2", () => {
  test.each([
    [{}, 44_048_532, 105_344], [{ classes: 19 }, 43_901_068, 105_344], [{ classes: 182 }, 55_919_384, 105_344], [{ depth: 50 }, 25_056_404, 53_120],
    [{ rates: "[12]" }, 42_887_253, 105_344], [{ depth: 50, rates: "[12]" }, 23_895_125, 53_120], [{ classes: 2, in_channels: 1 }, 42_500_160 + 147_464 - 6_272, 105_344],
  ])("ResNet %o", (settings, parameters, buffers) => {
    const network = inspected("deeplabv2_resnet", settings);
    expect(total(network)).toEqual([parameters, buffers]);
    expect(network.parameters.trainable).toBe(parameters - buffers);
  });

  test("ResNet: sizes (1.3, 3.1) and multiply-accumulates", () => {
    for (const [height, width, rows, columns] of [[320, 321, 41, 41], [322, 324, 41, 41], [328, 329, 42, 42], [500, 375, 63, 48], [1024, 2048, 129, 257], [512, 513, 65, 65]] as const)
      expect(sizeAt(inspected("deeplabv2_resnet", {}, [height, width]), "aspp.c0")).toEqual([rows, columns]);
    const network = inspected("deeplabv2_resnet", {}, [513, 513]);
    expect(giga(network)).toBe(188.89);
    expect([sizeAt(network, "layer1.conv1.conv"), layersOf(network, "maxpool")[0]!.output.slice(2), sizeAt(network, "layer3.block4.increase.conv")].map(([height]) => height)).toEqual([257, 129, 65]);
  });

  test.each([["[6, 12, 18, 24]", 37_877_652], ["[2, 4, 8, 12]", 37_877_652]])("VGG-16, rates %s", (rates, parameters) => {
    expect(total(inspected("deeplabv2_vgg16", { rates }))).toEqual([parameters, 0]);
    inspected("deeplabv2_vgg16", { rates, classes: 5, in_channels: 4 });
    for (const [size, map] of [[321, 41], [513, 65]] as const) expect(sizeAt(inspected("deeplabv2_vgg16", { rates }, [size, size]), "fc8_voc12_4")).toEqual([map, map]);
  });
});

describe("DeepLab v3", () => {
  test.each([[{}, 58_040_661, 108_416], [{ depth: 50 }, 39_048_533, 56_192], [{ output_stride: 8 }, 58_040_661, 108_416]])("%o", (settings, parameters, buffers) => {
    expect(total(inspected("deeplabv3", settings))).toEqual([parameters, buffers]);
    inspected("deeplabv3", { ...settings, classes: 5, in_channels: 1 });
  });

  // TensorFlow's ResNet strides in the last unit of a stage, not in the next one's first: 68.9 and 245.1 in the sheet.
  test("multiply-accumulates at 513 x 513", () => {
    const earlier = (planes: number, from: number, to: number) => planes * planes * (9 + 4) * (from ** 2 - to ** 2);
    const macs = (output_stride: number) => inspected("deeplabv3", { output_stride }, [513, 513]).macs;
    expect(((macs(16) - earlier(64, 129, 65) - earlier(128, 65, 33)) / 1e9).toFixed(1)).toBe("68.9");
    expect(((macs(8) - earlier(64, 129, 65)) / 1e9).toFixed(1)).toBe("245.1");
  });

  test.each([
    ["deeplabv2_resnet", ["layer1.conv1.conv.weight", "layer2.block1.shortcut.bn.weight", "layer5.block3.conv3x3.conv.weight", "aspp.c3.bias"]],
    ["deeplabv3", ["layer4.block23.increase.bn.running_var", "aspp.stages.c0.conv.weight", "aspp.stages.imagepool.conv.conv.weight", "fc1.conv.weight", "fc2.bias"]],
    ["deeplabv3plus_resnet", ["reduce.conv.weight", "fc2.conv1.conv.weight", "fc2.conv2.bn.bias", "fc2.conv3.weight"]],
    ["deeplabv3plus_xception", [
      "xception_65.entry_flow.conv1_1.weight", "xception_65.entry_flow.conv1_1.BatchNorm.weight", "xception_65.middle_flow.block1.unit_16.xception_module.separable_conv2_depthwise.weight",
      "xception_65.exit_flow.block1.unit_1.xception_module.shortcut.weight", "image_pooling.weight", "aspp0.BatchNorm.bias", "aspp1_pointwise.weight", "concat_projection.weight",
      "decoder.feature_projection0.weight", "decoder.decoder_conv1_depthwise.BatchNorm.running_mean", "logits.semantic.bias",
    ]],
    ["lraspp_mobilenet_v3", ["backbone.0.0.weight", "backbone.4.block.2.fc1.bias", "backbone.16.1.weight", "classifier.cbr.0.weight", "classifier.scale.1.weight", "classifier.low_classifier.bias"]],
  ])("%s has its source's names", (name, names) => {
    expect(inspected(name).weights.map((weight) => weight.name)).toEqual(expect.arrayContaining(names));
  });

  test("sizes and rates (4.1)", () => {
    for (const [output_stride, map, last, rates] of [[16, 33, [2, 4, 8], [6, 12, 18]], [8, 65, [4, 8, 16], [12, 24, 36]]] as const) {
      const network = inspected("deeplabv3", { output_stride }, [513, 513]);
      expect(sizeAt(network, "fc1.conv")).toEqual([map, map]);
      const model = checked("deeplabv3", { output_stride });
      expect(dilations(model, /^layer5.*conv3x3/)).toEqual(last);
      expect(dilations(model, /^aspp\.stages\.c[123]/)).toEqual(rates);
      expect(new Set(dilations(model, /^layer4.*conv3x3/))).toEqual(new Set([16 / output_stride]));
    }
    for (const multi_grid of ["[1, 1, 1]", "[1, 2, 1]", "[2, 2, 2]"]) inspected("deeplabv3", { multi_grid, rates: "[6, 12, 18, 24]" });
  });

  // As torchvision has it.
  test.each([
    ["resnet50", 39_638_869, 56_704, 42_004_074, 57_216, 168_731_205_888, 178_721_945_088, [362, 370]],
    ["resnet101", 58_630_997, 108_928, 60_996_202, 109_440, 248_752_300_288, 258_743_039_488, [668, 676]],
    ["mobilenet_v3_large", 11_025_477, 27_984, 11_029_328, 28_004, 10_436_350_688, 10_452_447_938, [352, 360]],
  ])("torchvision, %s", (backbone, plain, buffers, withAux, auxBuffers, macs, auxMacs, entries) => {
    const without = inspected("deeplabv3_torchvision", { backbone, aux: false }, [520, 520]);
    const all = inspected("deeplabv3_torchvision", { backbone }, [520, 520]);
    expect([total(without), total(all)]).toEqual([[plain, buffers], [withAux, auxBuffers]]);
    expect([without.macs, all.macs]).toEqual([macs, auxMacs]);
    expect([stateEntries(without), stateEntries(all)]).toEqual(entries);
    for (const aux of [true, false]) inspected("deeplabv3_torchvision", { backbone, aux, classes: 5, in_channels: 4 });
    const high = backbone === "mobilenet_v3_large" ? [[14, 14], [15, 21], [5, 7], [33, 33], [1, 1]] : [[28, 28], [29, 42], [9, 13], [65, 65], [1, 1]];
    for (const [i, size] of ([[224, 224], [225, 333], [65, 97], [513, 513], [1, 1]] as const).entries()) {
      const network = inspected("deeplabv3_torchvision", { backbone }, size);
      expect(sizeAt(network, "classifier.0.convs.0.0")).toEqual(high[i]);
      expect(sizeAt(network, "aux_classifier.0")).toEqual(size.map((side) => Math.ceil(side / 8)));
      expect(network.outputs.map(({ shape }) => shape.slice(2))).toEqual([size, size]);
    }
  });

  test("torchvision's names", () => {
    const names = new Set(inspected("deeplabv3_torchvision").weights.map(({ name }) => name));
    for (const name of [
      "backbone.conv1.weight", "backbone.bn1.running_var", "backbone.layer1.0.downsample.1.bias", "backbone.layer4.2.conv3.weight",
      "classifier.0.convs.0.0.weight", "classifier.0.convs.3.1.weight", "classifier.0.convs.4.1.weight", "classifier.0.convs.4.2.bias", "classifier.0.project.0.weight",
      "classifier.1.weight", "classifier.2.running_mean", "classifier.4.bias", "aux_classifier.0.weight", "aux_classifier.4.bias",
    ]) expect(names, name).toContain(name);
  });

  test("LR-ASPP", () => {
    const network = inspected("lraspp_mobilenet_v3", {}, [520, 520]);
    expect(total(network)).toEqual([3_221_538, 24_656]);
    expect(network.macs).toBe(2_086_219_688);
    expect(stateEntries(network)).toBe(319);
    for (const [size, low, high] of [[224, 28, 14], [225, 29, 15], [65, 9, 5], [513, 65, 33], [1, 1, 1]] as const) {
      const network = inspected("lraspp_mobilenet_v3", {}, [size, size]);
      expect([sizeAt(network, "classifier.low_classifier"), sizeAt(network, "classifier.cbr.0")]).toEqual([[low, low], [high, high]]);
    }
    inspected("lraspp_mobilenet_v3", { classes: 5, in_channels: 1 });
  });
});

describe("DeepLab v3+", () => {
  test.each([
    [{}, 41_055_413, 202_800, 54.04], [{ output_stride: 8 }, 41_055_413, 202_800, 176.85], [{ classes: 19 }, 41_054_899, 202_800, undefined],
    [{ depth: 41 }, 28_108_661, 132_912, 40.01], [{ depth: 71 }, 43_477_837, 216_576, 66.07],
  ])("Xception %o", (settings, parameters, buffers, macs) => {
    const network = inspected("deeplabv3plus_xception", settings, [513, 513]);
    expect(total(network)).toEqual([parameters, buffers]);
    if (macs !== undefined) expect(giga(network)).toBe(macs);
    inspected("deeplabv3plus_xception", { ...settings, classes: 5, in_channels: 1 });
  });

  test("Xception at 1025 x 2049", () => {
    expect(giga(inspected("deeplabv3plus_xception", { classes: 19 }, [1025, 2049]))).toBe(418.38);
  });

  test("parts of the separable head (5.1)", () => {
    const network = inspected("deeplabv3plus_xception", {}, [513, 513]);
    const part = (prefix: string) => network.layers.filter(({ path }) => path.startsWith(prefix)).reduce((sum, { parameters }) => sum + parameters, 0);
    expect(["image_pooling", "aspp0", "aspp1", "aspp2", "aspp3", "concat_projection", "decoder.feature_projection0", "decoder.decoder_conv0", "decoder.decoder_conv1", "logits"].map(part))
      .toEqual([524_800, 524_800, 547_328, 547_328, 547_328, 328_192, 12_384, 81_680, 68_864, 5_397]);
    expect([sizeAt(network, "concat_projection"), sizeAt(network, "logits.semantic")]).toEqual([[33, 33], [129, 129]]);
  });

  test.each([[{}, 59_344_309, 109_536, 92], [{ output_stride: 8 }, 59_344_309, 109_536, 267.52], [{ depth: 50 }, 40_352_181, 57_312, undefined]])("ResNet %o", (settings, parameters, buffers, macs) => {
    const network = inspected("deeplabv3plus_resnet", settings, [513, 513]);
    expect(total(network)).toEqual([parameters, buffers]);
    if (macs !== undefined) expect(giga(network)).toBe(macs);
    inspected("deeplabv3plus_resnet", { ...settings, classes: 5, in_channels: 1 });
    const even = inspected("deeplabv3plus_resnet", {}, [512, 512]);
    expect([sizeAt(even, "fc1.conv"), sizeAt(even, "reduce.conv")]).toEqual([[33, 33], [129, 129]]);
  });

  test.each([[{}, 2_725_573, undefined], [{ output_stride: 8 }, 2_725_573, undefined], [{ light: true }, 2_113_557, 2.74], [{ light: true, output_stride: 8 }, 2_113_557, 8.83]])(
    "MobileNetV2 %o", (settings, parameters, macs) => {
      const network = inspected("deeplabv3plus_mobilenet", settings, [513, 513]);
      expect(network.parameters.total).toBe(parameters);
      if (macs !== undefined) expect([giga(network), network.buffers]).toEqual([macs, 33_088]);
      inspected("deeplabv3plus_mobilenet", { ...settings, classes: 5, in_channels: 1 });
    },
  );
});

describe("runs", () => {
  test.each([
    ["deeplabv1_largefov", {}, [33, 26]], ["deeplabv1_msc", {}, [33, 25]], ["deeplabv2_vgg16", {}, [33, 26]], ["deeplabv2_vgg16", { rates: "[2, 4, 8, 12]" }, [17, 17]],
    ["deeplabv2_resnet", {}, [33, 26]], ["deeplabv2_resnet", { depth: 50 }, [33, 41]],
    ["deeplabv3", { depth: 50 }, [33, 20]], ["deeplabv3", { output_stride: 8 }, [33, 25]],
    ["deeplabv3_torchvision", {}, [33, 26]], ["deeplabv3_torchvision", { backbone: "resnet101", aux: false }, [25, 17]],
    ["deeplabv3plus_xception", {}, [33, 26]], ["deeplabv3plus_xception", { depth: 71, output_stride: 8 }, [33, 17]],
    ["deeplabv3plus_resnet", {}, [33, 26]],
  ] as const)("%s %o", async (name, settings, size) => { await runsAt(name, settings, size); });

  test.each([
    ["deeplabv3_torchvision", { backbone: "mobilenet_v3_large" }, "out"], ["lraspp_mobilenet_v3", {}, "out"],
    ["deeplabv3plus_mobilenet", {}, "logits"], ["deeplabv3plus_mobilenet", { light: true, output_stride: 8 }, "logits"],
  ] as const)("%s %o with initial weights", async (name, settings, output) => {
    const results = await runsAt(name, settings, [65, 50], "initial");
    const values = results[output]!.data as Float32Array;
    expect(values.every((value) => Number.isFinite(value))).toBe(true);
    expect(values.some((value) => value !== values[0])).toBe(true);
  });
});
