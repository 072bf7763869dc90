/** Where in what a .pth file holds the tensors of the network are. */
import { dtypes } from "./dtypes.js";
import { limits } from "./limits.js";
import { isSize } from "./pickle/globals.js";
import { type PickleDict, type PickleOpaque, type PickleStorage, type PickleTensor, type PickleValue, is } from "./pickle/values.js";
import { CheckpointProblem, printable, quoted } from "./problem.js";
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
  if (is(root, "tensor")) throw problem("it holds a single tensor without a name", "save a dictionary of tensors: torch.save(model.state_dict(), FILE)");
  if (is(root, "opaque")) throw problem(`it holds an object that only ${quoted(root.origin)} could make; nothing in a file is ever called`, "save the state dict alone: torch.save(model.state_dict(), FILE)");
  if (!is(root, "dict")) throw problem("it holds no dictionary of tensors");
  for (const key of usualKeys) {
    const inner = root.entries.get(key);
    const entries = withTensors(inner);
    if (entries) return { entries, path: [key] };
    for (const second of usualKeys) {
      const deeper = is(inner, "dict") ? withTensors(inner.entries.get(second)) : undefined;
      if (deeper) return { entries: deeper, path: [key, second] };
    }
  }
  const own = withTensors(root);
  if (own) return { entries: own, path: [] };
  const others = [...root.entries].flatMap(([key, value]): StateDict[] => {
    const entries = typeof key === "string" ? withTensors(value) : undefined;
    return entries ? [{ entries, path: [String(key)] }] : [];
  });
  if (others.length === 1) return others[0]!;
  if (others.length > 1) throw problem(`it holds ${others.length} dictionaries of tensors: ${others.slice(0, 8).map(({ path }) => quoted(path[0]!)).join(", ")}`, "save the one that is meant as a file of its own");
  const holds = [...root.entries.keys()].filter((key) => typeof key === "string").slice(0, 8).map((key) => quoted(key));
  throw problem(`it holds no tensors${holds.length > 0 ? `, only ${holds.join(", ")}` : ""}`);
}

/** The entries of a dictionary that has tensors in it. */
const withTensors = (value: PickleValue | undefined): PickleDict["entries"] | undefined =>
  is(value, "dict") && [...value.entries.values()].some((one) => is(one, "tensor")) ? value.entries : undefined;

/** `place`: where the elements of a storage begin, and how many there are. */
export function storedTensors(
  { entries }: StateDict,
  file: string,
  place: (storage: PickleStorage) => Pick<StoredTensor, "bytes" | "start" | "bigEndian">,
): readonly StoredTensor[] {
  const tensors: StoredTensor[] = [];
  for (const [name, value] of entries) {
    if (typeof name !== "string" || !(is(value, "tensor") || is(value, "opaque"))) continue;
    if (name.length > limits.nameLength) throw new CheckpointProblem(file, "", `a name is longer than ${limits.nameLength} characters`);
    if (tensors.length === limits.tensors) throw new CheckpointProblem(file, "", `there are more than ${limits.tensors} tensors`);
    tensors.push(is(value, "tensor") ? stored(name, value, file, place) : unreadable(name, value, file));
  }
  return tensors;
}

function stored(name: string, tensor: PickleTensor, file: string, place: (storage: PickleStorage) => Pick<StoredTensor, "bytes" | "start" | "bigEndian">): StoredTensor {
  const { storage, offset } = tensor;
  if (is(storage, "opaque")) return unreadable(name, storage, file);
  const problem = (what: string): CheckpointProblem => new CheckpointProblem(file, `tensor ${quoted(name)}`, what);
  if (!is(storage, "storage")) throw problem("it has no storage");
  const shape = sizes(tensor.size);
  const strides = sizes(tensor.stride);
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

const unreadable = (name: string, { origin, of }: PickleOpaque, file: string): StoredTensor => ({
  name, shape: [], dtypeName: "object", dtype: undefined, start: 0,
  bytes: { file, size: 0, read: () => undefined },
  trouble: of === "storage" ? `it lies in ${printable(origin)}, which is not read` : `it is what ${quoted(origin)} would make, which is not called`,
});

function sizes(value: PickleValue): readonly number[] | undefined {
  if (!is(value, "tuple") && !is(value, "list")) return undefined;
  const { items } = value;
  return items.length <= limits.rank && items.every(isSize) ? (items as readonly number[]) : undefined;
}
