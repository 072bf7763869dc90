import type { FileStream } from "./file-stream.js";
import type { WeightSource } from "./weight-source.js";

/** Small enough to stay in the processor's cache between being made and being copied. */
const chunkValues = 32 * 1024;
const bigEndian = new Uint8Array(Uint16Array.of(1).buffer)[0] === 0;

/** Writes `count` float32 values, little-endian. `seen`: each piece of bytes on its way. */
export async function copyWeight(source: WeightSource, count: number, stream: FileStream, progress: () => void, seen?: (bytes: Uint8Array) => void | Promise<void>): Promise<void> {
  const values = new Float32Array(Math.min(count, chunkValues));
  for (let offset = 0; offset < count; offset += values.length) {
    const part = values.subarray(0, Math.min(values.length, count - offset));
    const reading = source.read(part, offset);
    if (reading !== undefined) await reading;
    const bytes = Buffer.from(part.buffer, part.byteOffset, part.byteLength);
    if (bigEndian) bytes.swap32();
    const seeing = seen?.(bytes);
    if (seeing !== undefined) await seeing;
    const writing = stream.write(bytes);
    if (writing !== undefined) await writing;
    progress();
  }
}
