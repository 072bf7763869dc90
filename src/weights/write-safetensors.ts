import { elementCount } from "../onnx/element-types.js";
import { copyBuffer, copyWeight } from "./copy-weight.js";
import { digestFor } from "./digest.js";
import { FileStream } from "./file-stream.js";
import type { WeightSource } from "./weight-source.js";

export interface SafetensorsEntry {
  readonly name: string;
  readonly shape: readonly number[];
}

export interface WrittenSafetensors {
  readonly bytes: number;
  readonly sha256: string;
}

/**
 * Writes float32 tensors as a safetensors file, streaming: `u64 n | n bytes of JSON, padded to 8 | the values`. The same
 * tensors give the same bytes. The file takes its place at `path` when it is whole. Rejects with the system's own error.
 */
export async function writeSafetensors(
  entries: readonly SafetensorsEntry[],
  options: {
    readonly path: string;
    readonly values: (entry: SafetensorsEntry) => WeightSource;
    readonly metadata?: Readonly<Record<string, string>>;
    readonly onProgress?: (done: number, total: number) => void;
  },
): Promise<WrittenSafetensors> {
  let end = 0;
  const header: [string, unknown][] = entries.map(({ name, shape }) => {
    const begin = end;
    end += 4 * elementCount(shape);
    return [name, { dtype: "F32", shape, data_offsets: [begin, end] }];
  });
  if (options.metadata) header.unshift(["__metadata__", options.metadata]);
  const text = Buffer.from(`{${header.map(([key, value]) => `${JSON.stringify(key)}:${JSON.stringify(value)}`).join(",")}}`);
  const padded = Math.ceil(text.length / 8) * 8;
  const head = Buffer.alloc(8 + padded, " ");
  head.writeBigUInt64LE(BigInt(padded), 0);
  head.set(text, 8);

  const total = head.length + end;
  const buffer = copyBuffer();
  const stream = await FileStream.open(options.path, digestFor(total));
  try {
    await stream.write(head);
    for (const entry of entries) await copyWeight(options.values(entry), elementCount(entry.shape), stream, { buffer, progress: () => options.onProgress?.(stream.bytes, total) });
    await stream.finish();
    await stream.keep();
    return { bytes: total, sha256: await stream.sha256() };
  } finally {
    await stream.close();
  }
}
