/** Compiling, filling and running in ONNX Runtime, in this process and without files. */
import { type CompileOptions, type CompiledModel, compile } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { layOut } from "../../src/onnx/encode.js";
import type { OnnxModel } from "../../src/onnx/model.js";
import { type Session, type Value, createSession } from "../../src/runtime/session.js";
import type { Initial } from "../../src/tensor/index.js";
import { fillInitial } from "../../src/weights/initial-values.js";
import { random } from "./random.js";

/**
 * The file, with small random weights: the initial values of many inits grow maps until single precision shows. With `jitter`
 * each weight is off by up to four units in its last place, in a way that depends on the number.
 */
export function bytesOf(model: OnnxModel, initial: Initial = { kind: "uniform", bound: 0.4 }, jitter = 0): Uint8Array {
  const { segments, totalBytes } = layOut(model, { weights: "embedded" });
  const bytes = new Uint8Array(totalBytes);
  let at = 0;
  for (const segment of segments) {
    if (segment.kind === "bytes") {
      bytes.set(segment.bytes, at);
      at += segment.bytes.length;
      continue;
    }
    const { name, shape } = segment.weight;
    const values = new Float32Array(shape.reduce((a, b) => a * b, 1));
    // Variances stay positive.
    fillInitial(values, name.endsWith("running_var") ? { kind: "constant", value: 0.7 } : initial, shape, name, 1, 0);
    if (jitter !== 0) jittered(values, jitter);
    bytes.set(new Uint8Array(values.buffer), at);
    at += values.byteLength;
  }
  return bytes;
}

export function compiled(text: string, options: CompileOptions = {}, path = "spec.seg"): CompiledModel {
  const { problems, model } = compile({ path, text }, options);
  if (model === undefined) throw new Error(`does not compile:\n${renderProblems(problems)}`);
  return model;
}

/** Off by up to four units in the last place. */
function jittered(values: Float32Array, jitter: number): void {
  const r = random(jitter);
  for (const [i, value] of values.entries()) values[i] = value * (1 + r.int(-4, 4) * 2 ** -23);
}

export const open = (bytes: Uint8Array | string): Promise<Session> => createSession(bytes, { threads: 1 });

export function image(shape: readonly number[], name = "image"): Value {
  const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
  fillInitial(data, { kind: "uniform", bound: 1 }, shape, name, 7, 0);
  return { type: "float32", shape, data };
}

export async function withSession<T>(bytes: Uint8Array | string, work: (session: Session) => Promise<T>): Promise<T> {
  const session = await open(bytes);
  try {
    return await work(session);
  } finally {
    await session.release();
  }
}

/** The largest difference, relative to the largest value; equal specials count as equal. */
export function distance(a: Value, b: Value): number {
  let [worst, largest] = [0, 1e-3];
  for (let i = 0; i < a.data.length; i++) {
    const [x, y] = [Number(a.data[i]), Number(b.data[i])];
    if (Object.is(x, y) || x === y) continue;
    const far = Math.abs(x - y);
    worst = Math.max(worst, Number.isNaN(far) ? Infinity : far);
    largest = Math.max(largest, Math.abs(x));
  }
  for (const value of a.data) if (Number.isFinite(Number(value))) largest = Math.max(largest, Math.abs(Number(value)));
  return worst / largest;
}
