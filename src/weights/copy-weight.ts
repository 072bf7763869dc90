import type { FileStream } from "./file-stream.js";
import type { HalfRounding } from "./half-weights.js";
import { littleEndianHost } from "./readers/dtypes.js";
import type { WeightSource } from "./weight-source.js";

/** A weight of fewer values is copied: to begin it at an address of its own would take a call of the system. */
const fewValues = 4 * 1024;
/** Small enough to stay in the processor's cache between being made and being rounded. */
const chunkValues = 32 * 1024;

/** What some values pass through, made once for all weights of a file: thousands of buffers would keep the collector busy. */
export const copyBuffer = (): Float32Array => new Float32Array(chunkValues);

export interface CopyOptions {
  readonly buffer: Float32Array;
  readonly progress: () => void;
  /** Write float16 instead. */
  readonly half?: HalfRounding | undefined;
}

/** Writes `count` float32 values, little-endian: most of them are made where the stream keeps them. */
export async function copyWeight(source: WeightSource, count: number, stream: FileStream, { buffer, progress, half }: CopyOptions): Promise<void> {
  for (let offset = 0; offset < count; ) {
    const rest = count - offset;
    if (half) offset += await copyRounded(source, offset, rest, stream, buffer, half);
    else if (count < fewValues) offset += await copyFew(source, rest, stream, buffer);
    else offset += await copyInPlace(source, offset, rest, stream);
    progress();
  }
}

async function copyInPlace(source: WeightSource, offset: number, rest: number, stream: FileStream): Promise<number> {
  const bytes = await stream.room(4 * rest, 4);
  await source.read(new Float32Array(bytes.buffer, bytes.byteOffset, bytes.length / 4), offset);
  if (!littleEndianHost) asBuffer(bytes).swap32();
  return bytes.length / 4;
}

async function copyFew(source: WeightSource, count: number, stream: FileStream, buffer: Float32Array): Promise<number> {
  const values = buffer.subarray(0, count);
  await source.read(values, 0);
  const bytes = asBuffer(values);
  if (!littleEndianHost) bytes.swap32();
  await stream.write(bytes);
  return count;
}

async function copyRounded(source: WeightSource, offset: number, rest: number, stream: FileStream, buffer: Float32Array, half: HalfRounding): Promise<number> {
  const bytes = await stream.room(2 * Math.min(rest, buffer.length), 2);
  const values = buffer.subarray(0, bytes.length / 2);
  await source.read(values, offset);
  half.round(values, new Uint16Array(bytes.buffer, bytes.byteOffset, values.length));
  if (!littleEndianHost) asBuffer(bytes).swap16();
  return values.length;
}

const asBuffer = ({ buffer, byteOffset, byteLength }: ArrayBufferView): Buffer => Buffer.from(buffer, byteOffset, byteLength);
