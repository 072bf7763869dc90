import { basename } from "node:path";
import { elementCount, weightBytes } from "../onnx/element-types.js";
import { type LayOutOptions, layOut, ModelTooLarge, type OnnxLayout } from "../onnx/encode.js";
import type { OnnxModel, Weight } from "../onnx/model.js";
import { copyBuffer, copyWeight } from "./copy-weight.js";
import { type Digest, DirectDigest, digestFor } from "./digest.js";
import { type HalfLoss, HalfRounding } from "./half-weights.js";
import { FileStream } from "./file-stream.js";
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
  /** Called with each file before anything of it is written; it may throw. */
  readonly onFile?: (path: string) => void;
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
  /** Weights of which values became infinite or zero in float16. */
  readonly halfLosses?: readonly HalfLoss[];
}

/**
 * Writes a model, streaming its weights: memory use does not depend on their size. The same model and values give the
 * same bytes. If anything fails (a source, the disk, Ctrl-C), what was at `path` stays as it was and nothing else stays
 * behind; the error is passed on. With external data the two files are renamed one after the other, the data first: only a
 * failure between the two leaves new data beside an old graph.
 */
export async function writeModel(model: OnnxModel, options: WriteModelOptions): Promise<WrittenModel> {
  // Its thread starts while the graph is laid out.
  const digest = digestFor(options.none ? 0 : weightBytes(model.weights));
  try {
    return await writeFiles(chooseLayout(model, options), options, digest);
  } finally {
    await digest.abandon();
  }
}

/** `digest`: of the file with the weights. */
async function writeFiles(layout: OnnxLayout, options: WriteModelOptions, digest: Digest): Promise<WrittenModel> {
  const total = layout.totalBytes + layout.externalBytes;
  const streams: FileStream[] = [];
  const buffer = copyBuffer();
  const losses: HalfLoss[] = [];

  const open = async (path: string, of: Digest): Promise<FileStream> => {
    options.onFile?.(path);
    const stream = await FileStream.open(path, of);
    streams.push(stream);
    return stream;
  };
  const progress = (): void => options.onProgress?.(streams.reduce((sum, { bytes }) => sum + bytes, 0), total);
  const writeWeight = async (weight: Weight, stream: FileStream): Promise<void> => {
    const half = weight.type === "float16" ? new HalfRounding() : undefined;
    await copyWeight(options.values(weight), elementCount(weight.shape), stream, { buffer, progress, half });
    const loss = half?.loss(weight.name);
    if (loss && loss.overflowed + loss.vanished > 0) losses.push(loss);
  };

  try {
    const externalPath = externalPathOf(options.path);
    const data = layout.external.length > 0 ? await open(externalPath, digest) : undefined;
    for (const { weight, offset } of layout.external) {
      await data!.zeros(offset - data!.bytes);
      await writeWeight(weight, data!);
    }
    const file = await open(options.path, data ? new DirectDigest() : digest);
    for (const segment of layout.segments) await (segment.kind === "weight" ? writeWeight(segment.weight, file) : file.write(segment.bytes));
    for (const stream of streams) await stream.finish();
    for (const stream of streams) await stream.keep();
    progress();
    return {
      bytes: layout.totalBytes,
      sha256: await file.sha256(),
      ...(data === undefined ? {} : { externalPath, externalBytes: layout.externalBytes, externalSha256: await data.sha256() }),
      ...(losses.length > 0 ? { halfLosses: losses } : {}),
    };
  } finally {
    for (const stream of streams) await stream.close();
  }
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
