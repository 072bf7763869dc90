import onnxProto from "onnx-proto";
import { expect, test } from "vitest";
import { layOut, largestMessage, ModelTooLarge, type OnnxLayout } from "../../src/onnx/encode.js";
import type { Constant, ElementType } from "../../src/onnx/model.js";
import { tinyModel } from "./tiny-model.js";

const { onnx } = onnxProto;

/** The file with 0, 1, 2, ... as the values of every weight. */
function assemble(layout: OnnxLayout): Buffer {
  const bytes = Buffer.concat(
    layout.segments.map((segment) => {
      if (segment.kind === "bytes") return segment.bytes;
      const count = segment.weight.shape.reduce((a, b) => a * b, 1);
      return new Uint8Array(Float32Array.from({ length: count }, (_, i) => i).buffer);
    }),
  );
  expect(bytes.length).toBe(layout.totalBytes);
  return bytes;
}

const decode = (layout: OnnxLayout): Record<string, never> =>
  onnx.ModelProto.toObject(onnx.ModelProto.decode(assemble(layout)), { longs: Number, bytes: Array, defaults: true }) as never;

test("embedded: what onnx-proto decodes is the model, weights included", () => {
  const layout = layOut(tinyModel, { weights: "embedded" });
  expect(layout.segments.map((segment) => segment.kind)).toEqual(["bytes", "weight", "bytes", "weight", "bytes"]);
  const model = decode(layout) as any;
  expect(model).toMatchObject({
    irVersion: 8,
    producerName: "segc",
    producerVersion: "0.1.0",
    docString: tinyModel.doc,
    opsetImport: [{ domain: "", version: 18 }],
    metadataProps: [{ key: "segc.source", value: "tiny.seg" }, { key: "ключ", value: "値" }],
    graph: { name: "Tiny é" },
  });
  const { graph } = model;
  expect(graph.node.map((node: any) => [node.opType, node.name, node.input, node.output])).toEqual(
    tinyModel.nodes.map((node) => [node.op, node.name, node.inputs, node.outputs]),
  );
  expect(graph.node[0].attribute).toMatchObject([
    { name: "kernel_shape", type: 7, ints: [3, 3] },
    { name: "pads", type: 7, ints: [1, 1, 1, 1] },
    { name: "auto_pad", type: 3, s: [...Buffer.from("NOTSET")] },
    { name: "group", type: 2, i: 1 },
  ]);
  expect(graph.input.map((input: any) => input.name)).toEqual(["image"]);
  expect(graph.input[0].type.tensorType.shape.dim).toMatchObject([{ dimParam: "N" }, { dimValue: 2 }, { dimParam: "H" }, { dimParam: "W" }]);
  const tensors = Object.fromEntries(graph.initializer.map((tensor: any) => [tensor.name, tensor]));
  expect(tensors["ends"].rawData).toEqual([255, 255, 255, 255, 255, 255, 31, 0]);
  expect(tensors["axes"].rawData).toEqual(Array(8).fill(255));
  const weight = tensors["enc.cönv.weight"];
  expect(weight).toMatchObject({ dims: [3, 2, 3, 3], dataType: 1 });
  expect([...new Float32Array(Uint8Array.from(weight.rawData).buffer)]).toEqual(Array.from({ length: 54 }, (_, i) => i));
});

test("the same model gives the same bytes", () => {
  const again = structuredClone(tinyModel);
  expect(assemble(layOut(again, { weights: "embedded" })).equals(assemble(layOut(tinyModel, { weights: "embedded" })))).toBe(true);
});

test("none: weights are inputs", () => {
  const { graph } = decode(layOut(tinyModel, { weights: "none" })) as any;
  expect(graph.input.map((input: any) => input.name)).toEqual(["image", "enc.cönv.weight", "enc.cönv.bias"]);
  expect(graph.initializer.map((tensor: any) => tensor.name)).toEqual(["zero", "starts", "ends", "axes"]);
});

test("external: aligned places in another file", () => {
  const layout = layOut(tinyModel, { weights: "external", externalName: "tiny.onnx.data" });
  expect(layout.external.map(({ offset, length }) => [offset, length])).toEqual([[0, 216], [4096, 12]]);
  expect(layout.externalBytes).toBe(4108);
  const { graph } = decode(layout) as any;
  expect(graph.initializer.at(-1)).toMatchObject({
    name: "enc.cönv.bias",
    dataLocation: 1,
    externalData: [
      { key: "location", value: "tiny.onnx.data" },
      { key: "offset", value: "4096" },
      { key: "length", value: "12" },
    ],
  });
});

test("more than 2 GiB does not fit into one file, but beside it", () => {
  const huge = { ...tinyModel, weights: [1, 2, 3].map((n) => ({ name: `w${n}`, shape: [2 ** 10, 2 ** 20] })) };
  try {
    layOut(huge, { weights: "embedded" });
    expect.unreachable();
  } catch (error) {
    expect(error).toBeInstanceOf(ModelTooLarge);
    expect((error as ModelTooLarge).bytes).toBeGreaterThan(3 * 2 ** 32);
  }
  expect(layOut(huge, { weights: "external", externalName: "d" }).externalBytes).toBe(3 * 2 ** 32);
  const fits = { ...tinyModel, weights: [{ name: "w", shape: [2 ** 29 - 1000] }] };
  expect(layOut(fits, { weights: "embedded" }).totalBytes).toBeLessThanOrEqual(largestMessage);
});

test.each<[ElementType, readonly number[], readonly number[]]>([
  ["float16", [1, -2, 65504, 65520, 2 ** -24, 2 ** -25, 0.1, -0, NaN, 1 + 2 ** -11, 1 + 3 * 2 ** -11],
    [0x3c00, 0xc000, 0x7bff, 0x7c00, 1, 0, 0x2e66, 0x8000, 0x7e00, 0x3c00, 0x3c02].flatMap((bits) => [bits & 255, bits >> 8])],
  ["int32", [-2, 258], [254, 255, 255, 255, 2, 1, 0, 0]],
  ["bool", [0, 1], [0, 1]],
  ["int64", [-(2 ** 40)], [0, 0, 0, 0, 0, 255, 255, 255]],
])("constants of %s", (type, values, bytes) => {
  const constant: Constant = { name: "c", type, shape: [values.length], values };
  const { graph } = decode(layOut({ ...tinyModel, constants: [constant] }, { weights: "none" })) as any;
  expect(graph.initializer[0].rawData).toEqual(bytes);
});
