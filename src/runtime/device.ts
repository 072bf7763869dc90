/**
 * The device process: ONNX Runtime in a child, one request at a time. A request that takes too long, or that nobody wants any
 * more, ends with the child; the next one starts another. What the child prints is kept for when something goes wrong.
 */
import { type ChildProcess, spawn } from "node:child_process";
import { createRequire } from "node:module";
import { deviceMain } from "./device-main.js";
import type { Created, DeviceName, DeviceReply, DeviceRequest, Ran } from "./device-messages.js";
import { RuntimeMissing, RuntimeProblem, runtimeProblem } from "./runtime-problem.js";
import type { Port, Value } from "./session.js";

export interface DeviceOptions {
  /** Milliseconds that a request may take. */
  readonly timeout?: number;
  /** Stops what runs and refuses what follows. */
  readonly signal?: AbortSignal | undefined;
  /** Where onnxruntime-node lies; by default it is looked for. */
  readonly runtime?: string;
  /** Added to the child's environment. */
  readonly environment?: Readonly<Record<string, string>>;
}

export interface RunOptions {
  readonly want?: "data" | "stats" | "shape";
  readonly data?: readonly string[];
  readonly fetch?: readonly string[];
  readonly repeat?: number;
  readonly keep?: string;
  readonly against?: string;
  readonly timeout?: number;
}

export interface OpenOptions {
  readonly device?: DeviceName;
  readonly threads?: number | undefined;
  readonly optimisation?: "disabled" | "basic" | "extended" | "all";
  readonly profile?: string;
  /** Nodes that WebGPU leaves to the CPU. */
  readonly cpuNodes?: readonly string[];
  readonly timeout?: number;
}

export interface DeviceSession {
  readonly inputs: readonly Port[];
  readonly outputs: readonly Port[];
  /** How long loading took, in milliseconds. */
  readonly milliseconds: number;
  /** False once it was released, or its process ended. */
  readonly alive: boolean;
  run(feeds: Readonly<Record<string, Value>>, options?: RunOptions): Promise<Ran>;
  release(): Promise<void>;
}

export interface Device {
  open(path: string, options?: OpenOptions): Promise<DeviceSession>;
  /** Of the child, in bytes. */
  memory(): Promise<{ readonly rss: number; readonly peak: number }>;
  forget(key: string): Promise<void>;
  /** The child's process, while there is one. */
  readonly pid: number | undefined;
  /** Ends the child at once; later requests are refused. */
  close(): void;
}

/** Where onnxruntime-node lies; `RuntimeMissing` where it is not installed. */
export function findRuntime(): string {
  try {
    return createRequire(import.meta.url).resolve("onnxruntime-node");
  } catch (error) {
    throw new RuntimeMissing(error instanceof Error ? error.message : String(error));
  }
}

const keptNoise = 64 * 1024;

interface Waiting {
  readonly resolve: (result: Readonly<Record<string, unknown>>) => void;
  readonly reject: (error: unknown) => void;
}

type Body = DeviceRequest extends infer Request ? (Request extends DeviceRequest ? Omit<Request, "id"> : never) : never;

export function openDevice(options: DeviceOptions = {}): Device {
  const patience = options.timeout ?? 300_000;
  let child: ChildProcess | undefined;
  let generation = 0;
  let noise = "";
  let closed: RuntimeProblem | undefined;
  let nextId = 1;
  let last: Promise<unknown> = Promise.resolve();
  let waiting: { readonly id: number } & Waiting | undefined;

  const kill = (): void => {
    child?.kill("SIGKILL");
    child = undefined;
  };
  const fail = (problem: RuntimeProblem): void => {
    const one = waiting;
    waiting = undefined;
    kill();
    one?.reject(problem);
  };
  const close = (why = "the device process was closed"): void => {
    closed ??= new RuntimeProblem("cancelled", why, "");
    process.off("exit", kill);
    fail(closed);
  };
  process.on("exit", kill);
  if (options.signal?.aborted) close("it was stopped");
  options.signal?.addEventListener("abort", () => close("it was stopped"), { once: true });

  function start(): ChildProcess {
    const path = options.runtime ?? findRuntime();
    const text = `(${deviceMain.toString()})(() => require(${JSON.stringify(path)}), process)`;
    const started = spawn(process.execPath, ["--input-type=commonjs", "-e", text], {
      stdio: ["ignore", "pipe", "pipe", "ipc"],
      serialization: "advanced",
      // ONNX Runtime 1.30 reports its use to its makers unless told not to.
      env: { ...process.env, ORT_DISABLE_TELEMETRY: "1", ...options.environment },
      windowsHide: true,
    });
    generation++;
    noise = "";
    for (const stream of [started.stdout, started.stderr]) {
      stream!.setEncoding("utf8").on("data", (text: string) => {
        noise = (noise + text).slice(-keptNoise);
      });
      (stream as unknown as { unref?: () => void }).unref?.();
    }
    started.on("message", (message: DeviceReply) => {
      if (waiting === undefined || message.id !== waiting.id) return;
      const one = waiting;
      waiting = undefined;
      if (message.error === undefined) one.resolve(message.result ?? {});
      else if (/Cannot find module|ERR_DLOPEN|cannot open shared object|Error: dlopen/.test(message.error)) one.reject(new RuntimeMissing(message.error));
      else one.reject(runtimeProblem(new Error(`${message.error}${reasonInNoise(noise)}`)));
    });
    const gone = (how: string): void => {
      if (child !== started) return;
      child = undefined;
      const one = waiting;
      waiting = undefined;
      one?.reject(new RuntimeProblem("crashed", `the device process ended ${how}`, noise));
    };
    started.on("error", (error) => gone(`before it began: ${error.message}`));
    started.on("exit", (code, signal) => gone(signal === null ? `with status ${code}` : `by ${signal}`));
    return started;
  }

  /** One at a time, in order. */
  function request(body: Body, { timeout = patience }: { readonly timeout?: number | undefined } = {}): Promise<Readonly<Record<string, unknown>>> {
    const answer = last.then(() => {
      if (closed) throw closed;
      child ??= start();
      const to = child;
      const id = nextId++;
      return new Promise<Readonly<Record<string, unknown>>>((resolve, reject) => {
        const timer = setTimeout(() => fail(new RuntimeProblem("timeout", `${describe(body)} took longer than ${Math.round(timeout / 1000)} s and was stopped`, noise)), timeout);
        const done = <T>(pass: (value: T) => void) => (value: T): void => {
          clearTimeout(timer);
          to.unref();
          to.channel?.unref();
          pass(value);
        };
        to.ref();
        to.channel?.ref();
        waiting = { id, resolve: done(resolve), reject: done(reject) };
        to.send({ id, ...body } as DeviceRequest, (error) => {
          if (error && waiting?.id === id) fail(new RuntimeProblem("crashed", "the device process does not take requests any more", `${error.message}\n${noise}`));
        });
      });
    });
    last = answer.catch(() => undefined);
    return answer;
  }

  return {
    async open(path, { device = "cpu", threads, optimisation = "all", profile, cpuNodes = [], timeout } = {}) {
      const created = (await request({ kind: "create", path, device, optimisation, threads, profile, cpuNodes }, { timeout })) as unknown as Created;
      const madeBy = generation;
      let released = false;
      return {
        inputs: created.inputs,
        outputs: created.outputs,
        milliseconds: created.milliseconds,
        get alive() {
          return !released && madeBy === generation && child !== undefined;
        },
        async run(feeds, { want = "data", data = [], fetch, repeat = 1, keep, against, timeout: most } = {}) {
          if (released || madeBy !== generation) throw new RuntimeProblem("disposed", released ? "the session was released" : "the session ended with its device process", "");
          refuseEmpty(feeds);
          return (await request({ kind: "run", session: created.session, feeds, want, data, fetch, repeat, keep, against }, { timeout: most })) as unknown as Ran;
        },
        async release() {
          if (released || madeBy !== generation || closed || child === undefined) return;
          released = true;
          await request({ kind: "release", session: created.session });
        },
      };
    },
    memory: async () => (await request({ kind: "memory" })) as unknown as { rss: number; peak: number },
    forget: async (key) => void (await request({ kind: "forget", key })),
    get pid() {
      return child?.pid;
    },
    close: () => close(),
  };
}

/** Some kernels of ONNX Runtime 1.30 take the process down on a tensor without elements. */
function refuseEmpty(feeds: Readonly<Record<string, Value>>): void {
  for (const [name, { shape }] of Object.entries(feeds))
    if (shape.some((size) => size < 1)) throw new RuntimeProblem("feed", `the input ${name} has no elements: [${shape.join(", ")}]`, "");
}

/** Why a library did not load is printed, not thrown. */
function reasonInNoise(noise: string): string {
  const lines = noise.split("\n").filter((line) => /cannot open shared object|Failed to load library|error while loading|No such file|undefined symbol/i.test(line));
  return lines.length === 0 ? "" : `\n${lines.slice(-4).join("\n")}`;
}

const describe = (body: Body): string => ({ create: "loading the model", run: "a run", forget: "a request", release: "releasing a session", memory: "a request" })[body.kind];
