import { basename } from "node:path";
import { FileBytes, take } from "./bytes.js";
import { npyMagic, readNpy } from "./npy.js";
import { readOnnxInitialisers } from "./onnx-initialisers.js";
import { CheckpointProblem, quoted } from "./problem.js";
import { readSafetensorsIndex } from "./safetensors-index.js";
import { readSafetensors } from "./safetensors.js";
import { type StoredTensor, countOf, forget, readStored } from "./stored-tensor.js";
import { legacyMagic, readTorchLegacy } from "./torch-legacy.js";
import { isTorchZip, readTorchZip } from "./torch-zip.js";
import { readZip } from "./zip.js";

export type CheckpointFormat = "safetensors" | "safetensors-index" | "torch" | "torch-legacy" | "npz" | "npy" | "onnx";

export interface CheckpointTensor {
  /** Without the prefix that all names had in common. */
  readonly name: string;
  readonly shape: readonly number[];
  /** As the file's own format calls it: `F16`, `<f4`, `HalfStorage`. */
  readonly dtype: string;
  /** Number of elements. */
  readonly elements: number;
  /** Why its values cannot be had. */
  readonly trouble?: string;
}

/** A file of named tensors. Opening reads descriptions only; values are fetched range by range when they are asked for. */
export interface Checkpoint {
  readonly path: string;
  /** All files that are read: shards and external data too. */
  readonly files: readonly string[];
  readonly format: CheckpointFormat;
  /** In the order of the file. Names are unique. */
  readonly tensors: readonly CheckpointTensor[];
  readonly metadata: Readonly<Record<string, string>>;
  /** Keys under which a .pth file had its state dict: `["state_dict"]`. */
  readonly found: readonly string[];
  /** What all names began with, and is left out: `module.`, or nothing. */
  readonly prefix: string;
  /**
   * Fills `target` with the float32 values of a tensor from the flat index `offset` on (row-major): exact where float32
   * has the value, else rounded. Throws or rejects with `CheckpointProblem`.
   */
  read(name: string, target: Float32Array, offset: number): void | Promise<void>;
  close(): void;
}

/**
 * Opens safetensors (also an index of shards), .npy, .npz, PyTorch .pth of either kind, or the initialisers of an ONNX
 * file; which of them it is, its bytes say. Rejects with `CheckpointProblem`, or with the system's own error.
 */
export async function openCheckpoint(path: string): Promise<Checkpoint> {
  const opened: FileBytes[] = [FileBytes.open(path)];
  const close = (): void => {
    for (const file of opened) {
      file.close();
      forget(file.file);
    }
  };
  try {
    return checkpoint(path, await readAny(opened[0]!, opened), opened.map(({ file }) => file), close);
  } catch (error) {
    close();
    throw error;
  }
}

interface Contents {
  readonly format: CheckpointFormat;
  readonly tensors: readonly StoredTensor[];
  readonly metadata?: Readonly<Record<string, string>>;
  readonly path?: readonly string[];
}

async function readAny(file: FileBytes, opened: FileBytes[]): Promise<Contents> {
  if (file.size === 0) throw new CheckpointProblem(file.file, "", "it is empty");
  const head = take(file, 0, Math.min(file.size, 512));
  const begins = (bytes: Iterable<number>, at = 0): boolean => [...bytes].every((byte, index) => head[at + index] === byte);
  const text = (word: string): Uint8Array => new TextEncoder().encode(word);

  if (begins(text("PK\u0003\u0004")) || begins(text("PK\u0005\u0006"))) return readAnyZip(file);
  if (begins(legacyMagic)) return { format: "torch-legacy", ...readTorchLegacy(file) };
  if (begins(npyMagic)) return { format: "npy", tensors: [await readNpy(file, basename(file.file).replace(/\.npy$/i, ""), "")] };
  // The header's length comes first, and is less than 2^40; an ONNX file may have a brace there by chance.
  if (head[8] === 0x7b && (head[0] !== 0x08 || (head[5] === 0 && head[6] === 0 && head[7] === 0))) return { format: "safetensors", ...readSafetensors(file) };
  if (head[0] === 0x7b) return { format: "safetensors-index", ...readSafetensorsIndex(file, opened) };
  for (const [magic, at, what] of foreign) if (begins(typeof magic === "string" ? text(magic) : magic, at)) throw new CheckpointProblem(file.file, "", what, "save it as safetensors: safetensors.torch.save_file(model.state_dict(), FILE)");
  if (head[0] === 0x08 || head[0] === 0x3a) return { format: "onnx", ...readOnnxInitialisers(file, opened) };
  throw new CheckpointProblem(file.file, "", "it is none of safetensors, .npz, .npy, PyTorch .pth or ONNX");
}

/** Formats that are known and not read. */
const foreign: readonly (readonly [magic: string | readonly number[], at: number, what: string])[] = [
  ["HDF", 1, "it is HDF5 (Keras), which is not read"],
  ["GGUF", 0, "it is GGUF, which is not read"],
  ["ustar", 257, "it is a tar archive: a .pth file from before PyTorch 0.4, which is not read"],
  [[0x1f, 0x8b], 0, "it is compressed with gzip; unpack it first"],
  [[0x80], 0, "it is a pickle that torch.save did not write; pickles of other programs are not read"],
];

async function readAnyZip(file: FileBytes): Promise<Contents> {
  const entries = readZip(file);
  if (isTorchZip(entries)) return { format: "torch", ...readTorchZip(file, entries) };
  const arrays = entries.filter(({ name }) => name.endsWith(".npy"));
  if (arrays.length === 0 && entries.length > 0) throw new CheckpointProblem(file.file, "", "it is a zip file without data.pkl (PyTorch) and without .npy files (numpy)");
  const tensors: StoredTensor[] = [];
  for (const entry of arrays) tensors.push(await readNpy(entry.bytes, entry.name.slice(0, -".npy".length), `entry ${quoted(entry.name)}`));
  return { format: "npz", tensors };
}

/** What wrappers put before every name: DataParallel, Lightning, torch.compile. */
export const wrappers: readonly string[] = ["module.", "model.", "_orig_mod.", "net."];

function checkpoint(path: string, { format, tensors, metadata = {}, path: found = [] }: Contents, files: readonly string[], close: () => void): Checkpoint {
  const prefix = commonPrefix(tensors.map(({ name }) => name));
  const byName = new Map(tensors.map((tensor) => [tensor.name.slice(prefix.length), tensor]));
  return {
    path, files, format, metadata, found, prefix, close,
    tensors: [...byName].map(([name, { shape, dtypeName, trouble }]) => ({ name, shape, dtype: dtypeName, elements: countOf(shape), ...(trouble === undefined ? {} : { trouble }) })),
    read(name, target, offset) {
      const tensor = byName.get(name);
      if (tensor === undefined) throw new Error(`${path} has no tensor ${name}`);
      return readStored(tensor, target, offset);
    },
  };
}

function commonPrefix(names: readonly string[]): string {
  let prefix = "";
  for (;;) {
    const more: string | undefined = wrappers.find((wrapper) => names.length > 0 && names.every((name) => name.startsWith(prefix + wrapper)));
    if (more === undefined) return prefix;
    prefix += more;
  }
}
