import { lstatSync, realpathSync } from "node:fs";
import { dirname, join, sep } from "node:path";
import { FileBytes, take } from "./bytes.js";
import { limits } from "./limits.js";
import { CheckpointProblem, quoted } from "./problem.js";
import { type Contents, readSafetensors } from "./safetensors.js";
import type { StoredTensor } from "./stored-tensor.js";

/**
 * `model.safetensors.index.json`: which file beside it has which tensor. Checked: the files are plain names in the same
 * folder, and have exactly the tensors that the index promises of them. `opened` gets every file, also when it throws.
 */
export function readSafetensorsIndex(file: FileBytes, opened: FileBytes[]): Contents {
  if (file.size > limits.headerBytes) throw new CheckpointProblem(file.file, "", `an index of ${file.size} bytes is not read; at most ${limits.headerBytes}`);
  let index: unknown;
  try {
    index = JSON.parse(new TextDecoder("utf-8", { fatal: true }).decode(take(file, 0, file.size)));
  } catch (error) {
    throw new CheckpointProblem(file.file, "", `it is no JSON: ${error instanceof Error ? error.message.slice(0, 120) : ""}`);
  }
  const map: unknown = typeof index === "object" && index !== null ? (index as Record<string, unknown>)["weight_map"] : undefined;
  if (typeof map !== "object" || map === null || Array.isArray(map)) throw new CheckpointProblem(file.file, "", "it has no `weight_map` from names to files");

  const wanted = new Map<string, Set<string>>();
  for (const [name, shard] of Object.entries(map)) {
    if (typeof shard !== "string") throw new CheckpointProblem(file.file, `weight_map, ${quoted(name)}`, "a file name is expected");
    wanted.set(shard, (wanted.get(shard) ?? new Set()).add(name));
  }
  if (wanted.size > limits.shards) throw new CheckpointProblem(file.file, "weight_map", `it names ${wanted.size} files; at most ${limits.shards} are opened`);

  const tensors: StoredTensor[] = [];
  for (const [shard, names] of wanted) {
    const path = beside(file.file, shard);
    const shardFile = FileBytes.open(path);
    opened.push(shardFile);
    const found = readSafetensors(shardFile).tensors;
    const there = new Set(found.map(({ name }) => name));
    for (const name of names) if (!there.has(name)) throw new CheckpointProblem(file.file, `weight_map, ${quoted(name)}`, `${quoted(shard)} does not have it`);
    tensors.push(...found.filter(({ name }) => names.has(name)));
  }
  return { tensors, metadata: {} };
}

/**
 * The file that another one names as lying beside it. Absolute paths, `..` and links that lead out of the folder are
 * refused: a checkpoint has no business elsewhere.
 */
export function beside(file: string, name: string): string {
  const folder = dirname(file);
  const refuse = (what: string): CheckpointProblem => new CheckpointProblem(file, quoted(name), what);
  if (name === "" || name.includes("\0") || /^([/\\]|[A-Za-z]:)/.test(name) || name.split(/[/\\]/).includes("..")) throw refuse("a file that is named here must lie in the same folder or below");
  const path = join(folder, name);
  let real: string;
  try {
    lstatSync(path);
    real = realpathSync(path);
  } catch {
    throw refuse(`there is no such file beside it`);
  }
  const root = realpathSync(folder);
  if (!real.startsWith(root.endsWith(sep) ? root : root + sep)) throw refuse("it is a link that leads out of the folder");
  return path;
}
