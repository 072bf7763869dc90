import { type ReadyBytes, take } from "./bytes.js";
import { limits } from "./limits.js";
import { PickleFault, type Unpickled, unpickle, type Budget } from "./pickle/machine.js";
import type { PickleStorage } from "./pickle/values.js";
import { CheckpointProblem, quoted } from "./problem.js";
import { bytesOf, findStateDict, storedTensors } from "./state-dict.js";
import type { StoredTensor } from "./stored-tensor.js";
import type { ZipEntry } from "./zip.js";

export interface TorchContents {
  readonly tensors: readonly StoredTensor[];
  /** The keys under which the tensors were found. */
  readonly path: readonly string[];
}

const isPickle = ({ name }: ZipEntry): boolean => /^[^/]*\/data\.pkl$/.test(name);

export const isTorchZip = (entries: readonly ZipEntry[]): boolean => entries.some(isPickle);

/** `torch.save` since 1.6: `<top>/data.pkl` describes, `<top>/data/<key>` are the storages. Throws `CheckpointProblem`. */
export function readTorchZip(file: ReadyBytes, entries: readonly ZipEntry[]): TorchContents {
  const byName = new Map(entries.map((entry) => [entry.name, entry]));
  const pickles = entries.filter(isPickle);
  if (pickles.length !== 1) throw new CheckpointProblem(file.file, "", `it has ${pickles.length} entries data.pkl`);
  const pickleName = pickles[0]!.name;
  const top = pickleName.slice(0, -"data.pkl".length);
  if (byName.has(`${top}constants.pkl`) || entries.some(({ name }) => name.startsWith(`${top}code/`)))
    throw new CheckpointProblem(file.file, "", "it is a TorchScript archive: a program, not a state dict", "save the weights: torch.save(torch.jit.load(FILE).state_dict(), OTHER)");

  const stored = (name: string): ReadyBytes => {
    const entry = byName.get(name);
    if (entry === undefined) throw new CheckpointProblem(file.file, `entry ${quoted(name)}`, "it is not there");
    if (entry.stored === undefined) throw new CheckpointProblem(file.file, `entry ${quoted(name)}`, "it is compressed, as torch never writes it");
    return entry.stored;
  };
  const pickle = stored(pickleName);
  if (pickle.size > limits.pickleBytes) throw new CheckpointProblem(file.file, `entry ${quoted(pickleName)}`, `a pickle of ${pickle.size} bytes is not read; at most ${limits.pickleBytes}`);
  const order = byName.has(`${top}byteorder`) ? new TextDecoder().decode(take(stored(`${top}byteorder`), 0, Math.min(16, stored(`${top}byteorder`).size))).trim() : "little";
  if (order !== "little" && order !== "big") throw new CheckpointProblem(file.file, `entry ${quoted(`${top}byteorder`)}`, `the byte order ${quoted(order)} is not known`);

  const { value } = unpickleAt(file.file, pickleName, take(pickle, 0, pickle.size), 0, { objects: 0 }, () => undefined);
  const found = findStateDict(value, file.file);
  const tensors = storedTensors(found, file.file, (storage) => {
    const bytes = stored(`${top}data/${storage.key}`);
    const expected = storage.count * bytesOf(storage);
    if (bytes.size < expected) throw new CheckpointProblem(file.file, `entry ${quoted(`${top}data/${storage.key}`)}`, `${storage.count} elements of ${storage.typeName} take ${expected} bytes, and it has ${bytes.size}`);
    return { bytes, start: 0, bigEndian: order === "big" };
  });
  return { tensors, path: found.path };
}

/** A pickle, with its faults as problems of `entry`. */
export function unpickleAt(file: string, entry: string, bytes: Uint8Array, start: number, budget: Budget, onStorage: (storage: PickleStorage) => void): Unpickled {
  try {
    return unpickle(bytes, start, budget, onStorage);
  } catch (error) {
    if (!(error instanceof PickleFault)) throw error;
    throw new CheckpointProblem(file, `${entry === "" ? "" : `entry ${quoted(entry)}, `}byte ${error.at}`, `the pickle is refused: ${error.message}`);
  }
}
