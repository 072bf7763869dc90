import { readFileSync } from "node:fs";
import { join } from "node:path";
import { expect, test } from "vitest";
import { type Checkpoint, openCheckpoint } from "../../src/weights/readers/open-checkpoint.js";
import { CheckpointProblem } from "../../src/weights/readers/problem.js";

/** Made by the real torch and numpy; see make_fixtures.py. */
const folder = join(import.meta.dirname, "fixtures");

interface Expected {
  readonly tensors: Readonly<Record<string, readonly [shape: readonly number[], values: readonly (number | string)[]]>>;
  readonly format: string;
  readonly found?: readonly string[];
  readonly prefix?: string;
  readonly metadata?: Readonly<Record<string, string>>;
}
const expected = JSON.parse(readFileSync(join(folder, "expected.json"), "utf8")) as Readonly<Record<string, Expected>>;

async function values(checkpoint: Checkpoint, name: string, step: number): Promise<Float32Array> {
  const { elements } = checkpoint.tensors.find((tensor) => tensor.name === name)!;
  const target = new Float32Array(elements).fill(123);
  for (let at = 0; at < elements; at += step) await checkpoint.read(name, target.subarray(at, at + step), at);
  return target;
}

test.each(Object.keys(expected))("%s: every value, in one piece and in small ones", async (file) => {
  const wanted = expected[file]!;
  const checkpoint = await openCheckpoint(join(folder, file));
  try {
    expect(checkpoint.format).toBe(wanted.format);
    expect(checkpoint.found).toEqual(wanted.found ?? []);
    expect(checkpoint.prefix).toBe(wanted.prefix ?? "");
    if (wanted.metadata) expect(checkpoint.metadata).toEqual(wanted.metadata);
    expect(checkpoint.tensors.map(({ name }) => name).sort()).toEqual(Object.keys(wanted.tensors).sort());
    for (const tensor of checkpoint.tensors) {
      const [shape, list] = wanted.tensors[tensor.name]!;
      expect(tensor.shape, tensor.name).toEqual(shape);
      const exact = Float32Array.from(list, Number);
      for (const step of [1000, 5, 1]) expect(await values(checkpoint, tensor.name, step), `${tensor.name} by ${step}`).toEqual(exact);
    }
  } finally {
    checkpoint.close();
  }
});

test.each([
  ["refused_script.pth", "TorchScript archive"],
  ["refused_module.pth", "`torch.nn.modules.conv.Conv2d` could make; nothing in a file is ever called"],
])("%s is refused with the reason", async (file, reason) => {
  const failure = await openCheckpoint(join(folder, file)).catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(CheckpointProblem);
  expect((failure as CheckpointProblem).message).toContain(reason);
  expect((failure as CheckpointProblem).help).toBeDefined();
});

test("an array of Python objects is listed with the reason why it is not read, and refused when it is wanted", async () => {
  const checkpoint = await openCheckpoint(join(folder, "refused_objects.npz"));
  expect(checkpoint.tensors).toMatchObject([{ name: "a", shape: [2], dtype: "|O", trouble: "it holds Python objects, which are never loaded" }]);
  expect(() => checkpoint.read("a", new Float32Array(1), 0)).toThrow("Python objects");
  checkpoint.close();
});
