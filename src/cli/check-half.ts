/** Which values of a network float16 cannot hold: the float32 network runs once on random noise, and each value tells its largest. */
import { join } from "node:path";
import type { CompiledModel } from "../compile.js";
import { elements, valueOf } from "../network/network.js";
import type { OnnxModel, OnnxNode } from "../onnx/model.js";
import { RuntimeMissing, RuntimeProblem } from "../runtime/runtime-problem.js";
import { type Session, type Value, createSession } from "../runtime/session.js";
import { evaluateShape } from "../tensor/index.js";
import { largestHalf } from "../weights/half-weights.js";
import { fillInitial } from "../weights/initial-values.js";
import { temporaryFolder } from "../weights/temporary-file.js";
import { Failure } from "./failure.js";
import { type WriteOptions, writeCompiled } from "./write-compiled.js";

export interface RangeReport {
  /** Height and width (or whatever symbols there are) that it ran with. */
  readonly sizes: Readonly<Record<string, number>>;
  /** The value that reaches furthest. */
  readonly largest: { readonly name: string; readonly reaches: number };
  /** Values beyond 65504, in the graph's order; NaN reaches as NaN. */
  readonly beyond: readonly { readonly name: string; readonly reaches: number; readonly line: string | undefined }[];
}

/** `model`: not yet in half precision. */
export async function checkHalf(model: CompiledModel, options: WriteOptions): Promise<RangeReport> {
  const { onnx, network, analysis } = model;
  const watched = [...onnx.values, ...onnx.outputs].filter(({ type }) => type === "float32").map(({ name }) => name);
  try {
    const session = await opened({ ...model, onnx: withRanges(onnx, watched) }, options);
    const sizes = { ...analysis.typical, ...model.sizes };
    const feeds = Object.fromEntries(network.inputs.map((input) => {
      const { shape, type } = valueOf(network, input.value).type;
      const numbers = evaluateShape(shape, sizes);
      const count = elements(numbers);
      const value: Value = type === "int64" ? { type, shape: numbers, data: new BigInt64Array(count) } : type === "bool" ? { type, shape: numbers, data: new Uint8Array(count) } : { type: "float32", shape: numbers, data: noise(numbers, input.image) };
      return [input.name, value];
    }));
    const results = await session.run(feeds).finally(() => session.release());
    const reaches = watched.map((name, index) => ({ name, reaches: Number((results[rangeName(index)]!.data as Float32Array)[0]) }));
    const line = (name: string): string | undefined => onnx.nodes.find(({ outputs }) => outputs.includes(name))?.doc;
    return {
      sizes,
      largest: reaches.reduce((most, one) => (one.reaches > most.reaches ? one : most), reaches[0]!),
      beyond: reaches.filter((one) => !(one.reaches <= largestHalf)).map((one) => ({ ...one, line: line(one.name) })),
    };
  } catch (error) {
    if (error instanceof RuntimeMissing || error instanceof RuntimeProblem) throw new Failure(`--check-range: ${error.message}`, undefined, error.raw);
    throw error;
  }
}

async function opened(model: CompiledModel, options: WriteOptions): Promise<Session> {
  const folder = temporaryFolder("range");
  const path = join(folder.path, "model.onnx");
  try {
    await writeCompiled(model, path, options);
    return await createSession(path);
  } finally {
    await folder.remove();
  }
}

const rangeName = (index: number): string => `segc range ${index}`;

/** One number for each value, so that the values themselves need not be kept. */
function withRanges(onnx: OnnxModel, watched: readonly string[]): OnnxModel {
  const nodes = watched.flatMap((name, index): OnnxNode[] => [
    { op: "Abs", name: `segc abs ${index}`, inputs: [name], outputs: [`segc abs ${index} of`], attributes: {} },
    { op: "ReduceMax", name: `segc max ${index}`, inputs: [`segc abs ${index} of`], outputs: [rangeName(index)], attributes: { keepdims: { kind: "int", value: 0 } } },
  ]);
  return { ...onnx, nodes: [...onnx.nodes, ...nodes], outputs: watched.map((_, index) => ({ name: rangeName(index), type: "float32", shape: [] })) };
}

/** An image of random colours, prepared as the spec says. */
function noise(shape: readonly number[], { scale, mean, std }: { readonly scale: number; readonly mean: readonly number[]; readonly std: readonly number[] }): Float32Array {
  const values = new Float32Array(elements(shape));
  fillInitial(values, { kind: "uniform", bound: 1 }, shape, "noise", 0, 0);
  const plane = elements(shape.slice(2));
  return values.map((u, i) => {
    const channel = Math.floor(i / plane) % (shape[1] ?? 1);
    return (((u + 1) / 2) * scale - (mean[channel] ?? 0)) / (std[channel] ?? 1);
  });
}
