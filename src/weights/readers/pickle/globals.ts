/** The whitelist: names that a state dict needs, and what a call of them describes. Nothing is called. */
import type { Dtype } from "../dtypes.js";
import { type PickleGlobal, type PickleStorage, type PickleValue, kindOf, opaque } from "./values.js";

const storages = new Map<string, Dtype>([
  ["DoubleStorage", "f64"], ["FloatStorage", "f32"], ["HalfStorage", "f16"], ["BFloat16Storage", "bf16"],
  ["LongStorage", "i64"], ["IntStorage", "i32"], ["ShortStorage", "i16"], ["CharStorage", "i8"], ["ByteStorage", "u8"], ["BoolStorage", "bool"],
]);

/** What `callable(*args)` stands for. Whatever is not on the list becomes a placeholder. */
export function reduce(callable: PickleValue, args: PickleValue): PickleValue {
  const given = kindOf(args) === "tuple" ? (args as { items: readonly PickleValue[] }).items : [];
  if (kindOf(callable) !== "global") return opaque(kindOf(callable) === "opaque" ? (callable as { origin: string }).origin : "a call of what is no name");
  const { module, name } = callable as PickleGlobal;
  switch (`${module}.${name}`) {
    case "collections.OrderedDict": return orderedDict(given[0]);
    case "torch._utils._rebuild_tensor":
    case "torch._utils._rebuild_tensor_v2": {
      const [storage = null, offset = null, size = null, stride = null] = given;
      return { kind: "tensor", storage, offset, size, stride };
    }
    case "torch._utils._rebuild_parameter": return given[0] ?? null;
    case "torch.Size": return given[0] ?? { kind: "tuple", items: [] };
    default: return opaque(`${module}.${name}`);
  }
}

function orderedDict(pairs: PickleValue | undefined): PickleValue {
  const entries = new Map<PickleValue, PickleValue>();
  const items = kindOf(pairs) === "list" || kindOf(pairs) === "tuple" ? (pairs as { items: readonly PickleValue[] }).items : [];
  for (const pair of items) {
    const [key, value] = kindOf(pair) === "list" || kindOf(pair) === "tuple" ? (pair as { items: readonly PickleValue[] }).items : [];
    if (key !== undefined && value !== undefined) entries.set(key, value);
  }
  return { kind: "dict", entries };
}

/** `("storage", StorageType, key, location, count[, view])`; undefined: it is no storage that we know. */
export function storageOf(id: PickleValue): PickleStorage | undefined {
  if (kindOf(id) !== "tuple") return undefined;
  const [tag, type, key, , count, view = null] = (id as { items: readonly PickleValue[] }).items;
  if (tag !== "storage" || kindOf(type) !== "global" || typeof key !== "string" || !isSize(count)) return undefined;
  const { module, name } = type as PickleGlobal;
  const dtype = module === "torch" ? storages.get(name) : undefined;
  if (dtype === undefined) return undefined;
  const storage = { kind: "storage", dtype, typeName: name, key, count } as const;
  if (view === null) return { ...storage, view: undefined };
  const [, offset, size] = kindOf(view) === "tuple" ? (view as { items: readonly PickleValue[] }).items : [];
  return isSize(offset) && isSize(size) && offset + size <= count ? { ...storage, view: { offset, count: size } } : undefined;
}

export const isSize = (value: PickleValue | undefined): value is number => typeof value === "number" && Number.isSafeInteger(value) && value >= 0;
