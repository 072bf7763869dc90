/** The network under test: its graph, its tensors, sizes to try, and sessions over variants of it. */
import { mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { broken, nearestLegal } from "../analyses/alignment.js";
import { cost } from "../analyses/cost.js";
import { type Geometry, geometry } from "../analyses/geometry.js";
import type { CompiledModel } from "../compile.js";
import { type Network, type NetworkNode, type ValueId, elements, parametersOf, shapeOf, valueOf } from "../network/network.js";
import type { OnnxModel, ValueInfo, Weight } from "../onnx/model.js";
import { type Device, type DeviceSession, type OpenOptions, openDevice } from "../runtime/device.js";
import type { DeviceName } from "../runtime/device-messages.js";
import { type Provider } from "../runtime/providers.js";
import type { Value } from "../runtime/session.js";
import { type SizeSet, contains, evaluateShape, intersect, sizesOf, smallest, symbolsOf } from "../tensor/index.js";
import { fillInitial } from "../weights/initial-values.js";
import type { WeightSource } from "../weights/weight-source.js";
import { parameterValues } from "../weights/weight-values.js";
import { writeModel } from "../weights/write-model.js";
import { type Probe, type ProbeKind, probeOf, probeWeights } from "./probe.js";

export type Sizes = Readonly<Record<string, number>>;

/** A tensor of the graph, with what was derived of it. */
export interface Tensor {
  readonly name: string;
  readonly id: ValueId;
  readonly node: NetworkNode;
}

export interface SubjectOptions {
  readonly model: CompiledModel;
  /** The same with its losses; undefined where the spec has none. */
  readonly withLoss?: CompiledModel | undefined;
  /** Where it is to run; the CPU is what the checks compare with. */
  readonly device?: DeviceName;
  readonly providers?: readonly Provider[];
  /** Height and width that the user asks for. */
  readonly size?: { readonly height: number; readonly width: number } | undefined;
  readonly seed?: number;
  /** Pixels between tiles, instead of the derived distance. */
  readonly tileStride?: number | undefined;
  readonly threads?: number | undefined;
  /** Measure also what nothing but the report shows. */
  readonly pictures?: boolean | undefined;
  readonly signal?: AbortSignal | undefined;
  /** What is being run: the name of a check, or a part of it. */
  readonly onProgress?: ((what: string) => void) | undefined;
  /** Changes the graph behind the back of what was derived: for tests of the validator. */
  readonly tamper?: ((model: OnnxModel) => OnnxModel) | undefined;
}

export class Subject {
  readonly network: Network;
  readonly onnx: OnnxModel;
  readonly geometry: Geometry;
  readonly tensors: readonly Tensor[];
  readonly device: DeviceName;
  readonly seed: number;
  private readonly folder = mkdtempSync(join(tmpdir(), "segc-validate-"));
  private readonly devices = new Map<string, Device>();
  private readonly paths = new Map<string, Promise<string>>();
  private readonly sessions = new Map<string, Promise<DeviceSession>>();
  private readonly probes = new Map<ProbeKind, Probe | string>();

  constructor(readonly options: SubjectOptions) {
    this.network = options.model.lowered;
    this.onnx = options.tamper?.(options.model.onnx) ?? options.model.onnx;
    this.geometry = geometry(this.network);
    this.tensors = tensorsOf(this.network, this.onnx);
    this.device = options.device ?? "cpu";
    this.seed = options.seed ?? 0;
  }

  /** A number for every symbol: the nearest to the wishes for height and width, lossless where that can be, or what `pick` takes of the legal ones. */
  sizes(height: number, width: number, batch = 1, pick?: (set: SizeSet, wish: number) => number | undefined): Sizes | undefined {
    const found: Record<string, number> = {};
    for (const [at, input] of this.network.inputs.entries())
      for (const [axis, dim] of shapeOf(this.network, input.value).entries())
        for (const symbol of symbolsOf(dim)) {
          if (symbol in found) continue;
          const set = sizesOf(this.network.legal, symbol);
          const wish = at > 0 ? 1 : axis === 0 ? batch : axis === 2 ? height : axis === 3 ? width : 1;
          // The lossless sizes do not know what the author's `where` accepts.
          const aligned = this.options.model.analysis.alignment.find((one) => one.symbol === symbol)?.set;
          const lossless = aligned && intersect(aligned, set);
          const size = axis === 0 ? nearestLegal(set, wish) : at > 0 ? smallest(set) : pick ? pick(set, wish) : ((lossless && nearestLegal(lossless, wish)) ?? nearestLegal(set, wish));
          if (size === undefined) return undefined;
          found[symbol] = size;
        }
    return Object.entries(found).every(([symbol, size]) => contains(sizesOf(this.network.legal, symbol), size)) && this.runs(found) ? found : undefined;
  }

  /** The same with another batch, where that is free. */
  batched(sizes: Sizes, batch: number): Sizes {
    const [symbol] = symbolsOf(shapeOf(this.network, this.network.inputs[0]!.value)[0]!);
    return symbol === undefined || !contains(sizesOf(this.network.legal, symbol), batch) ? sizes : { ...sizes, [symbol]: batch };
  }

  /** ONNX Runtime can take the process down where a tensor has no elements: such sizes are never fed. */
  runs(sizes: Sizes): boolean {
    if (broken(this.network, sizes).some(({ strictness }) => strictness === "runs")) return false;
    return this.network.nodes.every((node) => node.outputs.every((id) => evaluateShape(shapeOf(this.network, id), sizes).every((size) => size >= 1)));
  }

  get smallest(): Sizes | undefined {
    return this.sizes(1, 1, 1, (set) => smallest(set));
  }

  /** What the user asked for, else the largest of the natural size, its half, and so on down to the `least` share, that takes at most so many multiply-accumulates. */
  comfortable(mostMacs = 4e9, least = 1 / 8): Sizes | undefined {
    const asked = this.options.size;
    if (asked) return this.sizes(asked.height, asked.width);
    const { natural } = this.network.inputs[0]!.image;
    let found: Sizes | undefined;
    for (let factor = 1; factor >= least; factor /= 2) {
      found = this.sizes((natural?.[0] ?? 512) * factor, (natural?.[1] ?? 512) * factor) ?? found;
      if (found && cost(this.network, found).macs <= mostMacs) break;
    }
    return found ?? this.smallest;
  }

  macs(sizes: Sizes): number {
    return cost(this.network, sizes).macs;
  }

  imageShape(sizes: Sizes): readonly number[] {
    return evaluateShape(shapeOf(this.network, this.network.inputs[0]!.value), sizes);
  }

  shape(id: ValueId, sizes: Sizes): readonly number[] {
    return evaluateShape(shapeOf(this.network, id), sizes);
  }

  /** Every input: normal noise for images, classes for labels. */
  feeds(sizes: Sizes, seed = 0, network: Network = this.network, classes = 2): Record<string, Value> {
    return Object.fromEntries(network.inputs.map(({ name, value }, at) => [name, (at === 0 ? noise : labels)(valueOf(network, value).type.type, evaluateShape(shapeOf(network, value), sizes), name, seed, classes)]));
  }

  get imageName(): string {
    return this.network.inputs[0]!.name;
  }

  deviceFor(name: DeviceName, fresh?: string): Device {
    const key = `${name} ${fresh ?? ""}`;
    const known = this.devices.get(key);
    if (known) return known;
    const made = openDevice({ signal: this.options.signal });
    this.devices.set(key, made);
    return made;
  }

  /** The file of a variant, written once. */
  path(key: string, model: OnnxModel, values: (weight: Weight) => WeightSource): Promise<string> {
    let path = this.paths.get(key);
    if (path === undefined) {
      const target = join(this.folder, `${this.paths.size}.onnx`);
      path = writeModel(model, { path: target, values }).then(() => target);
      this.paths.set(key, path);
    }
    return path;
  }

  initial(seed = this.seed): (weight: Weight) => WeightSource {
    const parameters = new Map([...parametersOf(this.network), ...(this.options.withLoss ? parametersOf(this.options.withLoss.lowered) : [])].map((one) => [one.name, one]));
    return (weight) => parameterValues(parameters.get(weight.name)!, seed);
  }

  async session(key: string, model: OnnxModel, values: (weight: Weight) => WeightSource, options: OpenOptions & { readonly fresh?: string } = {}): Promise<DeviceSession> {
    const device = options.device ?? "cpu";
    const whole = `${key} ${JSON.stringify(options)}`;
    let session = this.sessions.get(whole);
    // A process that died or was stopped takes its sessions along.
    const alive = await session?.then((one) => one.alive, () => false);
    if (session === undefined || !alive) {
      session = this.path(key, model, values).then((path) => this.deviceFor(device, options.fresh).open(path, { threads: this.options.threads, ...options, device, ...(device === "webgpu" ? { cpuNodes: notOnWebGpu(model) } : {}) }));
      this.sessions.set(whole, session);
    }
    return session;
  }

  /** A session that is used for one thing: its file, which holds all the weights, goes with it. */
  async once<T>(model: OnnxModel, values: (weight: Weight) => WeightSource, use: (session: DeviceSession) => Promise<T>): Promise<T> {
    const folder = mkdtempSync(join(this.folder, "once-"));
    try {
      const path = join(folder, "model.onnx");
      await writeModel(model, { path, values });
      const session = await this.deviceFor("cpu").open(path, { threads: this.options.threads, optimisation: "basic" });
      try {
        return await use(session);
      } finally {
        await session.release();
      }
    } finally {
      rmSync(folder, { recursive: true, force: true });
    }
  }

  /** The network as compiled, with its initial weights. */
  compiled(options: OpenOptions & { readonly fresh?: string } = {}): Promise<DeviceSession> {
    return this.session("compiled", this.onnx, this.initial(), options);
  }

  /** With every tensor of the author's steps as an output. Nothing is fused away. */
  exposed(options: OpenOptions = {}): Promise<DeviceSession> {
    return this.session("exposed", exposeAll(this.onnx), this.initial(), { optimisation: "disabled", ...options });
  }

  probe(kind: ProbeKind): Probe | string {
    let probe = this.probes.get(kind);
    if (probe === undefined) this.probes.set(kind, (probe = probeOf(this.onnx, kind)));
    return probe;
  }

  probeSession(kind: ProbeKind): Promise<DeviceSession> {
    const probe = this.probe(kind);
    if (typeof probe === "string") throw new Error(probe);
    const value = probeWeights(probe.model);
    return this.session(`probe ${kind}`, probe.model, (weight) => ({ read: (target) => void target.fill(value(weight)) }), { optimisation: "disabled" });
  }

  say(what: string): void {
    this.options.onProgress?.(what);
  }

  /** Ends the processes and removes the files. */
  close(): void {
    for (const device of this.devices.values()) device.close();
    rmSync(this.folder, { recursive: true, force: true });
  }
}

/** WebGPU claims these and then fails while running (ONNX Runtime 1.30): they are given to the CPU beforehand. */
export const notOnWebGpu = (model: OnnxModel): readonly string[] => model.nodes.filter(({ op, outputs }) => op === "MaxPool" && outputs.length > 1).map(({ name }) => name);

export function exposeAll(model: OnnxModel): OnnxModel {
  const have = new Set(model.outputs.map(({ name }) => name));
  return { ...model, outputs: [...model.outputs, ...model.values.filter(({ name }) => !have.has(name))], values: [] };
}

/** Names in the graph for the values that the network's nodes make: both lists are in the order of the nodes. */
function tensorsOf(network: Network, onnx: OnnxModel): readonly Tensor[] {
  const inputs = new Set(network.inputs.map(({ value }) => value));
  const outputName = new Map<ValueId, string>();
  for (const { value, name } of network.outputs) if (!outputName.has(value)) outputName.set(value, name);
  const names = onnx.values.map((info: ValueInfo) => info.name);
  let next = 0;
  return network.nodes.flatMap((node) =>
    node.outputs.filter((id) => !inputs.has(id)).map((id): Tensor => ({ name: outputName.get(id) ?? names[next++]!, id, node })),
  );
}

/** What a loss reads beside the image: classes, or weights of 1. */
const labels: typeof noise = (type, shape, name, seed, classes) =>
  type === "float32" ? { type, shape, data: new Float32Array(elements(shape)).fill(1) } : noise(type, shape, name, seed, classes);

export function noise(type: string, shape: readonly number[], name: string, seed: number, classes = 2): Value {
  const count = elements(shape);
  if (type === "int64") return { type: "int64", shape, data: BigInt64Array.from({ length: count }, (_, i) => BigInt(((i * 2654435761 + seed * 40503) >>> 8) % classes)) };
  if (type === "bool") return { type: "bool", shape, data: Uint8Array.from({ length: count }, (_, i) => ((i * 2654435761) >>> 13) & 1) };
  const data = new Float32Array(count);
  fillInitial(data, { kind: "normal", std: 1 }, shape, `noise ${name}`, seed, 0);
  return { type: "float32", shape, data };
}
