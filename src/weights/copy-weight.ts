import type { FileStream } from "./file-stream.js";
import type { HalfRounding } from "./half-weights.js";
import type { WeightSource } from "./weight-source.js";

/** Small enough to stay in the processor's cache between being made and being copied. */
const chunkValues = 32 * 1024;
const bigEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/** What values pass through, made once for all weights of a file: thousands of buffers would keep the collector busy. */
export interface CopyBuffers {
  readonly values: Float32Array;
  readonly halves: Uint16Array;
}

export const copyBuffers = (): CopyBuffers => ({ values: new Float32Array(chunkValues), halves: new Uint16Array(chunkValues) });

export interface CopyOptions {
  readonly buffers: CopyBuffers;
  readonly progress: () => void;
  /** Write float16 instead. */
  readonly half?: HalfRounding | undefined;
}

/** Writes `count` float32 values, little-endian. */
export async function copyWeight(source: WeightSource, count: number, stream: FileStream, { buffers: { values, halves }, progress, half }: CopyOptions): Promise<void> {
  for (let offset = 0; offset < count; offset += values.length) {
    const part = values.subarray(0, Math.min(values.length, count - offset));
    const reading = source.read(part, offset);
    if (reading !== undefined) await reading;
    half?.round(part, halves);
    const bytes = half ? Buffer.from(halves.buffer, 0, 2 * part.length) : Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    if (bigEndian) half ? bytes.swap16() : bytes.swap32();
    const writing = stream.write(bytes);
    if (writing !== undefined) await writing;
    progress();
  }
}
