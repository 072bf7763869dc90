import type * as Ort from "onnxruntime-node";
import type { DeviceName } from "./device-messages.js";
import { RuntimeMissing, runtimeProblem, RuntimeProblem } from "./runtime-problem.js";

interface Arrays {
  float32: Float32Array;
  /** The bits of halves. */
  float16: Uint16Array;
  int64: BigInt64Array;
  int32: Int32Array;
  uint8: Uint8Array;
  bool: Uint8Array;
}

/** A tensor: `data` is row-major and has as many elements as `shape` says. */
export type Value = {
  readonly [Type in keyof Arrays]: { readonly type: Type; readonly shape: readonly number[]; readonly data: Arrays[Type] };
}[keyof Arrays];

/** An input or output of a model. A size that is not fixed is the symbol's name. */
export interface Port {
  readonly name: string;
  readonly type: string;
  readonly shape: readonly (number | string)[];
}

export interface Session {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** Runs the model once; gives every output by name. Rejects with `RuntimeProblem`. */
  run(feeds: Readonly<Record<string, Value>>): Promise<Readonly<Record<string, Value>>>;
  /** Frees the native memory, which garbage collection does not. A second call does nothing. */
  release(): Promise<void>;
}

export interface SessionOptions {
  /** Threads inside an operator; by default the runtime chooses. */
  readonly threads?: number;
  /** Default "cpu". What a device cannot run, the CPU does, silently. */
  readonly device?: DeviceName;
  /** Default "all". "disabled" runs the graph as it is written. */
  readonly optimisation?: "disabled" | "basic" | "extended" | "all";
}

/**
 * Loads a model from a file (external data is looked for beside it) or from bytes (which hold their weights).
 * Rejects with `RuntimeMissing` or `RuntimeProblem`.
 *
 * The native calls block the thread in spite of the promises: a progress display or a timeout needs another process.
 */
export async function createSession(model: string | Uint8Array, options: SessionOptions = {}): Promise<Session> {
  const ort = await loadRuntime();
  const settings: Ort.InferenceSession.SessionOptions = {
    executionProviders: [options.device ?? "cpu"],
    graphOptimizationLevel: options.optimisation ?? "all",
    logSeverityLevel: 4,
    ...(options.threads === undefined ? {} : { intraOpNumThreads: options.threads, interOpNumThreads: 1 }),
  };
  const native = await translated(() =>
    typeof model === "string" ? ort.InferenceSession.create(model, settings) : ort.InferenceSession.create(model, settings),
  );
  return wrap(ort, native);
}

function wrap(ort: typeof Ort, native: Ort.InferenceSession): Session {
  let released = false;
  return {
    inputs: native.inputMetadata.map(port),
    outputs: native.outputMetadata.map(port),
    async run(feeds) {
      if (released) throw new RuntimeProblem("disposed", "the session was released", "");
      const results = await translated(() => {
        const tensors = Object.entries(feeds).map(([name, value]) => [name, tensorOf(ort, value)] as const);
        return native.run(Object.fromEntries(tensors));
      });
      return Object.fromEntries(Object.entries(results).map(([name, tensor]) => [name, valueOf(tensor)]));
    },
    async release() {
      if (released) return;
      released = true;
      await translated(() => native.release());
    },
  };
}

const port = (meta: Ort.InferenceSession.ValueMetadata): Port =>
  meta.isTensor ? { name: meta.name, type: meta.type, shape: meta.shape } : { name: meta.name, type: "none", shape: [] };

const tensorOf = (ort: typeof Ort, value: Value): Ort.Tensor =>
  new ort.Tensor(value.type, value.data as never, value.shape);

// The element type and the array type of a tensor belong together; the runtime's typings do not say so.
const valueOf = (tensor: Ort.Tensor): Value =>
  ({ type: tensor.type, shape: tensor.dims, data: tensor.data }) as unknown as Value;

/** What the native side throws, as `RuntimeProblem`. */
async function translated<T>(call: () => Promise<T>): Promise<T> {
  try {
    return await call();
  } catch (error) {
    throw runtimeProblem(error);
  }
}

let loaded: Promise<typeof Ort> | undefined;

/** The runtime, loaded at the first use: most commands never need it. */
export function loadRuntime(load: () => Promise<typeof Ort> = () => import("onnxruntime-node")): Promise<typeof Ort> {
  // ONNX Runtime 1.30 reports its use to its makers, and leaves `.ses` and `mat-debug-*.log` in the temporary folder, unless told not to.
  process.env["ORT_DISABLE_TELEMETRY"] ??= "1";
  loaded ??= load().then(
    (ort) => {
      ort.env.logLevel = "fatal"; // read once, when the first session is made; otherwise it writes to stderr itself
      return ort;
    },
    (error: unknown) => {
      loaded = undefined;
      throw new RuntimeMissing(error instanceof Error ? error.message : String(error));
    },
  );
  return loaded;
}
