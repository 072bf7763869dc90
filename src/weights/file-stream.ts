import type { FileHandle } from "node:fs/promises";
import { type Digest, digestOf } from "./digest.js";

/** Small enough to stay in the processor's cache while it is filled, hashed and written: 4 MB took three times the system's time. */
const partBytes = 512 * 1024;
/** One is filled while others are hashed and on their way to the disk. */
const parts = 4;

/** So many bytes are sent on to the disk while others are still being made; else all of them would be waited for at the end. */
const syncedBytes = 32 * 1024 * 1024;

/** What a stream of so many bytes passes through; digests that read along are made of it. */
export const streamMemory = (expectedBytes: number): SharedArrayBuffer => new SharedArrayBuffer(parts * Math.min(partBytes, Math.max(1, expectedBytes)));

/**
 * Writes a file from front to back through a memory of four parts: while one is filled, the others are hashed and written, so
 * that making the bytes, their digests and the disk's work overlap. An error of the disk rejects a later call.
 */
export class FileStream {
  /** Bytes given to `write` so far. */
  bytes = 0;
  private readonly buffer: Uint8Array;
  private readonly size: number;
  private readonly whole: Digest;
  /** All digests that read the memory. */
  private readonly digests: Digest[];
  /** Where the part that is being filled begins, and where its next byte goes. */
  private start = 0;
  private at = 0;
  /** Waits until a part is free again. */
  private readonly free: (() => Promise<void>)[] = new Array<() => Promise<void>>(parts).fill(async () => undefined);
  private written: Promise<void> = Promise.resolve();
  /** The disk's work on what has been written so far, and how much that is. */
  private synced: Promise<void> = Promise.resolve();
  private syncedTo = 0;
  /** A digest of some of the bytes, and where those begin that it has not got yet. */
  private partial: { readonly digest: Digest; from: number } | undefined;

  constructor(
    private readonly file: FileHandle,
    memory: SharedArrayBuffer,
    expectedBytes: number,
  ) {
    this.buffer = new Uint8Array(memory);
    this.size = memory.byteLength / parts;
    this.whole = digestOf(memory, expectedBytes);
    this.digests = [this.whole];
  }

  /** Copies `bytes`; they may be changed afterwards. A promise only where there is something to wait for. */
  write(bytes: Uint8Array): void | Promise<void> {
    if (bytes.length > this.start + this.size - this.at) return this.writeInPieces(bytes);
    this.put(bytes);
  }

  async zeros(count: number): Promise<void> {
    await this.write(new Uint8Array(count));
  }

  /** What `work` writes goes into this digest too, which must be of the stream's memory. */
  async into(digest: Digest, work: () => Promise<void>): Promise<void> {
    if (!this.digests.includes(digest)) this.digests.push(digest);
    this.partial = { digest, from: this.at };
    await work();
    await digest.add(this.partial.from, this.at);
    this.partial = undefined;
  }

  /** Waits until all is written; returns the SHA-256 of the whole in hexadecimal. That all is on the disk only a sync can say. */
  async finish(): Promise<string> {
    await this.flush();
    await this.written;
    await this.synced;
    return this.whole.digest();
  }

  /** Waits for the write under way, whatever becomes of it: then the file may be closed. */
  async abandon(): Promise<void> {
    await this.written.catch(() => undefined);
    await this.synced.catch(() => undefined);
    await this.whole.abandon();
  }

  private put(bytes: Uint8Array): void {
    this.buffer.set(bytes, this.at);
    this.at += bytes.length;
    this.bytes += bytes.length;
  }

  private async writeInPieces(bytes: Uint8Array): Promise<void> {
    for (let from = 0; from < bytes.length; ) {
      if (this.at === this.start + this.size) await this.flush();
      const piece = bytes.subarray(from, from + this.start + this.size - this.at);
      this.put(piece);
      from += piece.length;
    }
  }

  /** Hands the part on, and waits for the next one to be free. */
  private async flush(): Promise<void> {
    const { start, at } = this;
    await this.whole.add(start, at);
    await this.partial?.digest.add(this.partial.from, at);
    const written = this.written.then(() => writeAll(this.file, this.buffer.subarray(start, at)));
    written.catch(() => undefined); // seen by the next await; not an unhandled rejection until then
    this.written = written;
    if (this.bytes - this.syncedTo >= syncedBytes) this.sync();
    const counts = this.digests.map((digest) => [digest, digest.added] as const);
    this.free[start / this.size] = async () => {
      await written;
      for (const [digest, count] of counts) await digest.taken(count);
    };
    const next = (start + this.size) % this.buffer.length;
    await this.free[next / this.size]!();
    this.start = this.at = next;
    if (this.partial) this.partial.from = next;
  }

  private sync(): void {
    this.syncedTo = this.bytes;
    const { written } = this;
    this.synced = this.synced.then(() => written).then(() => this.file.datasync());
    this.synced.catch(() => undefined); // seen by `finish`
  }
}

async function writeAll(file: FileHandle, bytes: Uint8Array): Promise<void> {
  for (let at = 0; at < bytes.length; ) at += (await file.write(bytes, at)).bytesWritten;
}
