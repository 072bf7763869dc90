import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type CompiledModel, compile } from "../../src/compile.js";
import { type Parameter, elements, parametersOf } from "../../src/network/network.js";
import { createSession } from "../../src/runtime/session.js";
import { foldedValues } from "../../src/weights/folded-values.js";
import { fillInitial } from "../../src/weights/initial-values.js";
import type { WeightSource } from "../../src/weights/weight-source.js";
import { writeModel } from "../../src/weights/write-model.js";

let folder: string;
beforeAll(() => void (folder = mkdtempSync(join(tmpdir(), "segc-fold-"))));
afterAll(() => rmSync(folder, { recursive: true }));

/** Both layouts of weights, with groups, with and without bias. */
const text = `model Folds() {
  input image: [N, 3, H, W]
  a = image -> conv(8, 3, bias: false) as conv1 -> batchnorm(eps: 0.01) as bn1 -> relu
  b = a -> conv(12, 3, groups: 4) as conv2 -> batchnorm as bn2 -> relu
  c = b -> upconv(6, 4, stride: 2, groups: 3) as up -> batchnorm as bn3
  head y = c -> conv(2, 1)
}
`;

/** Lively values for every part: nothing that is 0 or 1 by default stays so. */
const partValues = (part: Parameter): WeightSource => ({
  read(target, offset) {
    fillInitial(target, { kind: "uniform", bound: 0.5 }, part.shape, part.name, 5, offset);
    if (part.field === "running_var") target.forEach((value, i) => void (target[i] = Math.abs(value) + 0.05));
  },
});
const valuesOf = (parameter: Parameter): WeightSource => (parameter.folded ? foldedValues(parameter.folded, partValues) : partValues(parameter));

function build(foldBatchNorm: boolean): CompiledModel {
  const { model, problems } = compile({ path: "folds.seg", text }, { foldBatchNorm, size: { batch: 1, height: 9, width: 7 } });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return model!;
}

async function run(model: CompiledModel, name: string): Promise<Float32Array> {
  const parameters = new Map(parametersOf(model.lowered).map((parameter) => [parameter.name, parameter]));
  const path = join(folder, name);
  await writeModel(model.onnx, { path, values: (weight) => valuesOf(parameters.get(weight.name)!) });
  const session = await createSession(path, { threads: 1 });
  const data = new Float32Array(3 * 9 * 7);
  fillInitial(data, { kind: "normal", std: 1 }, [1, 3, 9, 7], "image", 0, 0);
  const { y } = await session.run({ image: { type: "float32", shape: [1, 3, 9, 7], data } });
  await session.release();
  return y!.data as Float32Array;
}

test("the network computes the same with batch normalisation folded", async () => {
  const folded = build(true);
  expect(folded.onnx.nodes.filter(({ op }) => op === "BatchNormalization")).toEqual([]);
  expect(parametersOf(folded.lowered).filter((parameter) => parameter.folded)).toHaveLength(6);
  const [plain, merged] = [await run(build(false), "plain.onnx"), await run(folded, "folded.onnx")];
  expect(merged.length).toBe(plain.length);
  const largest = plain.reduce((most, value) => Math.max(most, Math.abs(value)), 0);
  expect(largest).toBeGreaterThan(0.1);
  expect(merged.reduce((worst, value, i) => Math.max(worst, Math.abs(value - plain[i]!)), 0)).toBeLessThan(1e-5 * Math.max(1, largest));
});

test("values do not depend on how a tensor is divided", async () => {
  for (const parameter of parametersOf(build(true).lowered)) {
    if (!parameter.folded) continue;
    const whole = new Float32Array(elements(parameter.shape));
    await valuesOf(parameter).read(whole, 0);
    const parts = new Float32Array(whole.length);
    const source = valuesOf(parameter);
    for (let at = 0; at < parts.length; at += 7) await source.read(parts.subarray(at, at + 7), at);
    expect(parts).toEqual(whole);
  }
});
