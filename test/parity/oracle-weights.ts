/** The weights of the oracle's models, worked out from their names by the rules of its README. */
import { createHash } from "node:crypto";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { WeightSource } from "../../src/weights/weight-source.js";

type Kind =
  | "weight" | "bias" | "bn_weight" | "bn_weight_residual" | "bn_bias" | "bn_running_mean" | "bn_running_var" | "bn_num_batches_tracked" | "prelu_weight";

export interface Stats {
  readonly mean: number;
  readonly std: number;
  readonly min: number;
  readonly max: number;
  readonly sum_abs: number;
}

export interface Sidecar {
  readonly model: string;
  readonly input: { readonly name: string; readonly shape: readonly number[]; readonly sha256: string };
  readonly weights_sha256: string;
  readonly weights_count: number;
  readonly outputs: Readonly<Record<string, {
    readonly shape: readonly number[];
    readonly file: string;
    readonly sample: { readonly stride: number; readonly offset: number; readonly count: number };
    readonly stats: Stats;
    readonly argmax?: { readonly counts: readonly number[]; readonly sha256_of_uint8_map: string; readonly min_gap_top1_top2: number };
  }>>;
  readonly intermediates: Readonly<Record<string, { readonly shape: readonly number[]; readonly stats: Stats }>>;
  readonly state_dict: readonly (readonly [name: string, shape: readonly number[], kind: Kind, sha256: string])[];
}

const folder = join(import.meta.dirname, "models");
export const sidecar = (model: string): Sidecar => JSON.parse(readFileSync(join(folder, `${model}.json`), "utf8")) as Sidecar;

export function sampled(file: string): Float32Array {
  const bytes = readFileSync(join(folder, file));
  return new Float32Array(bytes.buffer.slice(bytes.byteOffset, bytes.byteOffset + bytes.length));
}

function key(name: string): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) h = Math.imul(h ^ byte, 0x01000193);
  return h | 0;
}

/** `target[i] = base + scale * u(name, offset + i)`, or `scale * (base + ...)`; worked out in double, rounded once. */
function fill(target: Float32Array, name: string, offset: number, value: (u: number) => number): void {
  const k = key(name);
  for (let i = 0; i < target.length; i++) {
    let h = k ^ Math.imul(offset + i, 0x9e3779b1);
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    target[i] = value(((h ^ (h >>> 16)) >>> 8) / 8388608 - 1);
  }
}

function rule(kind: Kind, shape: readonly number[]): (u: number) => number {
  switch (kind) {
    case "weight": {
      const bound = Math.sqrt(3) * Math.sqrt(2 / shape.slice(1).reduce((a, b) => a * b, 1));
      return (u) => u * bound;
    }
    case "bias": return (u) => 0.05 * u;
    case "bn_weight": return (u) => 1 + 0.1 * u;
    case "bn_weight_residual": return (u) => 0.25 * (1 + 0.1 * u);
    case "bn_bias":
    case "bn_running_mean": return (u) => 0.1 * u;
    case "bn_running_var": return (u) => 1 + 0.2 * u;
    case "bn_num_batches_tracked": return () => 0;
    case "prelu_weight": return (u) => 0.25 + 0.05 * u;
  }
}

export function oracleValues([name, shape, kind]: Sidecar["state_dict"][number]): WeightSource {
  const value = rule(kind, shape);
  return { read: (target, offset) => fill(target, name, offset, value) };
}

export function oracleInput({ shape, name }: Sidecar["input"]): Float32Array {
  const image = new Float32Array(shape.reduce((a, b) => a * b, 1));
  fill(image, name, 0, (u) => u);
  return image;
}

export const sha256 = (values: Float32Array): string => createHash("sha256").update(new Uint8Array(values.buffer, values.byteOffset, values.byteLength)).digest("hex");
