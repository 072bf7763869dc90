import { elementTypes, exactInteger } from "./element-types.js";
import { halfBits } from "./half.js";
import type { Constant, ElementType } from "./model.js";

const writers: Readonly<Record<ElementType, (view: DataView, at: number, value: number) => void>> = {
  float32: (view, at, value) => view.setFloat32(at, value, true),
  float16: (view, at, value) => view.setUint16(at, halfBits(value), true),
  int64: (view, at, value) => view.setBigInt64(at, BigInt(exactInteger(value)), true),
  int32: (view, at, value) => view.setInt32(at, value, true),
  bool: (view, at, value) => view.setUint8(at, value === 0 ? 0 : 1),
};

/** The values of a constant as `TensorProto.raw_data` wants them: packed, little-endian, row-major. */
export function constantData(constant: Constant): Uint8Array {
  const size = elementTypes[constant.type].bytes;
  const write = writers[constant.type];
  const bytes = new Uint8Array(constant.values.length * size);
  const view = new DataView(bytes.buffer);
  constant.values.forEach((value, index) => write(view, index * size, value));
  return bytes;
}
