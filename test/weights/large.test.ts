/** Beyond 2 and 4 GiB: readers by sparse files; the writer, which leaves protobuf for external data, in the long suite. */
import { closeSync, ftruncateSync, mkdtempSync, openSync, readFileSync, rmSync, statSync, writeSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { layOut, ModelTooLarge } from "../../src/onnx/encode.js";
import { parametersOf } from "../../src/network/network.js";
import { createSession } from "../../src/runtime/session.js";
import { matchWeights } from "../../src/weights/match-weights.js";
import { openCheckpoint } from "../../src/weights/readers/open-checkpoint.js";
import { parameterValues } from "../../src/weights/weight-values.js";
import { writeModel } from "../../src/weights/write-model.js";

const folder = mkdtempSync(join(tmpdir(), "segc-large-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A safetensors file of zeros, of which `set` sets some bytes; a hole on the disk. */
function sparse(path: string, tensors: readonly (readonly [name: string, shape: readonly number[]])[], set: Readonly<Record<string, readonly [index: number, value: number]>>): void {
  let end = 0;
  const begins = new Map<string, number>();
  const header = Buffer.from(JSON.stringify(Object.fromEntries(tensors.map(([name, shape]) => {
    begins.set(name, end);
    end += 4 * shape.reduce((a, b) => a * b, 1);
    return [name, { dtype: "F32", shape, data_offsets: [begins.get(name), end] }];
  }))));
  const file = openSync(path, "w");
  const head = Buffer.alloc(8);
  head.writeBigUInt64LE(BigInt(header.length));
  writeSync(file, head);
  writeSync(file, header);
  ftruncateSync(file, 8 + header.length + end);
  for (const [name, [index, value]] of Object.entries(set)) writeSync(file, new Uint8Array(Float32Array.of(value).buffer), 0, 4, 8 + header.length + begins.get(name)! + 4 * index);
  closeSync(file);
}

test("values of a checkpoint beyond 4 GiB", async () => {
  const path = join(folder, "sparse.safetensors");
  sparse(path, [["a", [600, 1024, 1024]], ["b", [600, 1024, 1024]], ["c", [3]]], { a: [600 * 1024 * 1024 - 1, 1.5], b: [600 * 1024 * 1024 - 2, 2.5], c: [1, 3.5] });
  expect(statSync(path).size).toBeGreaterThan(2 ** 32);
  const checkpoint = await openCheckpoint(path);
  const last = async (name: string, offset: number, count: number): Promise<number[]> => {
    const target = new Float32Array(count);
    await checkpoint.read(name, target, offset);
    return [...target];
  };
  expect(await last("a", 600 * 1024 * 1024 - 2, 2)).toEqual([0, 1.5]);
  expect(await last("b", 600 * 1024 * 1024 - 2, 2)).toEqual([2.5, 0]);
  expect(await last("c", 0, 3)).toEqual([0, 3.5, 0]);
  checkpoint.close();
});

const text = `model Large {
  input image: [N, 16384, H, W]
  a = image -> conv(16384, 1, bias: false) as first
  b = a -> conv(16384, 1, bias: false) as second
  c = b -> conv(2048, 1, bias: false) as third
  head out = c -> conv(2, 1) as classifier
}
`;

function large() {
  const { model, problems } = compile({ path: "large.seg", text });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return model!;
}

test("a model of more than 2 GiB does not fit into protobuf, and its external data have every place", () => {
  const { onnx } = large();
  expect(() => layOut(onnx, { weights: "embedded" })).toThrow(ModelTooLarge);
  const layout = layOut(onnx, { weights: "external", externalName: "large.onnx.data" });
  expect(layout.externalBytes).toBeGreaterThan(2 ** 31);
  expect(layout.external.at(-1)!.offset).toBeGreaterThan(2 ** 31);
  for (const { offset } of layout.external) expect(offset % 4096).toBe(0);
});

test.runIf(process.env["SEGC_LONG"])("a model of more than 2 GiB is written and read again", { timeout: 600_000 }, async () => {
  const model = large();
  const parameters = new Map(parametersOf(model.lowered).map((parameter) => [parameter.name, parameter]));
  const path = join(folder, "large.safetensors");
  sparse(path, [...parameters.values()].map(({ name, shape }) => [name, shape]), { "first.weight": [5, 1.5], "third.weight": [2048 * 16384 - 1, 2.5], "classifier.bias": [1, 3.5] });
  const checkpoint = await openCheckpoint(path);
  const match = matchWeights(model.network, checkpoint);
  expect(match.complete).toBe(true);
  const before = process.memoryUsage().rss;
  const written = await writeModel(model.onnx, { path: join(folder, "large.onnx"), values: (weight) => parameterValues(parameters.get(weight.name)!, 0, { match, checkpoint }) });
  expect(process.memoryUsage().rss - before).toBeLessThan(200e6);
  checkpoint.close();
  expect(written.externalBytes).toBeGreaterThan(2 ** 31);
  expect(statSync(written.externalPath!).size).toBe(written.externalBytes);
  const again = await openCheckpoint(join(folder, "large.onnx"));
  const at = async (name: string, offset: number): Promise<number> => {
    const one = new Float32Array(1);
    await again.read(name, one, offset);
    return one[0]!;
  };
  expect([await at("first.weight", 5), await at("first.weight", 6), await at("third.weight", 2048 * 16384 - 1), await at("classifier.bias", 1)]).toEqual([1.5, 0, 2.5, 3.5]);
  again.close();
});

test.runIf(process.env["SEGC_LONG"])("FCN-8s runs from a file with its half a gigabyte of weights beside it", { timeout: 600_000 }, async () => {
  const { model } = compile({ path: "fcn8s.seg", text: readFileSync("specs/fcn8s.seg", "utf8") });
  const path = join(folder, "fcn8s.onnx");
  await writeModel(model!.onnx, { path, values: () => ({ read: (target) => void target.fill(0) }), external: true });
  const session = await createSession(path, { threads: 1 });
  const { logits } = await session.run({ image: { type: "float32", shape: [1, 3, 33, 34], data: new Float32Array(3 * 33 * 34) } });
  await session.release();
  expect(logits!.shape).toEqual([1, 21, 33, 34]);
});
