import { closeSync, constants, fstatSync, openSync, readSync } from "node:fs";
import { CheckpointProblem } from "./problem.js";

/** Bytes that are fetched by ranges. */
export interface Bytes {
  /** The file that they come from, for messages. */
  readonly file: string;
  readonly size: number;
  /** `read` returns a promise; it wants ascending positions. */
  readonly slow?: boolean;
  /** Fills `target` with the bytes from `position` on. Throws or rejects with `CheckpointProblem` where there are not so many. */
  read(target: Uint8Array, position: number): void | Promise<void>;
}

/** Bytes that are there at once: a file, or a part of it. */
export interface ReadyBytes extends Bytes {
  read(target: Uint8Array, position: number): void;
}

/** A regular file, read by `pread`: only what is asked for passes through memory. */
export class FileBytes implements ReadyBytes {
  private open = true;
  private constructor(
    readonly file: string,
    readonly size: number,
    private readonly descriptor: number,
  ) {}

  /** Throws the system's own error, or `CheckpointProblem` for what is no regular file. */
  static open(path: string): FileBytes {
    // Without O_NONBLOCK, opening a pipe would wait for its writer.
    const descriptor = openSync(path, constants.O_RDONLY | (constants.O_NONBLOCK ?? 0));
    const stat = fstatSync(descriptor);
    if (stat.isFile()) return new FileBytes(path, stat.size, descriptor);
    closeSync(descriptor);
    throw new CheckpointProblem(path, "", stat.isDirectory() ? "it is a folder, not a file" : "it is not a regular file");
  }

  read(target: Uint8Array, position: number): void {
    for (let at = 0; at < target.length; ) {
      const count = this.open ? readSync(this.descriptor, target, at, target.length - at, position + at) : 0;
      if (count === 0) throw new CheckpointProblem(this.file, `byte ${position + at}`, `the file ends here, and ${target.length - at} more bytes are needed`);
      at += count;
    }
  }

  close(): void {
    if (this.open) closeSync(this.descriptor);
    this.open = false;
  }
}

/** `size` bytes of `whole` from `start` on. What lies outside is a problem of `where`. */
export function part(whole: ReadyBytes, start: number, size: number, where: string): ReadyBytes {
  if (!(start >= 0 && size >= 0 && start + size <= whole.size))
    throw new CheckpointProblem(whole.file, where, `it lies at the bytes ${start} to ${start + size}, and there are only ${whole.size}`);
  return {
    file: whole.file,
    size,
    read(target, position) {
      if (position + target.length > size) throw new CheckpointProblem(whole.file, where, `it has ${size} bytes, and ${position + target.length} are needed`);
      whole.read(target, start + position);
    },
  };
}

/** Bytes that are in memory. */
export const inMemory = (file: string, bytes: Uint8Array): ReadyBytes => ({
  file,
  size: bytes.length,
  read(target, position) {
    if (position + target.length > bytes.length) throw new CheckpointProblem(file, "", `there are ${bytes.length} bytes, and ${position + target.length} are needed`);
    target.set(bytes.subarray(position, position + target.length));
  },
});

/** A copy of a range, which must not be longer than the caller's own limit. */
export function take(bytes: ReadyBytes, position: number, size: number): Uint8Array {
  if (position + size > bytes.size) throw new CheckpointProblem(bytes.file, `byte ${position}`, `the file is cut off: ${size} bytes are needed here, and ${Math.max(0, bytes.size - position)} are left`);
  const target = new Uint8Array(size);
  bytes.read(target, position);
  return target;
}

export const viewOf = (bytes: Uint8Array): DataView => new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength);

/** An unsigned 64-bit little-endian number; beyond 2^53 not exact, but still too large for whatever it is compared with. */
export const readU64 = (view: DataView, at: number): number => view.getUint32(at, true) + view.getUint32(at + 4, true) * 2 ** 32;
