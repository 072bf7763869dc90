import { expect, test } from "vitest";
import type { Attribute } from "../../src/onnx/model.js";
import { printOnnx } from "../../src/onnx/text.js";
import { tinyModel } from "./tiny-model.js";

test("a model as text", () => {
  expect(printOnnx(tinyModel)).toMatchInlineSnapshot(`
    "<
      ir_version: 8,
      opset_import: ["" : 18],
      producer_name: "segc",
      producer_version: "0.1.0",
      doc_string: "says \\"hi\\" \\\\ über",
      metadata_props: [
        "segc.source": "tiny.seg",
        "ключ": "値"
      ]
    >
    "Tiny é" (
      float[N,2,H,W] image
    ) => (
      float[N,3,"H - 0",W] y
    )
    <
      float[3,2,3,3] "enc.cönv.weight" = ["location": "weights"],
      float[3] "enc.cönv.bias" = ["location": "weights"],
      float zero = {0.0},
      int64[1] starts = {0},
      int64[1] ends = {9007199254740991},
      int64[1] axes = {-1},
      float[N,3,H,W] "enc.conv"
    >
    {
      ["enc/cönv"] "enc.conv" = Conv<kernel_shape = [3, 3], pads = [1, 1, 1, 1], auto_pad = "NOTSET", group = 1> (image, "enc.cönv.weight", "enc.cönv.bias")  # tiny.seg:7 conv(3)
      [relu] clipped = Clip ("enc.conv", zero, "")
      [whole] y = Slice (clipped, starts, ends, axes)
    }
    "
  `);
});

test("attributes and constants read back as what they are", () => {
  const attributes: Record<string, Attribute> = {
    whole: { kind: "float", value: 1 },
    tenth: { kind: "float", value: Math.fround(0.1) },
    small: { kind: "float", value: 1e-7 },
    none: { kind: "ints", value: [] },
    some: { kind: "floats", value: [0.5, 2, -Infinity] },
    to: { kind: "type", value: "int64" },
    end: { kind: "int", value: Number(9223372036854775807n) },
  };
  const text = printOnnx({
    ...tinyModel,
    nodes: [{ op: "Cast", name: "", inputs: ["float", "a b"], outputs: ["y"], attributes }],
    constants: [
      { name: "half", type: "float16", shape: [2], values: [1, -2] },
      { name: "roi", type: "float32", shape: [0], values: [] },
      { name: "flag", type: "bool", shape: [], values: [1] },
    ],
  });
  expect(text).toContain(
    '  y = Cast<whole = 1.0, tenth = 0.1, small = 1e-7, none: ints = [], some = [0.5, 2.0, -inf], to = 7, end = 9007199254740991> ("float", "a b")\n',
  );
  expect(text).toContain("  float16[2] half = {15360, 49152},\n  float[0] roi = {},\n  bool flag = {1},\n");
});
