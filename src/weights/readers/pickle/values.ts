import type { Dtype } from "../dtypes.js";

/** What a pickle can hold here: plain data, tensors as descriptions, and placeholders for all that would need a call. */
export type PickleValue =
  | null | boolean | number | bigint | string
  | PickleList | PickleTuple | PickleDict | PickleGlobal | PickleStorage | PickleTensor | PickleOpaque;

export interface PickleList {
  readonly kind: "list";
  readonly items: PickleValue[];
}

export interface PickleTuple {
  readonly kind: "tuple";
  readonly items: readonly PickleValue[];
}

export interface PickleDict {
  readonly kind: "dict";
  readonly entries: Map<PickleValue, PickleValue>;
}

/** A name; nothing is looked up. */
export interface PickleGlobal {
  readonly kind: "global";
  readonly module: string;
  readonly name: string;
}

export interface PickleStorage {
  readonly kind: "storage";
  readonly dtype: Dtype;
  readonly typeName: string;
  readonly key: string;
  /** Elements of the whole storage. */
  readonly count: number;
  /** First element and number of elements of a view into it (legacy files). */
  readonly view: { readonly offset: number; readonly count: number } | undefined;
}

export interface PickleTensor {
  readonly kind: "tensor";
  readonly storage: PickleValue;
  /** In elements. Not checked yet. */
  readonly offset: PickleValue;
  readonly size: PickleValue;
  readonly stride: PickleValue;
}

/** Stands for a value that is not made. */
export interface PickleOpaque {
  readonly kind: "opaque";
  /** What would have made it: `numpy.core.multiarray.scalar`; or a storage that is not read. */
  readonly origin: string;
  readonly of: "call" | "storage";
}

export const opaque = (origin: string, of: PickleOpaque["of"] = "call"): PickleOpaque => ({ kind: "opaque", origin, of });

type PickleObject = Exclude<PickleValue, null | boolean | number | bigint | string>;

export const is = <Kind extends PickleObject["kind"]>(value: PickleValue | undefined, kind: Kind): value is Extract<PickleObject, { readonly kind: Kind }> =>
  typeof value === "object" && value !== null && value.kind === kind;

/** Of a list or a tuple; of anything else none. */
export const itemsOf = (value: PickleValue | undefined): readonly PickleValue[] => (is(value, "list") || is(value, "tuple") ? value.items : []);
