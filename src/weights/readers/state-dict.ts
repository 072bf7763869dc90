/** Where in what a .pth file holds the tensors of the network are. */
import { dtypes } from "./dtypes.js";
import { limits } from "./limits.js";
import { isSize } from "./pickle/globals.js";
import type { PickleDict, PickleOpaque, PickleStorage, PickleTensor, PickleValue } from "./pickle/values.js";
import { kindOf } from "./pickle/values.js";
import { CheckpointProblem, quoted } from "./problem.js";
import { type StoredTensor, countOf, isPacked, reachOf } from "./stored-tensor.js";

const usualKeys = ["state_dict", "model", "model_state", "model_state_dict", "net", "network", "params_ema", "params"];

export interface StateDict {
  readonly entries: ReadonlyMap<PickleValue, PickleValue>;
  /** The keys that lead to it; empty: it is the root. */
  readonly path: readonly string[];
}

/** What is under one of the usual keys if tensors are in it, else the root, else the only dictionary of tensors that there is. */
export function findStateDict(root: PickleValue, file: string): StateDict {
  const problem = (what: string, help?: string): CheckpointProblem => new CheckpointProblem(file, "", what, help);
  if (kindOf(root) === "tensor") throw problem("it holds a single tensor without a name", "save a dictionary of tensors: torch.save(model.state_dict(), FILE)");
  if (kindOf(root) === "opaque") throw problem(`it holds an object that only \`${printable((root as PickleOpaque).origin)}\` could make; nothing in a file is ever called`, "save the state dict alone: torch.save(model.state_dict(), FILE)");
  if (kindOf(root) !== "dict") throw problem("it holds no dictionary of tensors");
  const own = (root as PickleDict).entries;
  for (const key of usualKeys) {
    const inner = own.get(key);
    if (kindOf(inner) !== "dict") continue;
    const { entries } = inner as PickleDict;
    if (hasTensors(entries)) return { entries, path: [key] };
    for (const second of usualKeys) {
      const deep = entries.get(second);
      if (kindOf(deep) === "dict" && hasTensors((deep as PickleDict).entries)) return { entries: (deep as PickleDict).entries, path: [key, second] };
    }
  }
  if (hasTensors(own)) return { entries: own, path: [] };
  const others = [...own].filter(([key, value]) => typeof key === "string" && kindOf(value) === "dict" && hasTensors((value as PickleDict).entries));
  if (others.length === 1) return { entries: (others[0]![1] as PickleDict).entries, path: [String(others[0]![0])] };
  if (others.length > 1) throw problem(`it holds ${others.length} dictionaries of tensors: ${others.slice(0, 8).map(([key]) => quoted(String(key))).join(", ")}`, "save the one that is meant as a file of its own");
  const holds = [...own.keys()].filter((key) => typeof key === "string").slice(0, 8).map((key) => quoted(String(key)));
  throw problem(`it holds no tensors${holds.length > 0 ? `, only ${holds.join(", ")}` : ""}`);
}

const hasTensors = (entries: ReadonlyMap<PickleValue, PickleValue>): boolean => [...entries.values()].some((value) => kindOf(value) === "tensor");

const printable = (text: string): string => quoted(text).slice(1, -1);

/** `place`: where the elements of a storage begin, and how many there are. */
export function storedTensors(
  { entries }: StateDict,
  file: string,
  place: (storage: PickleStorage) => Pick<StoredTensor, "bytes" | "start" | "bigEndian">,
): readonly StoredTensor[] {
  const tensors: StoredTensor[] = [];
  for (const [name, value] of entries) {
    if (typeof name !== "string" || (kindOf(value) !== "tensor" && kindOf(value) !== "opaque")) continue;
    if (name.length > limits.nameLength) throw new CheckpointProblem(file, "", `a name is longer than ${limits.nameLength} characters`);
    if (tensors.length === limits.tensors) throw new CheckpointProblem(file, "", `there are more than ${limits.tensors} tensors`);
    tensors.push(kindOf(value) === "tensor" ? stored(name, value as PickleTensor, file, place) : unreadable(name, (value as PickleOpaque).origin, file));
  }
  return tensors;
}

function stored(name: string, tensor: PickleTensor, file: string, place: (storage: PickleStorage) => Pick<StoredTensor, "bytes" | "start" | "bigEndian">): StoredTensor {
  if (kindOf(tensor.storage) === "opaque") return unreadable(name, (tensor.storage as PickleOpaque).origin, file);
  const problem = (what: string): CheckpointProblem => new CheckpointProblem(file, `tensor ${quoted(name)}`, what);
  if (kindOf(tensor.storage) !== "storage") throw problem("it has no storage");
  const storage = tensor.storage as PickleStorage;
  const shape = sizes(tensor.size);
  const strides = sizes(tensor.stride);
  const { offset } = tensor;
  if (shape === undefined || strides === undefined || shape.length !== strides.length || !isSize(offset)) throw problem("its size, stride and offset are not what those of a tensor are");
  const { offset: first, count } = storage.view ?? { offset: 0, count: storage.count };
  const reach = reachOf(shape, strides);
  if (!(offset + reach <= count)) throw problem(`it reaches to element ${offset + reach} of a storage that has ${count}`);
  if (!(countOf(shape) <= Number.MAX_SAFE_INTEGER)) throw problem(`[${shape.join(", ")}] are too many elements`);
  const { bytes, start, bigEndian } = place(storage);
  return {
    name, shape, dtypeName: storage.typeName, dtype: storage.dtype, bytes,
    start: start + (first + offset) * bytesOf(storage),
    ...(isPacked(shape, strides) ? {} : { strides }),
    ...(bigEndian ? { bigEndian } : {}),
  };
}

export const bytesOf = (storage: PickleStorage): number => dtypes[storage.dtype].bytes;

const unreadable = (name: string, origin: string, file: string): StoredTensor => ({
  name, shape: [], dtypeName: "object", dtype: undefined, start: 0,
  bytes: { file, size: 0, read: () => undefined },
  trouble: `it is what \`${printable(origin)}\` would make, which is not called`,
});

function sizes(value: PickleValue): readonly number[] | undefined {
  if (kindOf(value) !== "tuple" && kindOf(value) !== "list") return undefined;
  const { items } = value as { items: readonly PickleValue[] };
  return items.length <= limits.rank && items.every(isSize) ? (items as readonly number[]) : undefined;
}
