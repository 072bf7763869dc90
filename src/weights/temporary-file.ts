import { randomBytes } from "node:crypto";
import { mkdtempSync, rmSync } from "node:fs";
import { type FileHandle, open, rename, rm, stat } from "node:fs/promises";
import { tmpdir } from "node:os";
import { dirname, join } from "node:path";
import { setImmediate } from "node:timers/promises";

/** A file under a temporary name in the folder where it will live. */
export interface TemporaryFile {
  readonly handle: FileHandle;
  /** Puts the file, safely on the disk, in the place of whatever has its name, with the permissions of that. The handle stays open. */
  keep(): Promise<void>;
  /** Closes the handle, and removes the file unless it was kept. */
  close(): Promise<void>;
}

/**
 * Begins a file that takes its place at `path` only when it is whole: until `keep`, what was at `path` stays as it is.
 * If the process ends before that, by Ctrl-C too, the temporary file is removed. Rejects with the system's own error.
 */
export async function temporaryFile(path: string): Promise<TemporaryFile> {
  const temporary = join(dirname(path), `.segc-${process.pid}-${randomBytes(6).toString("hex")}.tmp`);
  const handle = await open(temporary, "wx+");
  guard(temporary);
  return {
    handle,
    async keep() {
      const earlier = await stat(path).catch(() => undefined);
      if (earlier !== undefined) await handle.chmod(earlier.mode & 0o7777);
      await handle.sync();
      await rename(temporary, path);
      unguard(temporary);
    },
    async close() {
      await handle.close().catch(() => undefined);
      if (!guarded.has(temporary)) return;
      await rm(temporary, { force: true }).catch(() => undefined);
      unguard(temporary);
    },
  };
}

/** Writes a whole file so that a reader, and an interrupted run, sees either the old one or the new one. */
export async function replaceFile(path: string, bytes: Uint8Array): Promise<void> {
  const file = await temporaryFile(path);
  try {
    await file.handle.writeFile(bytes);
    await file.keep();
  } finally {
    await file.close();
  }
}

/** A folder for files that nobody is to keep. */
export interface TemporaryFolder {
  readonly path: string;
  /** Removes it with all that is in it. */
  remove(): Promise<void>;
}

/** Begins a folder among the system's temporary ones, named after `use`. It is removed when the process ends, by Ctrl-C too. */
export function temporaryFolder(use: string): TemporaryFolder {
  const path = mkdtempSync(join(tmpdir(), `segc-${use}-`));
  guard(path);
  return {
    path,
    async remove() {
      // A signal that came while native code held the thread is heard now; without a listener it would be lost.
      await setImmediate();
      // Where a file is still in use and cannot go, the end of the process tries once more.
      if (removed(path)) unguard(path);
    },
  };
}

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;
const guarded = new Set<string>();

function removed(path: string): boolean {
  try {
    rmSync(path, { recursive: true, force: true });
    return true;
  } catch {
    return false;
  }
}

function removeGuarded(): void {
  // What is not ours to remove any more stays: nothing else can be done while the process ends.
  for (const path of guarded) removed(path);
  guarded.clear();
}

function onSignal(signal: NodeJS.Signals): void {
  // Whoever else listens decides whether the process ends; "exit" cleans up if it does.
  if (process.listenerCount(signal) > 1) return;
  removeGuarded();
  stopListening();
  process.kill(process.pid, signal); // with no listener left: ends the process as if we had never listened
}

function guard(path: string): void {
  if (guarded.size === 0) {
    process.on("exit", removeGuarded);
    for (const signal of signals) process.on(signal, onSignal);
  }
  guarded.add(path);
}

function unguard(path: string): void {
  guarded.delete(path);
  if (guarded.size === 0) stopListening();
}

function stopListening(): void {
  process.off("exit", removeGuarded);
  for (const signal of signals) process.off(signal, onSignal);
}
