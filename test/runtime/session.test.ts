import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import type { OnnxModel, Weight } from "../../src/onnx/model.js";
import { RuntimeMissing, runtimeProblem } from "../../src/runtime/runtime-problem.js";
import { createSession, loadRuntime } from "../../src/runtime/session.js";
import { fillInitial } from "../../src/weights/initial-values.js";
import { writeModel } from "../../src/weights/write-model.js";
import { tinyModel } from "../onnx/tiny-model.js";

let folder: string;
let path: string;
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segc-"));
  path = join(folder, "tiny.onnx");
});
afterAll(() => rmSync(folder, { recursive: true }));

const fill = (target: Float32Array, weight: Weight, offset = 0): void =>
  fillInitial(target, { kind: "uniform", bound: 0.5 }, weight.shape, weight.name, 3, offset);
const values = (weight: Weight) => ({ read: (target: Float32Array, offset: number) => fill(target, weight, offset) });

const [height, width] = [5, 6];
const image = new Float32Array(2 * 2 * height * width);
fillInitial(image, { kind: "normal", std: 1 }, [2, 2, height, width], "image", 0, 0);

/** The tiny model, by hand. */
function reference(): Float32Array {
  const [weightOf, biasOf] = tinyModel.weights.map((weight) => {
    const target = new Float32Array(weight.shape.reduce((a, b) => a * b, 1));
    fill(target, weight);
    return target;
  }) as [Float32Array, Float32Array];
  const at = (n: number, c: number, y: number, x: number): number =>
    y < 0 || x < 0 || y >= height || x >= width ? 0 : image[((n * 2 + c) * height + y) * width + x]!;
  const result: number[] = [];
  for (let n = 0; n < 2; n++)
    for (let o = 0; o < 3; o++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) {
          let sum = biasOf[o]!;
          for (let c = 0; c < 2; c++)
            for (let i = 0; i < 9; i++)
              sum += weightOf[(o * 2 + c) * 9 + i]! * at(n, c, y + Math.floor(i / 3) - 1, x + (i % 3) - 1);
          result.push(Math.max(0, sum));
        }
  return Float32Array.from(result);
}

test("a library that does not load is said as such, and tried again", async () => {
  const failing = () => Promise.reject(new Error("Cannot find package 'onnxruntime-node'"));
  await expect(loadRuntime(failing)).rejects.toThrow(RuntimeMissing);
  await expect(loadRuntime(failing)).rejects.toThrow("npm install onnxruntime-node");
});

test.each(["embedded", "external"])("ONNX Runtime computes with our %s weights what they say", async (where) => {
  await writeModel(tinyModel, { path, values, external: where === "external" });
  const session = await createSession(path, { threads: 1 });
  expect(session.inputs).toEqual([{ name: "image", type: "float32", shape: ["N", 2, "H", "W"] }]);
  const { y } = await session.run({ image: { type: "float32", shape: [2, 2, height, width], data: image } });
  expect(y!.shape).toEqual([2, 3, height, width]);
  const expected = reference();
  const distance = (y!.data as Float32Array).reduce((worst, value, i) => Math.max(worst, Math.abs(value - expected[i]!)), 0);
  expect(distance).toBeLessThan(2e-6);
  await session.release();
  await session.release();
  await expect(session.run({})).rejects.toMatchObject({ kind: "disposed" });
});

test("known failures have a kind", async () => {
  await writeModel(tinyModel, { path, values });
  const session = await createSession(path, { threads: 1 });
  const wrong = { type: "float32", shape: [1, 3, 2, 2], data: new Float32Array(12) } as const;
  await expect(session.run({})).rejects.toMatchObject({ kind: "feed", message: "no value was given for the input image" });
  await expect(session.run({ image: wrong })).rejects.toMatchObject({ kind: "feed" });
  const integers = { type: "int32", shape: [1, 2, 1, 1], data: new Int32Array(2) } as const;
  await expect(session.run({ image: integers })).rejects.toMatchObject({ kind: "feed" });
  await session.release();
  await expect(createSession(Buffer.from("no model at all"))).rejects.toMatchObject({ kind: "not-onnx" });
  await expect(createSession(join(folder, "none.onnx"))).rejects.toMatchObject({ kind: "file-missing" });

  await writeModel({ ...tinyModel, irVersion: 99 }, { path, values });
  await expect(createSession(path)).rejects.toMatchObject({ kind: "ir-too-new", message: expect.stringContaining("99") });
  await writeModel({ ...tinyModel, opset: 99 }, { path, values });
  await expect(createSession(path)).rejects.toMatchObject({ kind: "opset-too-new" });
  await writeModel(tinyModel, { path, values, external: true });
  rmSync(`${path}.data`);
  await expect(createSession(path)).rejects.toMatchObject({ kind: "weights-missing" });

  const add: OnnxModel = {
    ...tinyModel,
    nodes: [{ op: "Add", name: "ädd", inputs: ["two", "three"], outputs: ["y"], attributes: {} }],
    constants: [2, 3].map((n) => ({ name: n === 2 ? "two" : "three", type: "float32", shape: [n], values: Array(n).fill(0) })),
    weights: [],
  };
  await writeModel(add, { path, values });
  await expect(createSession(path)).rejects.toMatchObject({ kind: "shape", node: "ädd" });
  const unknown = { ...tinyModel, nodes: tinyModel.nodes.map((node) => (node.op === "Clip" ? { ...node, op: "Klip" } : node)) };
  await writeModel(unknown, { path, values });
  await expect(createSession(path)).rejects.toMatchObject({ kind: "invalid-model", node: "relu" });
  const reshape: OnnxModel = {
    ...tinyModel,
    nodes: [{ op: "Reshape", name: "réshape", inputs: ["image", "to"], outputs: ["y"], attributes: {} }],
    constants: [{ name: "to", type: "int64", shape: [4], values: [1, 2, 3, 7] }],
    weights: [],
  };
  await writeModel(reshape, { path, values });
  const broken = await createSession(path);
  await expect(broken.run({ image: { type: "float32", shape: [1, 2, 3, 3], data: new Float32Array(18) } })).rejects.toMatchObject({
    kind: "node-failed",
    node: "réshape",
    message: expect.stringMatching(/^Reshape failed: The input tensor cannot be reshaped/),
  });
  await broken.release();
});

test("a node that fails while running is named without the optimiser's suffix", () => {
  const raw =
    "Non-zero status code returned while running MaxPool node. Name:'MaxPool_p_token_1' Status Message: /src/pool.cc:12 bad\nmore";
  expect(runtimeProblem(new Error(raw))).toMatchObject({ kind: "node-failed", node: "MaxPool_p", raw });
});
