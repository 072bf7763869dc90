/** The whitelist: names that a state dict needs, and what a call of them describes. Nothing is called. */
import type { Dtype } from "../dtypes.js";
import { type PickleDict, type PickleStorage, type PickleValue, is, itemsOf, opaque } from "./values.js";

const storages = new Map<string, Dtype>([
  ["DoubleStorage", "f64"], ["FloatStorage", "f32"], ["HalfStorage", "f16"], ["BFloat16Storage", "bf16"],
  ["LongStorage", "i64"], ["IntStorage", "i32"], ["ShortStorage", "i16"], ["CharStorage", "i8"], ["ByteStorage", "u8"], ["BoolStorage", "bool"],
]);

/** What `callable(*args)` stands for. Whatever is not on the list becomes a placeholder. */
export function reduce(callable: PickleValue, args: PickleValue): PickleValue {
  const given = itemsOf(args);
  if (!is(callable, "global")) return opaque(is(callable, "opaque") ? callable.origin : "a call of what is no name");
  const { module, name } = callable;
  switch (`${module}.${name}`) {
    case "collections.OrderedDict": return orderedDict(given[0]);
    case "torch._utils._rebuild_tensor":
    case "torch._utils._rebuild_tensor_v2": {
      const [storage = null, offset = null, size = null, stride = null, , , metadata] = given;
      // PyTorch 2 says there that a tensor is the negative, or the conjugate, of what its storage has.
      // One of its keys is named: thousands of tensors may share a dictionary of thousands.
      if (is(metadata, "dict") && metadata.entries.size > 0) return opaque(`${name} with ${firstWord(metadata.entries)}`);
      return { kind: "tensor", storage, offset, size, stride };
    }
    case "torch._utils._rebuild_parameter": return given[0] ?? null;
    case "torch.Size": return given[0] ?? { kind: "tuple", items: [] };
    default: return opaque(`${module}.${name}`);
  }
}

function firstWord(entries: PickleDict["entries"]): string {
  const [key] = entries.keys();
  return typeof key === "string" ? key : "metadata";
}

function orderedDict(pairs: PickleValue | undefined): PickleValue {
  const entries = new Map<PickleValue, PickleValue>();
  for (const pair of itemsOf(pairs)) {
    const [key, value] = itemsOf(pair);
    if (key !== undefined && value !== undefined) entries.set(key, value);
  }
  return { kind: "dict", entries };
}

/** `("storage", StorageType, key, location, count[, view])`; undefined: it is no storage that we know. */
export function storageOf(id: PickleValue): PickleStorage | undefined {
  const [tag, type, key, , count, view = null] = itemsOf(id);
  if (tag !== "storage" || !is(type, "global") || typeof key !== "string" || !isSize(count)) return undefined;
  const dtype = type.module === "torch" ? storages.get(type.name) : undefined;
  if (dtype === undefined) return undefined;
  const storage = { kind: "storage", dtype, typeName: type.name, key, count } as const;
  if (view === null) return { ...storage, view: undefined };
  const [, offset, size] = itemsOf(view);
  return isSize(offset) && isSize(size) && offset + size <= count ? { ...storage, view: { offset, count: size } } : undefined;
}

export const isSize = (value: PickleValue | undefined): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
