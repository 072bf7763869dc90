import { writeSync } from "node:fs";
import type { Digest } from "./digest.js";
import { type TemporaryFile, temporaryFile } from "./temporary-file.js";

/** Small enough to stay in the processor's cache between being filled and being written. */
const bufferBytes = 1024 * 1024;

/** So many bytes are sent on to the disk while others are still being made; else all of them would be waited for at the end. */
const syncedBytes = 32 * 1024 * 1024;

/**
 * Writes a file from front to back, under a temporary name. Writing into the system's memory takes no longer than waking a
 * thread that does it, so it is done at once; the disk's own work and the digest go on beside it. Errors are the system's own.
 *
 *     open -> write, zeros, room ... -> finish -> keep -> sha256      and whatever happens, close
 */
export class FileStream {
  /** Bytes made so far. */
  bytes = 0;
  private readonly buffer = new Uint8Array(bufferBytes);
  private filled = 0;
  /** The disk's work on what has been written so far, and how much that is. */
  private synced: Promise<unknown> = Promise.resolve();
  private syncedTo = 0;

  private constructor(
    private readonly file: TemporaryFile,
    private readonly digest: Digest,
  ) {
    digest.begin(file.handle.fd);
  }

  /** A file that will lie at `path`. */
  static async open(path: string, digest: Digest): Promise<FileStream> {
    try {
      return new FileStream(await temporaryFile(path), digest);
    } catch (error) {
      await digest.abandon(); // its thread waits for bytes
      throw error;
    }
  }

  /** Copies `bytes`; they may be changed afterwards. */
  async write(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      if (this.filled === bufferBytes) await this.flush();
      const piece = bytes.subarray(from, from + bufferBytes - this.filled);
      this.buffer.set(piece, this.filled);
      from += piece.length;
      this.filled += piece.length;
      this.bytes += piece.length;
    }
  }

  zeros(count: number): Promise<void> {
    return this.write(new Uint8Array(count));
  }

  /**
   * Room for the next bytes: at most `most`, at an address where elements of this size may lie, and a multiple of it. All of it
   * must be filled before the next call.
   */
  async room(most: number, elementBytes: 2 | 4): Promise<Uint8Array> {
    if (this.filled % elementBytes !== 0 || this.filled === bufferBytes) await this.flush();
    const length = Math.min(most, bufferBytes - this.filled);
    const begin = this.filled;
    this.filled += length - (length % elementBytes);
    this.bytes += this.filled - begin;
    return this.buffer.subarray(begin, this.filled);
  }

  /** Writes what is left. */
  async finish(): Promise<void> {
    await this.flush();
    await this.synced;
  }

  /** Puts the file, which is whole, safely on the disk and in the place of whatever has its name. */
  keep(): Promise<void> {
    return this.file.keep();
  }

  /** Of the whole file, in hexadecimal. The thread that makes it may still be reading, so that asking for it late costs less. */
  sha256(): Promise<string> {
    return this.digest.digest();
  }

  /** Ends what goes on, and removes the file unless it was kept. */
  async close(): Promise<void> {
    await this.synced.catch(() => undefined);
    await this.digest.abandon();
    await this.file.close();
  }

  private async flush(): Promise<void> {
    const bytes = this.buffer.subarray(0, this.filled);
    for (let at = 0; at < bytes.length; ) at += writeSync(this.file.handle.fd, bytes, at);
    this.digest.wrote(bytes);
    this.filled = 0;
    if (this.bytes - this.syncedTo < syncedBytes) return;
    this.sync();
    // Nothing else here waits for anything: without this turn of the loop Ctrl-C would not be heard.
    await new Promise((resolve) => setImmediate(resolve));
  }

  private sync(): void {
    this.syncedTo = this.bytes;
    this.synced = this.synced.then(() => this.file.handle.datasync());
    this.synced.catch(() => undefined); // seen by `finish`
  }
}
