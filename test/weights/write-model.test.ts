import { createHash } from "node:crypto";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import onnxProto from "onnx-proto";
import { afterEach, beforeEach, expect, test } from "vitest";
import type { OnnxModel, Weight } from "../../src/onnx/model.js";
import { fillInitial } from "../../src/weights/initial-values.js";
import type { WeightSource } from "../../src/weights/weight-source.js";
import { writeModel } from "../../src/weights/write-model.js";
import { tinyModel } from "../onnx/tiny-model.js";

let folder: string;
let path: string;
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "segc-é-"));
  path = join(folder, "tiny.onnx");
});
afterEach(() => rmSync(folder, { recursive: true }));

const sha = (file: string): string => createHash("sha256").update(readFileSync(file)).digest("hex");
const random = (weight: Weight): WeightSource => ({
  read: (target, offset) => fillInitial(target, { kind: "normal", std: 1 }, weight.shape, weight.name, 0, offset),
});
function expected(weight: Weight): Float32Array {
  const target = new Float32Array(weight.shape.reduce((a, b) => a * b, 1));
  random(weight).read(target, 0);
  return target;
}
/** Several write buffers long, with a weight that ends just where a buffer may. */
const large: OnnxModel = {
  ...tinyModel,
  weights: [...tinyModel.weights, { name: "big", shape: [3, 1000, 1001] }, { name: "odd", shape: [7] }, { name: "none", shape: [0] }],
};

test("embedded weights decode again, the same bytes each time, and the hash is the file's", async () => {
  const steps: number[] = [];
  const written = await writeModel(large, { path, values: random, onProgress: (done, total) => steps.push(done / total) });
  const bytes = readFileSync(path);
  expect(written).toEqual({ bytes: bytes.length, sha256: sha(path) });
  const { initializer } = onnxProto.onnx.ModelProto.decode(bytes).graph!;
  for (const weight of large.weights) {
    const raw = initializer!.find((tensor) => tensor.name === weight.name)!.rawData!;
    expect(Buffer.compare(raw, new Uint8Array(expected(weight).buffer)), weight.name).toBe(0);
  }
  expect(steps.at(-1)).toBe(1);
  expect(steps).toEqual([...steps].sort((a, b) => a - b));
  expect(await writeModel(large, { path, values: random })).toEqual(written);
  expect(readdirSync(folder)).toEqual(["tiny.onnx"]);
});

test("external weights lie in a file beside it, at the places that the model states", async () => {
  const written = await writeModel(large, { path, values: random, external: true });
  expect(written).toEqual({
    bytes: readFileSync(path).length,
    sha256: sha(path),
    externalPath: `${path}.data`,
    externalBytes: readFileSync(`${path}.data`).length,
    externalSha256: sha(`${path}.data`),
  });
  const data = readFileSync(`${path}.data`);
  const { initializer } = onnxProto.onnx.ModelProto.decode(readFileSync(path)).graph!;
  for (const weight of large.weights) {
    const entries = initializer!.find((tensor) => tensor.name === weight.name)!.externalData!;
    const { location, offset, length } = Object.fromEntries(entries.map(({ key, value }) => [key, value]));
    expect(location).toBe("tiny.onnx.data");
    expect(Number(offset) % 4096).toBe(0);
    const raw = data.subarray(Number(offset), Number(offset) + Number(length));
    expect(Buffer.compare(raw, new Uint8Array(expected(weight).buffer)), weight.name).toBe(0);
  }
});

test("without weights nothing is asked for any", async () => {
  await writeModel(tinyModel, { path, none: true, values: () => expect.unreachable() });
  expect(onnxProto.onnx.ModelProto.decode(readFileSync(path)).graph!.input).toHaveLength(3);
});

test.each([false, true])("a source that fails leaves the old file, and nothing else (external: %s)", async (external) => {
  writeFileSync(path, "old");
  const failing = (weight: Weight): WeightSource => ({
    async read(target, offset) {
      if (weight.name === "big" && offset > 2_000_000) throw new Error("no more");
      target.fill(1);
    },
  });
  await expect(writeModel(large, { path, values: failing, external })).rejects.toThrow("no more");
  expect(readFileSync(path, "utf8")).toBe("old");
  expect(readdirSync(folder)).toEqual(["tiny.onnx"]);
  expect(process.listenerCount("SIGINT")).toBe(0);
});

test("a folder that does not exist is the system's error", async () => {
  await expect(writeModel(tinyModel, { path: join(folder, "no", "x.onnx"), values: random })).rejects.toMatchObject({ code: "ENOENT" });
});
