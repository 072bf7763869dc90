/** Forms that small fixtures do not have: a zip64 directory, and checkpoints in several files. */
import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type Checkpoint, openCheckpoint } from "../../src/weights/readers/open-checkpoint.js";

const folder = mkdtempSync(join(tmpdir(), "segc-forms-"));
afterAll(() => rmSync(folder, { recursive: true }));

async function values(checkpoint: Checkpoint, name: string): Promise<number[]> {
  const target = new Float32Array(checkpoint.tensors.find((tensor) => tensor.name === name)!.elements);
  await checkpoint.read(name, target, 0);
  return [...target];
}
const floats = (...numbers: readonly number[]): Buffer => Buffer.from(Float32Array.from(numbers).buffer);

function record(size: number, fields: readonly (readonly [at: number, bytes: 2 | 4 | 8, value: number])[]): Buffer {
  const bytes = Buffer.alloc(size);
  for (const [at, width, value] of fields)
    if (width === 8) bytes.writeBigUInt64LE(BigInt(value), at);
    else bytes.writeUIntLE(value, at, width);
  return bytes;
}

test("a zip64 directory, with every number in its long form", async () => {
  const header = "{'descr': '<f4', 'fortran_order': False, 'shape': (2,), }\n";
  const data = Buffer.concat([Buffer.from("\x93NUMPY\x01\x00", "latin1"), record(2, [[0, 2, header.length]]), Buffer.from(header), floats(1.5, -2)]);
  const name = Buffer.from("a.npy");
  const local = Buffer.concat([record(30, [[0, 4, 0x04034b50], [18, 4, 0xffffffff], [22, 4, 0xffffffff], [26, 2, name.length]]), name, data]);
  const extra = record(28, [[0, 2, 1], [2, 2, 24], [4, 8, data.length], [12, 8, data.length], [20, 8, 0]]);
  const central = Buffer.concat([record(46, [[0, 4, 0x02014b50], [20, 4, 0xffffffff], [24, 4, 0xffffffff], [28, 2, name.length], [30, 2, extra.length], [42, 4, 0xffffffff]]), name, extra]);
  const end64 = record(56, [[0, 4, 0x06064b50], [4, 8, 44], [24, 8, 1], [32, 8, 1], [40, 8, central.length], [48, 8, local.length]]);
  const locator = record(20, [[0, 4, 0x07064b50], [8, 8, local.length + central.length], [16, 4, 1]]);
  const end = record(22, [[0, 4, 0x06054b50], [8, 2, 0xffff], [10, 2, 0xffff], [12, 4, 0xffffffff], [16, 4, 0xffffffff]]);
  const path = join(folder, "long.npz");
  writeFileSync(path, Buffer.concat([local, central, end64, locator, end]));
  const checkpoint = await openCheckpoint(path);
  expect(await values(checkpoint, "a")).toEqual([1.5, -2]);
  checkpoint.close();
});

test("safetensors in shards: each name from the file that the index says", async () => {
  const shard = (file: string, tensors: Readonly<Record<string, readonly number[]>>): void => {
    let end = 0;
    const header = Buffer.from(JSON.stringify(Object.fromEntries(Object.entries(tensors).map(([name, numbers]) => [name, { dtype: "F32", shape: [numbers.length], data_offsets: [end, (end += 4 * numbers.length)] }]))));
    writeFileSync(join(folder, file), Buffer.concat([record(8, [[0, 8, header.length]]), header, ...Object.values(tensors).map((numbers) => floats(...numbers))]));
  };
  shard("model-00001-of-00002.safetensors", { "model.a": [1, 2], "model.both": [3] });
  shard("model-00002-of-00002.safetensors", { "model.b": [4, 5, 6], "model.both": [7] });
  const path = join(folder, "model.safetensors.index.json");
  writeFileSync(path, JSON.stringify({ metadata: { total_size: 28 }, weight_map: { "model.a": "model-00001-of-00002.safetensors", "model.b": "model-00002-of-00002.safetensors", "model.both": "model-00002-of-00002.safetensors" } }));
  const checkpoint = await openCheckpoint(path);
  expect(checkpoint).toMatchObject({ format: "safetensors-index", prefix: "model." });
  expect(checkpoint.tensors.map(({ name }) => name).sort()).toEqual(["a", "b", "both"]);
  expect([await values(checkpoint, "a"), await values(checkpoint, "b"), await values(checkpoint, "both")]).toEqual([[1, 2], [4, 5, 6], [7]]);
  checkpoint.close();
  expect(() => checkpoint.read("a", new Float32Array(1), 0)).toThrow("needed");
});
