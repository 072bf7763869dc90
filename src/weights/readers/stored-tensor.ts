import type { Bytes } from "./bytes.js";
import { type Dtype, dtypes, littleEndianHost } from "./dtypes.js";
import { limits } from "./limits.js";
import { CheckpointProblem, quoted } from "./problem.js";

/** Where the values of one tensor of a checkpoint lie. Readers make these; nothing is read yet. */
export interface StoredTensor {
  readonly name: string;
  readonly shape: readonly number[];
  /** As the file's own format calls it: `F16`, `<f4`, `HalfStorage`. */
  readonly dtypeName: string;
  /** Undefined where there is a `trouble`. */
  readonly dtype: Dtype | undefined;
  readonly bytes: Bytes;
  /** Byte of the first element. */
  readonly start: number;
  /** In elements, for each axis; undefined: packed, row-major. */
  readonly strides?: readonly number[];
  readonly bigEndian?: boolean;
  /** Why the values cannot be had; a problem only for whoever wants them. */
  readonly trouble?: string;
}

/** Number of elements; exact, or above 2^53. */
export const countOf = (shape: readonly number[]): number => (shape.includes(0) ? 0 : shape.reduce((product, size) => product * size, 1));

/** Elements from the first to the last of a tensor, both included: how much of its storage it reaches. */
export const reachOf = (shape: readonly number[], strides: readonly number[]): number =>
  shape.includes(0) ? 0 : shape.reduce((last, size, axis) => last + (size - 1) * strides[axis]!, 1);

/** Whether the strides are those of a packed row-major tensor. The stride of an axis of size 1 does not matter. */
export function isPacked(shape: readonly number[], strides: readonly number[]): boolean {
  let expected = 1;
  for (let axis = shape.length - 1; axis >= 0; axis--) {
    if (shape[axis] !== 1 && strides[axis] !== expected) return false;
    expected *= shape[axis]!;
  }
  return true;
}

const scratch = new ArrayBuffer(256 * 1024);
/** The storage of the last tensor that is not packed. */
let gathered: { readonly tensor: StoredTensor; readonly values: Float32Array } | undefined;

/**
 * Fills `target` with the values from the flat index `offset` on (row-major). Throws or rejects with `CheckpointProblem`.
 * Packed tensors pass through a small buffer (float32 not even that); of others the range that they reach is held.
 */
export function readStored(tensor: StoredTensor, target: Float32Array, offset: number): void | Promise<void> {
  if (offset + target.length > countOf(tensor.shape)) throw new Error(`${tensor.name} has ${countOf(tensor.shape)} elements, not ${offset + target.length}`);
  if (target.length === 0) return;
  if (tensor.strides === undefined) return readPacked(tensor, target, offset);
  const known = gathered?.tensor === tensor ? gathered.values : undefined;
  if (known !== undefined) return gather(tensor.shape, tensor.strides, known, target, offset);
  const reach = reachOf(tensor.shape, tensor.strides);
  if (reach > limits.stridedElements)
    throw new CheckpointProblem(tensor.bytes.file, `tensor ${quoted(tensor.name)}`, `its values do not lie row by row but across ${reach} elements, and at most ${limits.stridedElements} are held`, "save it again with .contiguous()");
  const values = new Float32Array(reach);
  const finish = (): void => {
    gathered = { tensor, values };
    gather(tensor.shape, tensor.strides!, values, target, offset);
  };
  const reading = readPacked(tensor, values, 0);
  return reading === undefined ? finish() : reading.then(finish);
}

/** Frees what was held for tensors of this file. */
export function forget(file: string): void {
  if (gathered?.tensor.bytes.file === file) gathered = undefined;
}

function readPacked(tensor: StoredTensor, target: Float32Array, offset: number): void | Promise<void> {
  if (tensor.dtype === undefined || tensor.trouble !== undefined)
    throw new CheckpointProblem(tensor.bytes.file, `tensor ${quoted(tensor.name)}`, tensor.trouble ?? `its element type ${tensor.dtypeName} is not read`);
  const { bytes: size, widen } = dtypes[tensor.dtype];
  const swap = (tensor.bigEndian ?? false) === littleEndianHost && size > 1;
  const position = tensor.start + offset * size;
  if (tensor.dtype === "f32" && !swap) return tensor.bytes.read(new Uint8Array(target.buffer, target.byteOffset, target.byteLength), position);

  const step = scratch.byteLength / size;
  const widenPart = (buffer: ArrayBuffer, part: Float32Array): void => {
    const raw = Buffer.from(buffer, 0, part.length * size);
    if (swap) size === 2 ? raw.swap16() : size === 4 ? raw.swap32() : raw.swap64();
    widen(buffer, part);
  };
  if (tensor.bytes.slow) return readSlowly();
  for (let at = 0; at < target.length; at += step) {
    const part = target.subarray(at, at + step);
    void tensor.bytes.read(new Uint8Array(scratch, 0, part.length * size), position + at * size);
    widenPart(scratch, part);
  }

  /** What is not there at once needs a buffer that nobody else writes to. */
  async function readSlowly(): Promise<void> {
    const own = new ArrayBuffer(scratch.byteLength);
    for (let at = 0; at < target.length; at += step) {
      const part = target.subarray(at, at + step);
      await tensor.bytes.read(new Uint8Array(own, 0, part.length * size), position + at * size);
      widenPart(own, part);
    }
  }
}

function gather(shape: readonly number[], strides: readonly number[], values: Float32Array, target: Float32Array, offset: number): void {
  const last = shape.length - 1;
  const width = shape[last] ?? 1;
  const stride = strides[last] ?? 1;
  for (let at = 0; at < target.length; ) {
    let rest = Math.floor((offset + at) / width);
    let base = 0;
    for (let axis = last - 1; axis >= 0; axis--) {
      base += (rest % shape[axis]!) * strides[axis]!;
      rest = Math.floor(rest / shape[axis]!);
    }
    let column = (offset + at) % width;
    for (; column < width && at < target.length; column++, at++) target[at] = values[base + column * stride]!;
  }
}
