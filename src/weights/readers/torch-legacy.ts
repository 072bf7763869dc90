import { type ReadyBytes, part, readU64, take, viewOf } from "./bytes.js";
import { limits } from "./limits.js";
import type { PickleStorage, PickleValue } from "./pickle/values.js";
import { is } from "./pickle/values.js";
import { CheckpointProblem, quoted } from "./problem.js";
import { bytesOf, findStateDict, storedTensors } from "./state-dict.js";
import { type TorchContents, unpickleAt } from "./torch-zip.js";

/** The pickle of a number that no other file begins with. */
export const legacyMagic = Uint8Array.of(0x80, 0x02, 0x8a, 0x0a, 0x6c, 0xfc, 0x9c, 0x46, 0xf9, 0x20, 0x6a, 0xa8, 0x50, 0x19);

/**
 * `torch.save` before 1.6: five pickles one behind the other (magic, version, system, object, keys), then for each key
 * its number of elements and the elements. Throws `CheckpointProblem`.
 */
export function readTorchLegacy(file: ReadyBytes): TorchContents {
  const head = take(file, 0, Math.min(file.size, limits.pickleBytes));
  const budget = { objects: 0 };
  const storages = new Map<string, PickleStorage>();
  const differing = new Set<string>();
  const remember = (storage: PickleStorage): void => {
    const known = storages.get(storage.key);
    if (known !== undefined && (known.dtype !== storage.dtype || known.count !== storage.count)) differing.add(storage.key);
    storages.set(storage.key, storage);
  };
  let at = 0;
  const next = (): PickleValue => {
    const { value, end } = unpickleAt(file.file, "", head, at, budget, remember);
    at = end;
    return value;
  };
  next();
  const version = next();
  if (version !== 1001) throw new CheckpointProblem(file.file, `byte ${legacyMagic.length}`, "its version is not 1001");
  const system = next();
  const little = is(system, "dict") ? system.entries.get("little_endian") : undefined;
  if (typeof little !== "boolean") throw new CheckpointProblem(file.file, "", "it does not say in which order its bytes are");
  const root = next();
  const keys = next();
  if (!is(keys, "list")) throw new CheckpointProblem(file.file, `byte ${at}`, "it has no list of its storages");

  const starts = new Map<string, number>();
  for (const key of keys.items) {
    const storage = typeof key === "string" ? storages.get(key) : undefined;
    if (typeof key !== "string" || storage === undefined || starts.has(key) || differing.has(key)) throw new CheckpointProblem(file.file, `byte ${at}`, `the storage ${quoted(String(typeof key === "string" ? key : "?"))} is not one of those that the tensors use`);
    const count = readU64(viewOf(take(file, at, 8)), 0);
    if (count !== storage.count) throw new CheckpointProblem(file.file, `byte ${at}`, `the storage ${quoted(key)} has ${count} elements here, and ${storage.count} where it is used`);
    starts.set(key, at + 8);
    at += 8 + count * bytesOf(storage);
    if (at > file.size) throw new CheckpointProblem(file.file, `byte ${starts.get(key)!}`, `the file is cut off: the storage ${quoted(key)} ends at byte ${at}, the file at ${file.size}`);
  }
  const found = findStateDict(root, file.file);
  const tensors = storedTensors(found, file.file, (storage) => {
    const start = starts.get(storage.key);
    if (start === undefined) throw new CheckpointProblem(file.file, "", `the storage ${quoted(storage.key)} is not there`);
    return { bytes: part(file, start, storage.count * bytesOf(storage), `storage ${quoted(storage.key)}`), start: 0, bigEndian: !little };
  });
  return { tensors, path: found.path };
}
