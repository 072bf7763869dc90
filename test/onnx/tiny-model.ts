import type { OnnxModel } from "../../src/onnx/model.js";

/** image [N, 2, H, W] -> 3x3 convolution to 3 channels, padding 1 -> relu; names and docs that need care. */
export const tinyModel: OnnxModel = {
  name: "Tiny é",
  doc: 'says "hi" \\ über',
  opset: 18,
  irVersion: 8,
  producerVersion: "0.1.0",
  inputs: [{ name: "image", type: "float32", shape: ["N", 2, "H", "W"] }],
  outputs: [{ name: "y", type: "float32", shape: ["N", 3, "H - 0", "W"] }],
  values: [{ name: "enc.conv", type: "float32", shape: ["N", 3, "H", "W"] }],
  nodes: [
    {
      op: "Conv",
      name: "enc/cönv",
      inputs: ["image", "enc.cönv.weight", "enc.cönv.bias"],
      outputs: ["enc.conv"],
      attributes: {
        kernel_shape: { kind: "ints", value: [3, 3] },
        pads: { kind: "ints", value: [1, 1, 1, 1] },
        auto_pad: { kind: "string", value: "NOTSET" },
        group: { kind: "int", value: 1 },
      },
      doc: "tiny.seg:7\n  conv(3)",
    },
    { op: "Clip", name: "relu", inputs: ["enc.conv", "zero", ""], outputs: ["clipped"], attributes: {} },
    {
      op: "Slice",
      name: "whole",
      inputs: ["clipped", "starts", "ends", "axes"],
      outputs: ["y"],
      attributes: {},
    },
  ],
  constants: [
    { name: "zero", type: "float32", shape: [], values: [0] },
    { name: "starts", type: "int64", shape: [1], values: [0] },
    { name: "ends", type: "int64", shape: [1], values: [Number(9223372036854775807n)] },
    { name: "axes", type: "int64", shape: [1], values: [-1] },
  ],
  weights: [
    { name: "enc.cönv.weight", shape: [3, 2, 3, 3] },
    { name: "enc.cönv.bias", shape: [3] },
  ],
  metadata: [["segc.source", "tiny.seg"], ["ключ", "値"]],
};
