import { basename } from "node:path";
import { elementCount } from "../onnx/element-types.js";
import { type LayOutOptions, layOut, ModelTooLarge, type OnnxLayout } from "../onnx/encode.js";
import type { OnnxModel, Weight } from "../onnx/model.js";
import { copyBuffers, copyWeight } from "./copy-weight.js";
import { digestOf } from "./digest.js";
import { type HalfLoss, HalfRounding } from "./half-weights.js";
import { FileStream, streamMemory } from "./file-stream.js";
import { temporaryFile, type TemporaryFile } from "./temporary-file.js";
import type { WeightSource } from "./weight-source.js";

export interface WriteModelOptions {
  /** The .onnx file. Its folder must exist; an older file is replaced when the new one is whole. */
  readonly path: string;
  /** Asked once for each weight, in the model's order. */
  readonly values: (weight: Weight) => WeightSource;
  /** Put the weights into `<path>.data`. Done by itself where one file would exceed 2 GiB. */
  readonly external?: boolean;
  /** Write no weights: they become inputs of the graph. */
  readonly none?: boolean;
  /**
   * Put the digest of the weights into the file's metadata: the model has `digestPlaceholder` as the value of an entry,
   * which stands behind the weights and gets its value last.
   */
  readonly digest?: boolean;
  /** Bytes made so far and in all, over both files; called some times for each megabyte. */
  readonly onProgress?: (done: number, total: number) => void;
}

export interface WrittenModel {
  /** Size and SHA-256 (hexadecimal) of the .onnx file. */
  readonly bytes: number;
  readonly sha256: string;
  /** The same of the external data file, where there is one. */
  readonly externalPath?: string;
  readonly externalBytes?: number;
  readonly externalSha256?: string;
  /** SHA-256 of the values of all weights as they are written, little-endian, in the model's order; where it was asked for. */
  readonly weightsSha256?: string;
  /** Weights of which values became infinite or zero in float16. */
  readonly halfLosses?: readonly HalfLoss[];
}

/** As long as what takes its place. */
export const digestPlaceholder = "segc-weights-sha256-".padEnd(64, "0");

/**
 * Writes a model, streaming its weights: memory use does not depend on their size. The same model and values give the
 * same bytes. If anything fails (a source, the disk, Ctrl-C), what was at `path` stays as it was and nothing else stays
 * behind; the error is passed on. With external data the two files are renamed one after the other, the data first.
 */
export async function writeModel(model: OnnxModel, options: WriteModelOptions): Promise<WrittenModel> {
  const layout = chooseLayout(model, options);
  const total = layout.totalBytes + layout.externalBytes;
  const temporaries: TemporaryFile[] = [];
  const memory = streamMemory(total);
  const buffers = copyBuffers();
  const digest = options.digest ? digestOf(memory, total) : undefined;
  let weightsSha256: string | undefined;
  let before = 0;

  const writeFile = async (path: string, size: number, fill: (stream: FileStream) => Promise<void>): Promise<string> => {
    const temporary = await temporaryFile(path);
    temporaries.push(temporary);
    const stream = new FileStream(temporary.handle, memory, size);
    try {
      await fill(stream);
      return await stream.finish();
    } finally {
      await stream.abandon();
      before += stream.bytes;
    }
  };
  const losses: HalfLoss[] = [];
  const writeWeight = async (weight: Weight, stream: FileStream): Promise<void> => {
    const half = weight.type === "float16" ? new HalfRounding() : undefined;
    const copy = (): Promise<void> =>
      copyWeight(options.values(weight), elementCount(weight.shape), stream, { buffers, progress: () => options.onProgress?.(before + stream.bytes, total), half });
    await (digest ? stream.into(digest, copy) : copy());
    const loss = half?.loss(weight.name);
    if (loss && loss.overflowed + loss.vanished > 0) losses.push(loss);
  };
  const lastWeight = layout.segments.findLastIndex((segment) => segment.kind === "weight");

  try {
    const externalPath = externalPathOf(options.path);
    let externalSha256: string | undefined;
    if (layout.external.length > 0) {
      externalSha256 = await writeFile(externalPath, layout.externalBytes, async (stream) => {
        for (const { weight, offset } of layout.external) {
          await stream.zeros(offset - stream.bytes);
          await writeWeight(weight, stream);
        }
      });
    }
    const sha256 = await writeFile(options.path, layout.totalBytes, async (stream) => {
      for (const [index, segment] of layout.segments.entries()) {
        if (segment.kind === "weight") await writeWeight(segment.weight, stream);
        else if (digest === undefined || index < lastWeight) await stream.write(segment.bytes);
        else await stream.write(withDigest(segment.bytes, (weightsSha256 ??= await digest.digest())));
      }
    });
    for (const temporary of temporaries) await temporary.keep();
    options.onProgress?.(total, total);
    return {
      bytes: layout.totalBytes,
      sha256,
      ...(externalSha256 === undefined ? {} : { externalPath, externalBytes: layout.externalBytes, externalSha256 }),
      ...(losses.length > 0 ? { halfLosses: losses } : {}),
      ...(weightsSha256 === undefined ? {} : { weightsSha256 }),
    };
  } finally {
    for (const temporary of temporaries) await temporary.discard();
    await digest?.abandon();
  }
}

/** The bytes with the placeholder, where they have it, replaced. */
function withDigest(bytes: Uint8Array, digest: string): Uint8Array {
  const copy = Buffer.from(bytes);
  const at = copy.lastIndexOf(digestPlaceholder);
  if (at >= 0) copy.write(digest, at, "latin1");
  return copy;
}

const externalPathOf = (path: string): string => `${path}.data`;

function chooseLayout(model: OnnxModel, options: WriteModelOptions): OnnxLayout {
  const external: LayOutOptions = { weights: "external", externalName: basename(externalPathOf(options.path)) };
  if (options.none) return layOut(model, { weights: "none" });
  if (options.external) return layOut(model, external);
  try {
    return layOut(model, { weights: "embedded" });
  } catch (error) {
    if (error instanceof ModelTooLarge) return layOut(model, external);
    throw error;
  }
}
