/**
 * Published networks, compared with what torchvision computes: weights by name from a checkpoint file, the spec from the
 * zoo, ONNX Runtime on the CPU. M is the largest absolute value of the expected output.
 */
import { createHash } from "node:crypto";
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { basename, join } from "node:path";
import { afterAll, expect, test } from "vitest";
import { type CompiledModel, compile } from "../../src/compile.js";
import { parametersOf } from "../../src/network/network.js";
import type { OnnxModel } from "../../src/onnx/model.js";
import { createSession, type Value } from "../../src/runtime/session.js";
import { matchWeights } from "../../src/weights/match-weights.js";
import { type Checkpoint, openCheckpoint } from "../../src/weights/readers/open-checkpoint.js";
import { parameterValues } from "../../src/weights/weight-values.js";
import { writeModel } from "../../src/weights/write-model.js";
import { writeSafetensors } from "../../src/weights/write-safetensors.js";
import { oracleInput, oracleValues, sampled, sha256, type Sidecar, sidecar, type Stats } from "./oracle-weights.js";

const root = join(import.meta.dirname, "../..");
const folder = mkdtempSync(join(tmpdir(), "segc-parity-"));
const rows: string[][] = [];
afterAll(() => {
  rmSync(folder, { recursive: true });
  const widths = rows[0]?.map((_, column) => Math.max(...rows.map((row) => row[column]!.length))) ?? [];
  console.log(rows.map((row) => row.map((cell, column) => cell.padEnd(widths[column]!)).join("  ").trimEnd()).join("\n"));
});
rows.push(["model", "output", "largest difference / M", "batch norm folded", "argmax", "intermediates (mean, std, min, max / M; sum)"]);

interface Case {
  readonly oracle: string;
  readonly spec: string;
  readonly model?: string;
  /** Our name of an output, where it is another one. */
  readonly outputs?: Readonly<Record<string, string>>;
  /** Value of an intermediate, where it is not the last one below the module's path. */
  readonly values?: Readonly<Record<string, string>>;
}

const backbones = "test/parity/backbones.seg";
const heads = { aux: "aux_out" };
const cases: readonly Case[] = [
  { oracle: "resnet18_backbone", spec: backbones, model: "ResNet18", values: { maxpool: "c2.maxpool" } },
  { oracle: "resnet50_backbone", spec: backbones, model: "ResNet50", values: { maxpool: "c2.maxpool" } },
  { oracle: "vgg16_features", spec: backbones, model: "VGG16Features", values: { "features.4": "pool.1.maxpool", "features.9": "pool.2.maxpool", "features.16": "pool.3.maxpool", "features.23": "pool.4.maxpool", "features.30": "features" } },
  { oracle: "fcn_resnet50", spec: "specs/fcn_resnet.seg", outputs: heads, values: { "backbone.maxpool": "backbone.c2.maxpool" } },
  { oracle: "deeplabv3_resnet50", spec: "specs/deeplabv3_torchvision.seg", outputs: heads, values: { "backbone.maxpool": "backbone.c2.maxpool", "classifier.0.convs.4": "classifier.0.pooled.resize" } },
  { oracle: "deeplabv3_resnet50_wide", spec: "specs/deeplabv3_torchvision.seg", outputs: heads, values: { "backbone.maxpool": "backbone.c2.maxpool", "classifier.0.convs.4": "classifier.0.pooled.resize" } },
];

/** The checkpoint of the last state dict: models with the same weights share it. */
let checkpoint: { readonly sha256: string; readonly opened: Checkpoint } | undefined;

async function checkpointOf(oracle: Sidecar): Promise<Checkpoint> {
  if (checkpoint?.sha256 === oracle.weights_sha256) return checkpoint.opened;
  checkpoint?.opened.close();
  const path = join(folder, "oracle.safetensors");
  const entries = new Map(oracle.state_dict.map((entry) => [entry[0], entry]));
  await writeSafetensors(oracle.state_dict.map(([name, shape]) => ({ name, shape })), { path, values: ({ name }) => oracleValues(entries.get(name)!) });
  checkpoint = { sha256: oracle.weights_sha256, opened: await openCheckpoint(path) };
  return checkpoint.opened;
}

function build({ spec, model: name }: Case, foldBatchNorm: boolean): CompiledModel {
  const host = { read: (path: string): string | undefined => { try { return readFileSync(join(root, path), "utf8"); } catch { return undefined; } } };
  const { model, problems } = compile({ path: spec, text: host.read(spec)! }, { host, foldBatchNorm, ...(name === undefined ? {} : { model: name }) });
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return model!;
}

async function run(model: CompiledModel, onnx: OnnxModel, opened: Checkpoint, oracle: Sidecar): Promise<Readonly<Record<string, Value>>> {
  const match = matchWeights(model.network, opened);
  expect(match).toMatchObject({ complete: true, missing: [], unexpected: [], otherShape: [] });
  const parameters = new Map(parametersOf(model.lowered).map((parameter) => [parameter.name, parameter]));
  const path = join(folder, "model.onnx");
  await writeModel(onnx, { path, values: (weight) => parameterValues(parameters.get(weight.name)!, 0, { match, checkpoint: opened }) });
  const session = await createSession(path, { threads: 2 });
  try {
    return await session.run({ [session.inputs[0]!.name]: { type: "float32", shape: oracle.input.shape, data: oracleInput(oracle.input) } });
  } finally {
    await session.release();
  }
}

/** Largest difference over M, at the elements that the oracle kept. */
function difference(oracle: Sidecar, output: string, found: Value): number {
  const { shape, file, sample, stats } = oracle.outputs[output]!;
  expect(found.shape).toEqual(shape);
  const expected = sampled(file);
  expect(expected).toHaveLength(sample.count);
  const data = found.data as Float32Array;
  let largest = 0;
  for (let j = 0; j < expected.length; j++) largest = Math.max(largest, Math.abs(data[sample.offset + j * sample.stride]! - expected[j]!));
  return largest / Math.max(Math.abs(stats.min), Math.abs(stats.max));
}

function statsOf(data: Float32Array): Stats {
  let [sum, sumAbs, min, max, squares] = [0, 0, Infinity, -Infinity, 0];
  for (const x of data) {
    sum += x;
    sumAbs += Math.abs(x);
    min = Math.min(min, x);
    max = Math.max(max, x);
  }
  const mean = sum / data.length;
  for (const x of data) squares += (x - mean) ** 2;
  return { mean, std: Math.sqrt(squares / data.length), min, max, sum_abs: sumAbs };
}

/** Largest difference of the statistics: over M, and of the sum over itself. */
function statsDifference(expected: Stats, found: Value): number {
  const stats = statsOf(found.data as Float32Array);
  const most = Math.max(Math.abs(expected.min), Math.abs(expected.max));
  const of = (name: "mean" | "std" | "min" | "max"): number => Math.abs(stats[name] - expected[name]) / most;
  return Math.max(of("mean"), of("std"), of("min"), of("max"), Math.abs(stats.sum_abs - expected.sum_abs) / expected.sum_abs);
}

/** The value that a module of the original gives: of those below its path the one that is made last. */
function valueOfModule(model: OnnxModel, module: string, { values = {} }: Case): string {
  const named = values[module];
  const candidates = [...model.values, ...model.outputs].map(({ name }) => name);
  const found = named === undefined ? model.nodes.flatMap(({ outputs }) => outputs).filter((name) => (name === module || name.startsWith(`${module}.`)) && candidates.includes(name)).at(-1) : named;
  expect(candidates, module).toContain(found);
  return found!;
}

function argmaxSha(found: Value): string {
  const [, classes = 0, height = 0, width = 0] = found.shape;
  const plane = height * width;
  const map = new Uint8Array(plane);
  const data = found.data as Float32Array;
  for (let i = 0; i < plane; i++) for (let c = 1; c < classes; c++) if (data[c * plane + i]! > data[map[i]! * plane + i]!) map[i] = c;
  return createHash("sha256").update(map).digest("hex");
}

const shown = (ratio: number): string => ratio.toExponential(1);

test.each(cases)("$oracle", { timeout: 120_000 }, async (one) => {
  const oracle = sidecar(one.oracle);
  expect(sha256(oracleInput(oracle.input))).toBe(oracle.input.sha256);
  const opened = await checkpointOf(oracle);
  const plain = build(one, false);
  // Batch norm's counters are not weights of the graph: the rest is all there, and the values are the oracle's.
  const all = createHash("sha256");
  for (const [name, , kind, digest] of oracle.state_dict) {
    const values = new Float32Array(opened.tensors.find((tensor) => tensor.name === name)!.elements);
    await opened.read(name, values, 0);
    if (kind === "bn_num_batches_tracked") continue;
    expect(sha256(values).slice(0, 8), name).toBe(digest);
    all.update(new Uint8Array(values.buffer));
  }
  expect(all.digest("hex")).toBe(oracle.weights_sha256);

  const modules = Object.keys(oracle.intermediates);
  const valueNames = new Map(modules.map((module) => [module, one.oracle.endsWith("_backbone") && plain.onnx.outputs.some(({ name }) => name === module) ? module : valueOfModule(plain.onnx, module, one)]));
  const wanted = new Set(valueNames.values());
  const open: OnnxModel = { ...plain.onnx, outputs: [...plain.onnx.outputs, ...plain.onnx.values.filter(({ name }) => wanted.has(name))], values: plain.onnx.values.filter(({ name }) => !wanted.has(name)) };

  const outputs = await run(plain, plain.onnx, opened, oracle);
  const inside = await run(plain, open, opened, oracle);
  const folding = build(one, true);
  const folded = await run(folding, folding.onnx, opened, oracle);

  let largest = 0;
  for (const module of modules) {
    const value = inside[valueNames.get(module)!]!;
    const { shape, stats } = oracle.intermediates[module]!;
    expect(value.shape, module).toEqual(shape);
    const off = statsDifference(stats, value);
    expect(off, `${module}, ${JSON.stringify(stats)}`).toBeLessThan(1e-5);
    largest = Math.max(largest, off);
  }
  for (const [index, output] of Object.keys(oracle.outputs).entries()) {
    const name = one.outputs?.[output] ?? output;
    const [off, offFolded] = [difference(oracle, output, outputs[name]!), difference(oracle, output, folded[name]!)];
    const { argmax, stats } = oracle.outputs[output]!;
    const same = argmax && argmaxSha(outputs[name]!) === argmax.sha256_of_uint8_map;
    rows.push([
      index === 0 ? basename(one.oracle) : "", output, shown(off), shown(offFolded), same === undefined ? "" : same ? "identical" : "differs",
      index === 0 ? `${modules.length} within ${shown(largest)}` : "",
    ]);
    expect(off, output).toBeLessThan(1e-5);
    expect(offFolded, `${output}, folded`).toBeLessThan(3e-5);
    expect(statsDifference(stats, outputs[name]!), output).toBeLessThan(1e-5);
    // Nearer to each other than the error, two classes could change places.
    if (argmax && off * Math.max(-stats.min, stats.max) < argmax.min_gap_top1_top2 / 2) expect(same).toBe(true);
  }
});
