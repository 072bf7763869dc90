/** Spec text -> compile -> ONNX -> ONNX Runtime, with the shapes that segc derived beside those that came out. */
import { type CompileOptions, compile } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { layOut } from "../../src/onnx/encode.js";
import { join } from "../../src/onnx/framing.js";
import type { Network } from "../../src/network/network.js";
import { type Value, createSession } from "../../src/runtime/session.js";
import { evaluateShape } from "../../src/tensor/index.js";

export interface Outcome {
  readonly value: Value;
  /** What segc derived for the sizes of the inputs. */
  readonly derived: readonly number[];
}

export function compileSpec(text: string, options: CompileOptions = {}) {
  const { problems, model } = compile({ path: "case.seg", text }, options);
  if (!model) throw new Error(`${renderProblems(problems)}\n${text}`);
  return model;
}

/** The file with all weights as inputs. */
export function fileOf(model: ReturnType<typeof compileSpec>): Uint8Array {
  const { segments } = layOut(model.onnx, { weights: "none" });
  return join(segments.map((segment) => (segment.kind === "bytes" ? segment.bytes : new Uint8Array())));
}

/** The symbols of the inputs' shapes, as the fed tensors have them. */
function sizesFrom(network: Network, feeds: Readonly<Record<string, Value>>): Record<string, number> {
  const sizes: Record<string, number> = {};
  for (const { name, value } of network.inputs)
    for (const [axis, dim] of network.values[value]!.type.shape.entries())
      if (dim.kind === "quasi" && dim.period === 1 && dim.slope === 1 && dim.offsets[0] === 0) sizes[dim.symbol] = feeds[name]!.shape[axis]!;
  return sizes;
}

/** Compiles and runs; weights are fed like inputs, by their paths. */
export async function runSpec(text: string, feeds: Readonly<Record<string, Value>>, options: CompileOptions = {}): Promise<Readonly<Record<string, Outcome>>> {
  const model = compileSpec(text, options);
  const session = await createSession(fileOf(model), { threads: 1 });
  try {
    const results = await session.run(feeds);
    const sizes = sizesFrom(model.network, feeds);
    return Object.fromEntries(
      model.network.outputs.map(({ name, value }) => [
        name, { value: results[name]!, derived: evaluateShape(model.network.values[value]!.type.shape, sizes) },
      ]),
    );
  } finally {
    await session.release();
  }
}

export const floats = (shape: readonly number[], data: ArrayLike<number>): Value => ({ type: "float32", shape, data: Float32Array.from(data) });

/** Values between -1 and 1 that do not repeat. */
export const noise = (shape: readonly number[], seed = 0): Value => {
  const count = shape.reduce((a, b) => a * b, 1);
  return floats(shape, Array.from({ length: count }, (_, i) => 2 * ((Math.sin((i + 1) * 12.9898 + seed) * 43758.5453) % 1)).map((x) => x / 2));
};
