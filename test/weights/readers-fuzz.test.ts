/**
 * Damaged checkpoints of every kind: whatever bytes change, a file is read or refused with a problem of its own, soon and
 * in little memory. A few hundred mutations; SEGC_LONG=1 makes thousands. SEGC_SEED=n begins elsewhere.
 */
import { mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { fillInitial } from "../../src/weights/initial-values.js";
import { openCheckpoint } from "../../src/weights/readers/open-checkpoint.js";
import { CheckpointProblem } from "../../src/weights/readers/problem.js";
import { writeModel } from "../../src/weights/write-model.js";
import { tinyModel } from "../onnx/tiny-model.js";

const each = process.env["SEGC_LONG"] ? 1000 : 30;
const firstSeed = Number(process.env["SEGC_SEED"] ?? 1);
const fixtures = join(import.meta.dirname, "fixtures");
const fixed = readdirSync(fixtures).filter((name) => /\.(pth|npz|npy|safetensors)$/.test(name));
const written = ["embedded.onnx", "external.onnx", "index.json"];
const made = mkdtempSync(join(tmpdir(), "segc-fuzz-"));
const sources = new Map<string, Buffer>();

beforeAll(async () => {
  for (const name of fixed) sources.set(name, readFileSync(join(fixtures, name)));
  const values = (weight: { readonly name: string; readonly shape: readonly number[] }) => ({
    read: (target: Float32Array, offset: number) => fillInitial(target, { kind: "normal", std: 1 }, weight.shape, weight.name, 0, offset),
  });
  for (const external of [false, true]) {
    await writeModel(tinyModel, { path: join(made, "tiny.onnx"), values, external });
    sources.set(external ? "external.onnx" : "embedded.onnx", readFileSync(join(made, "tiny.onnx")));
  }
  sources.set("index.json", Buffer.from(JSON.stringify({ weight_map: { "a.weight": "shard.safetensors", scalar: "shard.safetensors" } })));
  writeFileSync(join(made, "shard.safetensors"), sources.get("by_hand.safetensors")!);
});
afterAll(() => rmSync(made, { recursive: true }));

/** xorshift: the same mutations everywhere. */
function random(seed: number): (below: number) => number {
  let state = (seed * 0x9e3779b1) | 1;
  return (below) => {
    state ^= state << 13;
    state ^= state >>> 17;
    state ^= state << 5;
    return (state >>> 0) % below;
  };
}

const extremes = [0, 1, 0x7f, 0x80, 0xff, 0x7fff, 0xffff, 0x7fffffff, 0x80000000, 0xfffffffe, 0xffffffff];

function mutated(source: Buffer, below: (limit: number) => number): Buffer {
  let bytes = Buffer.from(source);
  for (let count = 1 + below(4); count > 0 && bytes.length > 8; count--) {
    const at = below(bytes.length);
    switch (below(7)) {
      case 0: bytes[at] = below(256); break;
      case 1: bytes[at]! ^= 1 << below(8); break;
      case 2: bytes = bytes.subarray(0, at); break;
      case 3: bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(Math.min(bytes.length, at + 1 + below(16)))]); break;
      case 4: bytes = Buffer.concat([bytes.subarray(0, at), bytes.subarray(below(bytes.length)).subarray(0, 1 + below(64)), bytes.subarray(at)]); break;
      case 5: if (at + 4 <= bytes.length) bytes.writeUInt32LE(extremes[below(extremes.length)]!, at); break;
      case 6: { // a digit of a header, a size
        const digits = [...bytes.toString("latin1").matchAll(/\d+/g)];
        const one = digits[below(Math.max(1, digits.length))];
        if (one) bytes = Buffer.concat([bytes.subarray(0, one.index), Buffer.from(["0", "-1", "4294967296", "1e9", "9007199254740993", "NaN"][below(6)]!), bytes.subarray(one.index + one[0].length)]);
        break;
      }
    }
  }
  return bytes;
}

const outcomes = { read: 0, refused: 0 };

/** Reads the first and the last values of every tensor. */
async function readEnds(path: string): Promise<void> {
  const checkpoint = await openCheckpoint(path);
  try {
    for (const tensor of checkpoint.tensors) {
      const target = new Float32Array(Math.min(tensor.elements, 100_000));
      await checkpoint.read(tensor.name, target, 0);
      await checkpoint.read(tensor.name, target.subarray(0, 1), tensor.elements - Math.min(1, target.length));
    }
  } finally {
    checkpoint.close();
  }
}

test.each([...fixed, ...written])("damaged: %s", { timeout: 600_000 }, async (name) => {
  const source = sources.get(name)!;
  const path = join(made, "file");
  const memory = process.memoryUsage().rss;
  for (let seed = firstSeed; seed < firstSeed + each; seed++) {
    writeFileSync(path, mutated(source, random(seed + name.length * 7919)));
    // Time on the processor: other tests share the machine.
    const started = process.cpuUsage();
    try {
      await readEnds(path);
      outcomes.read++;
    } catch (error) {
      if (!(error instanceof CheckpointProblem)) throw new Error(`${name}, seed ${seed}: ${String(error)}`, { cause: error });
      expect(error.message.length, `${name}, seed ${seed}`).toBeLessThan(1000);
      outcomes.refused++;
    }
    expect(process.cpuUsage(started).user / 1000, `${name}, seed ${seed}`).toBeLessThan(3000);
  }
  expect(process.memoryUsage().rss - memory).toBeLessThan(700e6);
});

test("some of them were read, and many refused", () => {
  expect(outcomes.refused).toBeGreaterThan(outcomes.read / 4);
  expect(outcomes.read).toBeGreaterThan(0);
});
