/** Yu and Koltun's networks against published figures. */
import { describe, expect, test } from "vitest";
import { floats } from "../operators/run-spec.js";
import { checked, dilations, expectFormatted, giga, inspected, runs, runsAt, sizeAt } from "./support.js";

test.each(["dilated_frontend", "dilated_context", "std/dilated", "std/vgg_atrous"])("%s is formatted", expectFormatted);

describe("front end (section 3.1)", () => {
  test.each([[21, 3, 134_346_581], [19, 3, 134_338_387], [11, 3, 134_305_611], [21, 4, 134_347_157]])("%i classes, %i channels", (classes, in_channels, parameters) => {
    const network = inspected("dilated_frontend", { classes, in_channels });
    expect(network.parameters).toEqual({ total: parameters, trainable: parameters });
    expect(network.receptive_field["logits"]).toEqual({ size: 380, stride: 8, centre: 189.5 });
  });

  test("layer table at 900 x 900", () => {
    const network = inspected("dilated_frontend", {}, [900, 900]);
    const table = [
      ["conv1_1", 898, 1_792], ["conv1_2", 896, 36_928], ["conv2_1", 446, 73_856], ["conv2_2", 444, 147_584],
      ["conv3_1", 220, 295_168], ["conv3_2", 218, 590_080], ["conv3_3", 216, 590_080],
      ["conv4_1", 106, 1_180_160], ["conv4_2", 104, 2_359_808], ["conv4_3", 102, 2_359_808],
      ["conv5_1", 98, 2_359_808], ["conv5_2", 94, 2_359_808], ["conv5_3", 90, 2_359_808],
      ["fc6", 66, 102_764_544], ["fc7", 66, 16_781_312], ["final", 66, 86_037],
    ];
    expect(network.layers.filter(({ operator }) => operator === "conv").map(({ path, output, parameters }) => [path, output[2], parameters])).toEqual(table);
    expect(network.layers.filter(({ operator }) => operator === "maxpool").map(({ output }) => output[2])).toEqual([448, 222, 108]);
    expect(giga(network)).toBe(791.56);
  });

  test.each([[900, 900, 66, 66], [1396, 1396, 128, 128], [900, 1100, 66, 91], [852, 1640, 60, 159], [628, 628, 32, 32], [500, 500, 16, 16], [373, 411, 1, 5]])(
    "%i x %i gives %i x %i", (height, width, rows, columns) => {
      expect(inspected("dilated_frontend", {}, [height, width]).outputs[0]!.shape.slice(2)).toEqual([rows, columns]);
    },
  );
});

describe("context (section 3.2)", () => {
  const urban = { context: "basic", padding: "each" };
  test.each([
    ["VOC, large", {}, 141_149_720, 908],
    ["VOC, basic", { context: "basic" }, 134_346_581 + 28_392, 908],
    ["CamVid", { ...urban, classes: 11 }, 134_313_443, 908],
    ["KITTI", { ...urban, classes: 11, layers: 7 }, 134_312_343, 652],
    ["Cityscapes", { ...urban, classes: 19, layers: 10 }, 134_368_179, 2444],
    ["Cityscapes, 8 layers", { ...urban, classes: 19 }, 134_338_387 + 23_256, 908],
  ])("%s", (_, settings, parameters, field) => {
    const network = inspected("dilated_context", settings);
    expect(network.parameters.total).toBe(parameters);
    expect(network.receptive_field["logits"]).toEqual({ size: field, stride: 8, centre: 189.5 });
  });

  test("Cityscapes ends in a frozen interpolation", () => {
    const network = inspected("dilated_context", { ...urban, classes: 19, layers: 10, upsample: true }, [1396, 1396]);
    expect(network.parameters).toEqual({ trainable: 134_368_179, total: 134_368_179 + 4_864 });
    expect(network.outputs[0]!.shape).toEqual(["N", 19, 1024, 1024].map((size) => (size === "N" ? 1 : size)));
    expect(network.receptive_field["logits"]).toMatchObject({ stride: 1, centre: 186 });
  });

  test("the scores are padded once; sizes at 900 x 900", () => {
    const network = inspected("dilated_context", {}, [900, 900]);
    const names = ["ct_conv1_1", "ct_conv1_2", "ct_conv2_1", "ct_conv3_1", "ct_conv4_1", "ct_conv5_1", "ct_fc1", "ct_final"];
    expect(names.map((name) => sizeAt(network, name)[0])).toEqual([130, 128, 124, 116, 100, 68, 66, 66]);
    expect(names.map((name) => network.layers.find(({ path }) => path === name)!.parameters)).toEqual([7_980, 15_918, 31_836, 127_176, 508_368, 2_032_800, 4_064_928, 14_133]);
  });

  test.each([[7, [1, 1, 2, 4, 8, 1, 1]], [8, [1, 1, 2, 4, 8, 16, 1, 1]], [10, [1, 1, 2, 4, 8, 16, 32, 64, 1, 1]]])("dilations of %i layers", (layers, rates) => {
    expect(dilations(checked("dilated_context", { context: "basic", layers }), /^ct_/)).toEqual(rates);
  });

  test.each([["basic", 7, "first"], ["basic", 8, "each"], ["large", 8, "first"], ["basic", 10, "each"]])("%s, %i layers, padding %s: begins as the identity", async (kind, layers, padding) => {
    const text = `use std.dilated { context_module }
model Module { input scores: [N, 3, H, W] head y = scores -> context_module(3, ${kind}, ${layers}, ${padding}) as _ expect y: [N, 3, H, W] }`;
    const scores = floats([2, 3, 9, 7], Array.from({ length: 378 }, (_, i) => (i * 37) % 101));
    const { y } = await runs(text, {}, { scores }, "initial");
    expect([...(y!.data as Float32Array)]).toEqual([...(scores.data as Float32Array)]);
  });
});

describe("runs", () => {
  test("front end", async () => { await runsAt("dilated_frontend", {}, [388, 373]); });
  test("context, large", async () => { await runsAt("dilated_context", {}, [381, 380]); });
  test("context, basic, to pixels", async () => { await runsAt("dilated_context", { context: "basic", padding: "each", layers: 10, upsample: true }, [388, 374]); });
});
