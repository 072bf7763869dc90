import { createHash } from "node:crypto";
import type { FileHandle } from "node:fs/promises";

/** Small enough to stay in the processor's cache while it is filled, hashed and written: 4 MB took three times the system's time. */
const bufferBytes = 512 * 1024;

/**
 * Writes a file from front to back through two buffers: while one is on its way to the disk, the other is filled and
 * hashed, so that making the bytes and writing them overlap. An error of the disk rejects a later call.
 *
 * (Hashing in a worker thread over shared memory was tried: on a busy machine of two cores it gained nothing.)
 */
export class FileStream {
  /** Bytes given to `write` so far. */
  bytes = 0;
  private readonly hash = createHash("sha256");
  private filling: Uint8Array;
  private spare: Uint8Array;
  private used = 0;
  /** The buffer that is not being filled is free again. */
  private pending: Promise<void> = Promise.resolve();

  constructor(
    private readonly file: FileHandle,
    expectedBytes: number,
  ) {
    const size = Math.min(bufferBytes, Math.max(1, expectedBytes));
    this.filling = new Uint8Array(size);
    this.spare = new Uint8Array(size);
  }

  /** Copies `bytes`; they may be changed afterwards. A promise only where the disk must be waited for. */
  write(bytes: Uint8Array): void | Promise<void> {
    if (bytes.length > this.filling.length - this.used) return this.writeInPieces(bytes);
    this.filling.set(bytes, this.used);
    this.used += bytes.length;
    this.bytes += bytes.length;
  }

  async zeros(count: number): Promise<void> {
    await this.write(new Uint8Array(count));
  }

  /** Waits until all is written; returns the SHA-256 of the whole in hexadecimal. */
  async finish(): Promise<string> {
    await this.flush();
    await this.pending;
    return this.hash.digest("hex");
  }

  /** Waits for the write under way, whatever becomes of it: then the file may be closed. */
  async abandon(): Promise<void> {
    await this.pending.catch(() => undefined);
  }

  private async writeInPieces(bytes: Uint8Array): Promise<void> {
    for (let at = 0; at < bytes.length; ) {
      if (this.used === this.filling.length) await this.flush();
      const piece = bytes.subarray(at, at + this.filling.length - this.used);
      this.filling.set(piece, this.used);
      this.used += piece.length;
      at += piece.length;
      this.bytes += piece.length;
    }
  }

  private async flush(): Promise<void> {
    const full = this.filling.subarray(0, this.used);
    this.hash.update(full);
    await this.pending;
    this.pending = writeAll(this.file, full);
    this.pending.catch(() => undefined); // seen by the next await; not an unhandled rejection until then
    [this.filling, this.spare] = [this.spare, this.filling];
    this.used = 0;
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
