/** Specs of the repository checked against numbers of the reference sheets; shared by the tests of all families. */
import { readFileSync } from "node:fs";
import { expect } from "vitest";
import { type Inspection, inspect } from "../../src/analyses/inspect.js";
import { type CheckedModel, check } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { format } from "../../src/format/format.js";
import { parametersOf } from "../../src/network/network.js";
import { type Value, createSession } from "../../src/runtime/session.js";
import { evaluateShape } from "../../src/tensor/index.js";
import { fillInitial } from "../../src/weights/initial-values.js";
import { compileSpec, fileOf, noise } from "../operators/run-spec.js";

export type Settings = Readonly<Record<string, string | number | boolean>>;
export type Size = readonly [height: number, width: number];

export const read = (name: string): string =>
  readFileSync(new URL(name.startsWith("backbones/") ? `./${name}.seg` : `../../specs/${name}.seg`, import.meta.url), "utf8");

/** Settings as the command line gives them. */
export const texts = (settings: Settings): Record<string, string> => Object.fromEntries(Object.entries(settings).map(([name, value]) => [name, String(value)]));

export function expectFormatted(name: string): void {
  const text = read(name);
  const formatted = format({ path: `${name}.seg`, text });
  expect("text" in formatted && formatted.text).toBe(text);
}

/** The model without problems: its expectations hold. */
export function checked(name: string, settings: Settings = {}, size?: Size, model?: string): CheckedModel {
  const options = {
    set: texts(settings),
    ...(size && { size: { batch: 1, height: size[0], width: size[1] } }),
    ...(model !== undefined && { model }),
  };
  const { problems, models } = check({ path: `${name}.seg`, text: read(name) }, options);
  // What one size loses is no fault of the network.
  expect(renderProblems(problems.filter(({ code }) => !code.startsWith("lint/") && (!size || code !== "shape/pool-drops-pixels"))), name).toBe("");
  return models[0]!;
}

export const inspected = (name: string, settings: Settings = {}, size?: Size, model?: string): Inspection => inspect(checked(name, settings, size, model));

/** Height and width of the last step with this path, or of the convolution in it. */
export function sizeAt(network: Inspection, path: string): readonly (number | string)[] {
  const found = network.layers.filter((layer) => layer.path === path || layer.path === `${path}.conv`).at(-1);
  if (!found) throw new Error(`no step ${path}, but ${network.layers.map((layer) => layer.path).filter((name) => name.startsWith(path)).join(", ")}`);
  return found.output.slice(2);
}

export const layersOf = (network: Inspection, operator: string) => network.layers.filter((layer) => layer.operator === operator);
export const giga = (network: Inspection): number => Number((network.macs / 1e9).toFixed(2));
export const total = (network: Inspection): readonly [number, number] => [network.parameters.total, network.buffers];

/** Dilations of the 3x3 convolutions whose path matches. */
export const dilations = ({ network }: CheckedModel, path: RegExp): readonly number[] =>
  network.nodes
    .filter((node) => node.operator === "conv" && path.test(node.path))
    .map((node) => (node.attributes["dilation"] as readonly number[])[0]!);

let zeros = new Float32Array(0);

/** Zeros are views of one buffer. */
function zero(shape: readonly number[]): Value {
  const count = shape.reduce((a, b) => a * b, 1);
  if (zeros.length < count) zeros = new Float32Array(count);
  return { type: "float32", shape, data: zeros.subarray(0, count) };
}

/** Runs in ONNX Runtime; every output has the shape that is derived for the first feed's. `weights`: all zero, or the initial ones. */
export async function runs(
  text: string, settings: Settings, feeds: Readonly<Record<string, Value>>, weights: "zero" | "initial" = "zero", withLoss = false,
): Promise<Readonly<Record<string, Value>>> {
  const model = compileSpec(text, { set: texts(settings), withLoss });
  const session = await createSession(fileOf(model), { threads: 2 });
  try {
    const values = parametersOf(model.lowered).map(({ name, shape, initial }): readonly [string, Value] => {
      if (weights === "zero") return [name, zero(shape)];
      const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
      fillInitial(data, initial, shape, name, 0, 0);
      return [name, { type: "float32", shape, data }];
    });
    const results = await session.run({ ...feeds, ...Object.fromEntries(values) });
    const [batch, , height, width] = Object.values(feeds)[0]!.shape;
    for (const { name, value } of model.network.outputs)
      expect(results[name]!.shape, name).toEqual(evaluateShape(model.network.values[value]!.type.shape, { N: batch!, H: height!, W: width! }));
    return results;
  } finally {
    await session.release();
  }
}

/** Two images of 3 channels, 3 classes. */
export const runsAt = (name: string, settings: Settings, [height, width]: Size, weights: "zero" | "initial" = "zero") =>
  runs(read(name), { classes: 3, ...settings }, { image: noise([2, 3, height, width]) }, weights);
