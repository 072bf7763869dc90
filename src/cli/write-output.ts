/** Files that commands write: into folders that are made where they are missing, and whole or not at all. */
import { accessSync, constants, existsSync, realpathSync, statSync, statfsSync } from "node:fs";
import { mkdir } from "node:fs/promises";
import { dirname, join } from "node:path";
import { replaceFile } from "../weights/temporary-file.js";
import { Failure, systemFailure } from "./failure.js";
import { isInput } from "./inputs.js";
import { shownPath } from "./project.js";
import { bytes } from "./table.js";

/**
 * Makes sure that a file of `size` bytes or more can lie at `path`, or where a link there leads, and runs `write` with that
 * place; what the system says against it becomes a failure.
 */
export async function writing<T>(path: string, write: (path: string) => Promise<T>, size = 0): Promise<T> {
  refuseToReplace(path);
  try {
    const target = existsSync(path) ? realpathSync(path) : path;
    await makeFolder(dirname(target));
    refuseWithoutSpace(target, size);
    return await write(target);
  } catch (error) {
    throw systemFailure(`cannot write ${shownPath(path)}`, error);
  }
}

/** Only a regular file, and none that the command has read, gives way to another. Fails for anything else. */
export function refuseToReplace(path: string): void {
  if (!existsSync(path)) return;
  const stat = statSync(path);
  if (stat.isDirectory()) throw new Failure(`cannot write ${shownPath(path)}: it is a folder`, `give the name of a file: --out ${shownPath(join(path, "name"))}`);
  if (!stat.isFile()) throw new Failure(`cannot write ${shownPath(path)}: it is not a regular file`, "give the name of a file");
  try {
    accessSync(path, constants.W_OK);
  } catch (error) {
    throw systemFailure(`cannot write ${shownPath(path)}`, error);
  }
  if (isInput(path)) throw new Failure(`cannot write ${shownPath(path)}: this command reads it`, "give another name");
}

/** A disk that cannot hold the file is told before gigabytes are written to it. */
function refuseWithoutSpace(path: string, size: number): void {
  const free = freeBytes(dirname(path));
  if (free < size) throw new Failure(`cannot write ${shownPath(path)}: it takes ${bytes(size)}, and the disk has ${bytes(free)} left`, "name a file on another disk: --out FILE");
}

/** Infinity where the file system does not tell. */
function freeBytes(folder: string): number {
  try {
    const { blocks, bavail, bsize } = statfsSync(folder);
    return blocks === 0 ? Infinity : bavail * bsize;
  } catch {
    return Infinity;
  }
}

/** With what is above it. (`mkdir` with `recursive` never comes back where a folder cannot be made, as below /proc: Node 20.) */
async function makeFolder(path: string): Promise<void> {
  if (existsSync(path)) return;
  if (dirname(path) !== path) await makeFolder(dirname(path));
  try {
    await mkdir(path);
  } catch (error) {
    if ((error as NodeJS.ErrnoException).code !== "EEXIST") throw error;
  }
}

export const writeText = (path: string, text: string): Promise<void> => writing(path, (target) => replaceFile(target, Buffer.from(text)));

/** Replaces the text of a file that is there, and that the command has read: behind a link its target. */
export async function rewriteText(path: string, text: string): Promise<void> {
  try {
    accessSync(path, constants.W_OK);
    await replaceFile(realpathSync(path), Buffer.from(text));
  } catch (error) {
    throw systemFailure(`cannot write ${shownPath(path)}`, error);
  }
}
