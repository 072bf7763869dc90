import type { ElementType, Weight } from "./model.js";

/** Per element type: its number in `TensorProto.DataType`, its word in the text syntax, its size in bytes. */
export const elementTypes: Readonly<Record<ElementType, { readonly code: number; readonly word: string; readonly bytes: number }>> = {
  float32: { code: 1, word: "float", bytes: 4 },
  int32: { code: 6, word: "int32", bytes: 4 },
  int64: { code: 7, word: "int64", bytes: 8 },
  bool: { code: 9, word: "bool", bytes: 1 },
  float16: { code: 10, word: "float16", bytes: 2 },
};

/** Numbers that lie beyond what a double holds exactly, such as "to the end" of Slice, become the nearest exact ones. */
export const exactInteger = (value: number): number =>
  Math.min(Number.MAX_SAFE_INTEGER, Math.max(Number.MIN_SAFE_INTEGER, value));

export const elementCount = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

/** Bytes of the values of one weight, and of all together. */
export const bytesOfWeight = ({ shape, type = "float32" }: Weight): number => elementCount(shape) * elementTypes[type].bytes;
export const weightBytes = (weights: readonly Weight[]): number => weights.reduce((sum, weight) => sum + bytesOfWeight(weight), 0);
