import type { FileStream } from "./file-stream.js";
import type { HalfRounding } from "./half-weights.js";
import type { WeightSource } from "./weight-source.js";

/** Small enough to stay in the processor's cache between being made and being copied. */
const chunkValues = 32 * 1024;
const bigEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

export interface CopyOptions {
  readonly progress: () => void;
  /** Gets each piece of bytes that is written. */
  readonly seen?: ((bytes: Uint8Array) => void | Promise<void>) | undefined;
  /** Write float16 instead. */
  readonly half?: HalfRounding | undefined;
}

/** Writes `count` float32 values, little-endian. */
export async function copyWeight(source: WeightSource, count: number, stream: FileStream, { progress, seen, half }: CopyOptions): Promise<void> {
  const values = new Float32Array(Math.min(count, chunkValues));
  const halves = new Uint16Array(half ? values.length : 0);
  for (let offset = 0; offset < count; offset += values.length) {
    const part = values.subarray(0, Math.min(values.length, count - offset));
    const reading = source.read(part, offset);
    if (reading !== undefined) await reading;
    half?.round(part, halves);
    const bytes = half ? Buffer.from(halves.buffer, 0, 2 * part.length) : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    if (bigEndian) half ? bytes.swap16() : bytes.swap32();
    const seeing = seen?.(bytes);
    if (seeing !== undefined) await seeing;
    const writing = stream.write(bytes);
    if (writing !== undefined) await writing;
    progress();
  }
}
