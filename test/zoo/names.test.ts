/** A network's parameters have the names of the checkpoints of the release that it is taken from: whole lists, in order. */
import { createHash } from "node:crypto";
import { describe, expect, test } from "vitest";
import { type Settings, inspected } from "./support.js";

const described = (name: string, settings: Settings = {}): readonly string[] => inspected(name, settings).weights.map(({ name: path, shape }) => `${path} [${shape.join(", ")}]`);
/** Names of the layers that own something, each once. */
const layers = (name: string, settings: Settings = {}): readonly string[] => [...new Set(inspected(name, settings).weights.map(({ name: path }) => path.replace(/\.(?:weight|bias|running_mean|running_var)$/, "")))];
const range = (from: number, to: number): readonly number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const under = (prefix: string, ...names: readonly string[]): readonly string[] => names.map((name) => `${prefix}.${name}`);

describe("torchvision 0.14: names, shapes and order of the state dict, without num_batches_tracked", () => {
  test.each<[string, Settings, number, string]>([
    ["fcn_resnet", { depth: 50 }, 279, "a2741f42d007b892"],
    ["fcn_resnet", { depth: 101 }, 534, "f1b8583f0feaefe5"],
    ["fcn_resnet", { depth: 50, aux: false }, 272, "ab1a4d151bbde896"],
    ["fcn_resnet", { depth: 101, aux: false }, 527, "8c2d93e7ea25ce5a"],
    ["deeplabv3_torchvision", { backbone: "resnet50" }, 309, "7c2aa819cf9782fa"],
    ["deeplabv3_torchvision", { backbone: "resnet101" }, 564, "841d9c76a5cebbc9"],
    ["deeplabv3_torchvision", { backbone: "mobilenet_v3_large" }, 306, "1760f52441133627"],
    ["deeplabv3_torchvision", { backbone: "resnet50", aux: false }, 302, "a0f6774cd2c3b948"],
    ["deeplabv3_torchvision", { backbone: "resnet101", aux: false }, 557, "a40ed8d5d973fd49"],
    ["deeplabv3_torchvision", { backbone: "mobilenet_v3_large", aux: false }, 299, "968fe0be83d43eb7"],
    ["lraspp_mobilenet_v3", {}, 272, "cc7bea599ee63c01"],
  ])("%s %j", (name, settings, count, digest) => {
    const lines = described(name, settings);
    expect(lines).toHaveLength(count);
    expect(createHash("sha256").update(lines.join("\n")).digest("hex").slice(0, 16)).toBe(digest);
  });
});

describe("Caffe", () => {
  const trunk = [2, 2, 3, 3, 3].flatMap((convs, stage) => range(1, convs).map((i) => `conv${stage + 1}_${i}`));
  test.each<[string, Settings, readonly string[]]>([
    ["fcn32s", {}, [...trunk, "fc6", "fc7", "score_fr", "upscore"]],
    ["fcn_alexnet", {}, [...range(1, 5).map((i) => `conv${i}`), "fc6", "fc7", "score_fr", "upscore"]],
    ["patch_classifier", {}, [...trunk, "fc6", "fc7", "fc8"]],
    ["deeplabv1_largefov", {}, [...trunk, "fc6", "fc7", "fc8_voc12"]],
    ["deeplabv2_vgg16", {}, [...trunk, ...range(1, 4).flatMap((i) => [`fc6_${i}`, `fc7_${i}`, `fc8_voc12_${i}`])]],
    ["dilated_frontend", {}, [...trunk, "fc6", "fc7", "final"]],
    ["dilated_context", {}, [...trunk, "fc6", "fc7", "final", "ct_conv1_1", "ct_conv1_2", ...range(2, 5).map((i) => `ct_conv${i}_1`), "ct_fc1", "ct_final"]],
    // Caffe writes conv1/7x7_s2.
    ["fcn_googlenet", {}, [
      "conv1.7x7_s2", "conv2.3x3_reduce", "conv2.3x3",
      ...["3a", "3b", "4a", "4b", "4c", "4d", "4e", "5a", "5b"].flatMap((one) => under(`inception_${one}`, "1x1", "3x3_reduce", "3x3", "5x5_reduce", "5x5", "pool_proj")),
      "score_fr", "upscore",
    ]],
    ["gfrnet", {}, [
      ...trunk.flatMap((one) => [one, `${one}_bn`]), "conv6", "conv6_bn", "conv7", "conv7_bn", "pool5_feature_s2", "pred_1",
      ...["conv5_3", "conv4_3", "conv3_3", "conv2_2", "conv1_2"].flatMap((one, i) => [
        `${one}_feature_s${i + 2}`, `${one}_feature_s${i + 2}_bn`, `gate_s${i + 2}_bn`, i === 4 ? "prediction" : `pred_${i + 2}`,
      ]),
    ]],
    ["unet_phseg", {}, [
      ...range(0, 4).flatMap((d) => [`conv_d${d}a-b`, `conv_d${d}b-c`]),
      ...[3, 2, 1, 0].flatMap((u) => [u === 3 ? "upconv_d4c_u3a" : `upconv_u${u + 1}d_u${u}a`, `conv_u${u}b-c`, `conv_u${u}c-d`]), "conv_u0d-score",
    ]],
  ])("%s", (name, settings, names) => expect(layers(name, settings)).toEqual(names));
});

describe("kazuto1011's DeepLab", () => {
  const unit = (path: string): readonly string[] => under(path, "conv", "bn");
  const resnet = (blocks: readonly number[]): readonly string[] => [
    ...unit("layer1.conv1"),
    ...blocks.flatMap((count, stage) => range(1, count).flatMap((block) =>
      ["reduce", "conv3x3", "increase", ...(block === 1 ? ["shortcut"] : [])].flatMap((one) => unit(`layer${stage + 2}.block${block}.${one}`)))),
  ];
  const resnet101 = resnet([3, 4, 23, 3]);
  const pyramid = [...range(0, 3).flatMap((i) => unit(`aspp.stages.c${i}`)), ...unit("aspp.stages.imagepool.conv"), ...unit("fc1")];
  test.each<[string, Settings, readonly string[]]>([
    ["deeplabv2_resnet", { depth: 101 }, [...resnet101, ...range(0, 3).map((i) => `aspp.c${i}`)]],
    ["deeplabv3", { depth: 101 }, [...resnet101, ...pyramid, "fc2"]],
    ["deeplabv3plus_resnet", { depth: 101 }, [...resnet101, ...pyramid, ...unit("reduce"), ...unit("fc2.conv1"), ...unit("fc2.conv2"), "fc2.conv3"]],
  ])("%s", (name, settings, names) => expect(layers(name, settings)).toEqual(names));
});

test("TensorFlow's DeepLab v3+ with Xception-65, with dots for slashes", () => {
  const unit = (path: string): readonly string[] => [path, `${path}.BatchNorm`];
  const separable = (path: string): readonly string[] => [...unit(`${path}_depthwise`), ...unit(`${path}_pointwise`)];
  const module = (path: string, shortcut: boolean): readonly string[] => [
    ...range(1, 3).flatMap((i) => separable(`${path}.xception_module.separable_conv${i}`)), ...(shortcut ? unit(`${path}.xception_module.shortcut`) : []),
  ];
  const expected = [
    ...under("xception_65.entry_flow", "conv1_1", "conv1_2").flatMap(unit),
    ...range(1, 3).flatMap((block) => module(`xception_65.entry_flow.block${block}.unit_1`, true)),
    ...range(1, 16).flatMap((one) => module(`xception_65.middle_flow.block1.unit_${one}`, false)),
    ...module("xception_65.exit_flow.block1.unit_1", true), ...module("xception_65.exit_flow.block2.unit_1", false),
    ...unit("image_pooling"), ...unit("aspp0"), ...range(1, 3).flatMap((i) => separable(`aspp${i}`)), ...unit("concat_projection"),
    ...unit("decoder.feature_projection0"), ...separable("decoder.decoder_conv0"), ...separable("decoder.decoder_conv1"), "logits.semantic",
  ];
  expect([...layers("deeplabv3plus_xception")].sort()).toEqual([...expected].sort());
});

describe("the U-Net family", () => {
  const pair = (path: string): readonly string[] => under(path, "double_conv.0", "double_conv.1", "double_conv.3", "double_conv.4");
  const encoder = [...pair("inc"), ...range(1, 4).flatMap((i) => pair(`down${i}.maxpool_conv.1`))];
  test.each<[Settings, readonly string[]]>([
    [{}, [...encoder, ...range(1, 4).flatMap((i) => [`up${i}.up`, ...pair(`up${i}.conv`)]), "outc.conv"]],
    [{ upsample: "bilinear" }, [...encoder, ...range(1, 4).flatMap((i) => pair(`up${i}.conv`)), "outc.conv"]],
  ])("milesial's %j", (settings, names) => expect(layers("unet_milesial", settings)).toEqual(names));

  test("the Keras UNet++, nodes named by row and column", () => {
    const node = (row: number, column: number): readonly string[] => [`conv${row}${column}_1`, `conv${row}${column}_2`];
    const nodes = [...range(1, 5).flatMap((row) => node(row, 1)), ...range(2, 5).flatMap((column) => range(1, 6 - column).flatMap((row) => [`up${row}${column}`, ...node(row, column)]))];
    expect(layers("unetplusplus", { deep_supervision: true })).toEqual([...nodes, ...range(1, 4).map((i) => `output_${i}`)]);
    expect(layers("unetplus")).toEqual([...nodes, "output_4"]);
  });
});

test("semseg's PSPNet", () => {
  const bottlenecks = [3, 4, 6, 3].flatMap((count, stage) => range(0, count - 1).flatMap((block) =>
    under(`layer${stage + 1}.${block}`, "conv1", "bn1", "conv2", "bn2", "conv3", "bn3", ...(block === 0 ? ["downsample.0", "downsample.1"] : []))));
  expect(layers("pspnet")).toEqual([
    ...under("layer0", "0", "1", "3", "4", "6", "7"), ...bottlenecks, ...range(0, 3).flatMap((i) => under(`ppm.features.${i}`, "1", "2")), ...under("cls", "0", "1", "4"), ...under("aux", "0", "1", "4"),
  ]);
});
