/** Which tensor of a checkpoint is which parameter of a network: by name, then by shape. */
import { type Network, type Parameter, elements } from "../network/network.js";
import type { Frame } from "../diagnostics/problem.js";
import type { Place } from "../source/source.js";
import { nearNamesAmong } from "./near-names.js";
import { type Checkpoint, type CheckpointTensor, wrappers } from "./readers/open-checkpoint.js";
import { type Rename, renamed } from "./renames.js";

/** A parameter, the place in the spec of the step that owns it, and the block calls that led there (innermost first). */
export interface Wanted {
  readonly parameter: Parameter;
  readonly place: Place;
  readonly trace: readonly Frame[];
}

export interface WeightMatch {
  /** Parameter name -> tensor of the checkpoint. Whatever is not here gets its initial values. */
  readonly sources: ReadonlyMap<string, CheckpointTensor>;
  /** Parameters that the checkpoint does not have, with names in it that they might go by. */
  readonly missing: readonly (Wanted & { readonly near: readonly string[] })[];
  /** Tensors that the network has no use for, with parameters that they might be. */
  readonly unexpected: readonly { readonly tensor: CheckpointTensor; readonly near: readonly string[] }[];
  readonly otherShape: readonly (Wanted & { readonly tensor: CheckpointTensor })[];
  /** Tensors whose values cannot be had, though they are wanted. */
  readonly unreadable: readonly (Wanted & { readonly tensor: CheckpointTensor })[];
  /** Tensors that two names of the checkpoint claim to be. */
  readonly ambiguous: readonly (Wanted & { readonly tensors: readonly string[] })[];
  /** Parameters that keep their initial values because the checkpoint was made for another number of classes. */
  readonly head: { readonly classes: number; readonly was: number; readonly parameters: readonly Wanted[] } | undefined;
  /** Same values in another shape: the matrix of a linear layer as a convolution. */
  readonly reshaped: readonly (Wanted & { readonly tensor: CheckpointTensor })[];
  /** Counters of batches, which nothing at run time reads. */
  readonly ignored: readonly string[];
  /** Prefix of the checkpoint's names that was left out to find more of them. */
  readonly prefix: string;
  /** A line for --map that would find many of the missing. */
  readonly suggestion: string | undefined;
  /** Every parameter has its values (a new head apart), and every tensor its use. */
  readonly complete: boolean;
}

export const wantedBy = (network: Network): readonly Wanted[] => network.nodes.flatMap(({ parameters, place, trace }) => parameters.map((parameter) => ({ parameter, place, trace })));

/**
 * `network`: before passes, so that its parameters have the names that the author sees. An ONNX file also holds constants
 * among its initialisers; of those, what is unexpected does not count against it.
 */
export function matchWeights(network: Network, checkpoint: Pick<Checkpoint, "tensors" | "format"> & Partial<Pick<Checkpoint, "prefix">>, renames: readonly Rename[] = []): WeightMatch {
  const wanted = wantedBy(network);
  const { names, ambiguous: doubles, ignored, prefix } = bestNames(wanted, checkpoint.tensors, checkpoint.prefix ?? "", renames);
  const sources = new Map<string, CheckpointTensor>();
  const used = new Set<string>();
  const missing: Wanted[] = [];
  const otherShape: (Wanted & { tensor: CheckpointTensor })[] = [];
  const unreadable: (Wanted & { tensor: CheckpointTensor })[] = [];
  const reshaped: (Wanted & { tensor: CheckpointTensor })[] = [];
  const ambiguous: (Wanted & { tensors: readonly string[] })[] = [];
  for (const one of wanted) {
    const { name, shape } = one.parameter;
    const tensor = names.get(name);
    const claims = doubles.get(name);
    if (claims) ambiguous.push({ ...one, tensors: claims.map((claim) => claim.name) });
    for (const claim of claims ?? []) used.add(claim.name);
    if (tensor === undefined) {
      if (!claims) missing.push(one);
      continue;
    }
    used.add(tensor.name);
    if (tensor.trouble !== undefined) unreadable.push({ ...one, tensor });
    else if (sameShape(shape, tensor.shape)) sources.set(name, tensor);
    else if (sameValues(shape, tensor.shape)) {
      sources.set(name, tensor);
      reshaped.push({ ...one, tensor });
    } else otherShape.push({ ...one, tensor });
  }
  const head = newHead(network, otherShape);
  const left = checkpoint.tensors.filter(({ name }) => !used.has(name) && !ignored.has(name));
  const others = head ? otherShape.filter((one) => !head.parameters.includes(one)) : otherShape;
  const unexpected = checkpoint.format === "onnx" ? [] : left;
  const nearTensors = nearNamesAmong(left);
  const nearParameters = nearNamesAmong(missing.map(({ parameter }) => parameter));
  return {
    sources, otherShape: others, unreadable, ambiguous, head, reshaped, prefix,
    ignored: [...ignored],
    missing: missing.map((one) => ({ ...one, near: nearTensors(one.parameter) })),
    unexpected: unexpected.map((tensor) => ({ tensor, near: nearParameters(tensor) })),
    suggestion: suggestMap(missing.map(({ parameter }) => parameter.name), left.map(({ name }) => name)),
    complete: missing.length + others.length + unreadable.length + ambiguous.length + unexpected.length === 0,
  };
}

const sameShape = (a: readonly number[], b: readonly number[]): boolean => a.length === b.length && a.every((size, axis) => size === b[axis]);

/** [out, in * kh * kw] of a linear layer is [out, in, kh, kw] of a convolution (FCN, section 3.1). */
const sameValues = (wanted: readonly number[], found: readonly number[]): boolean =>
  wanted.length === 4 && found.length === 2 && wanted[0] === found[0] && elements(wanted) === elements(found);

interface Names {
  /** Network name -> tensor. */
  readonly names: ReadonlyMap<string, CheckpointTensor>;
  /** Network names that several tensors claim. */
  readonly ambiguous: ReadonlyMap<string, readonly CheckpointTensor[]>;
  readonly ignored: ReadonlySet<string>;
  readonly prefix: string;
}

const prefixes = [...wrappers, "module.model."];
const counter = /(^|\.)num_batches_tracked$/;

/**
 * Names as they are, with the common prefix that was left out (a network may have it too), or without what a wrapper put
 * before some of them: whichever finds more.
 */
function bestNames(wanted: readonly Wanted[], tensors: readonly CheckpointTensor[], common: string, renames: readonly Rename[]): Names {
  const known = new Set(wanted.map(({ parameter }) => parameter.name));
  let best: Names | undefined;
  let most = -1;
  const without = (prefix: string) => (name: string): string => (name.startsWith(prefix) ? name.slice(prefix.length) : name);
  const ways: readonly (readonly [prefix: string, change: (name: string) => string])[] = [
    ["", (name) => name],
    ...prefixes.filter((prefix) => tensors.some(({ name }) => name.startsWith(prefix))).map((prefix) => [prefix, without(prefix)] as const),
    ...(common === "" ? [] : [["", (name: string) => common + name] as const]),
  ];
  for (const [prefix, change] of ways) {
    const names = namesBy(change, prefix, known, tensors, renames);
    const found = [...names.names.keys()].filter((name) => known.has(name)).length;
    if (found > most) [best, most] = [names, found];
  }
  return best!;
}

function namesBy(change: (name: string) => string, prefix: string, known: ReadonlySet<string>, tensors: readonly CheckpointTensor[], renames: readonly Rename[]): Names {
  const claims = new Map<string, CheckpointTensor[]>();
  const ignored = new Set<string>();
  for (const tensor of tensors) {
    const name = renamed(change(tensor.name), renames);
    if (name === undefined || (counter.test(name) && !known.has(name))) ignored.add(tensor.name);
    else if (claims.has(name)) claims.get(name)!.push(tensor);
    else claims.set(name, [tensor]);
  }
  const names = new Map<string, CheckpointTensor>();
  const ambiguous = new Map<string, readonly CheckpointTensor[]>();
  for (const [name, list] of claims) {
    if (list.length === 1) names.set(name, list[0]!);
    else ambiguous.set(name, list);
  }
  return { names, ambiguous, ignored, prefix };
}

/**
 * The parameters whose shapes differ just where the network has its number of classes, and all by the same other number.
 * The axes of an upsampling (classes, classes) both count.
 */
function newHead<Other extends Wanted & { readonly tensor: CheckpointTensor }>(network: Network, others: readonly Other[]): { readonly classes: number; readonly was: number; readonly parameters: readonly Other[] } | undefined {
  const classes = Number(network.settings.find(([name]) => name === "classes")?.[1]);
  if (!Number.isInteger(classes)) return undefined;
  const byNumber = new Map<number, Other[]>();
  for (const one of others) {
    const { shape } = one.parameter;
    const found = one.tensor.shape;
    const axes = shape.flatMap((size, axis) => (size === found[axis] ? [] : [axis]));
    const was = found[axes[0] ?? -1];
    if (shape.length !== found.length || was === undefined || axes.some((axis) => shape[axis] !== classes || found[axis] !== was)) continue;
    byNumber.set(was, [...(byNumber.get(was) ?? []), one]);
  }
  // Two numbers cannot both be that of the classes.
  const [only] = byNumber;
  return byNumber.size === 1 ? { classes, was: only![0], parameters: only![1] } : undefined;
}

/** So many parts of a name may be what differs. */
const deepest = 16;

/** `* -> backbone.*` where the names of the two differ by what stands before them. */
function suggestMap(missing: readonly string[], left: readonly string[]): string | undefined {
  const counts = new Map<string, number>();
  const suffixes = (name: string): [before: string, rest: string][] => {
    const found: [string, string][] = [];
    for (let dot = name.indexOf("."); dot >= 0 && found.length < deepest; dot = name.indexOf(".", dot + 1)) found.push([name.slice(0, dot + 1), name.slice(dot + 1)]);
    return found;
  };
  const wanted = new Set(missing);
  const there = new Set(left);
  const count = (line: string): void => void counts.set(line, (counts.get(line) ?? 0) + 1);
  for (const name of missing) for (const [before, rest] of suffixes(name)) if (there.has(rest)) count(`* -> ${before}*`);
  for (const name of left) for (const [before, rest] of suffixes(name)) if (wanted.has(rest)) count(`${before}* -> *`);
  const [best] = [...counts].sort(([, a], [, b]) => b - a);
  return best !== undefined && 2 * best[1] >= Math.min(missing.length, left.length) ? best[0] : undefined;
}
