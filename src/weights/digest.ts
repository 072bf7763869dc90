import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** SHA-256 of a file while it is being written from front to back. */
export interface Digest {
  /** The file, which must be open for reading too until the digest is there. Asked for once, before anything is written. */
  begin(descriptor: number): void;
  /** These bytes have been written behind those before. */
  wrote(bytes: Uint8Array): void;
  /** Of all that was written, in hexadecimal. Nothing can be written any more. */
  digest(): Promise<string>;
  /** Ends what goes on, whatever it does. */
  abandon(): Promise<void>;
}

/** Below this a thread takes longer to start than the bytes take to hash. */
const worthAThread = 16 * 1024 * 1024;

/** For a file of about this size. */
export const digestFor = (expectedBytes: number): Digest => (expectedBytes >= worthAThread && availableParallelism() > 1 ? new ThreadDigest() : new DirectDigest());

/** Takes the bytes as they are written. */
export class DirectDigest implements Digest {
  private readonly hash = createHash("sha256");

  begin(): void {}

  wrote(bytes: Uint8Array): void {
    this.hash.update(bytes);
  }

  async digest(): Promise<string> {
    return this.hash.digest("hex");
  }

  async abandon(): Promise<void> {}
}

/** Where the shared numbers stand: how many bytes have been written (-1 - n where these n are all), and the descriptor. */
const [writtenAt, descriptorAt] = [0, 1];

const program = `
  const { parentPort, workerData: numbers } = require("node:worker_threads");
  const { readSync } = require("node:fs");
  const hash = require("node:crypto").createHash("sha256");
  const bytes = new Uint8Array(1024 * 1024);
  for (let at = 0, seen = 0n; seen >= 0n; ) {
    Atomics.wait(numbers, ${writtenAt}, seen);
    seen = Atomics.load(numbers, ${writtenAt});
    for (const end = Number(seen < 0n ? -1n - seen : seen); at < end; ) {
      const count = readSync(Number(numbers[${descriptorAt}]), bytes, 0, Math.min(bytes.length, end - at), at);
      if (count === 0) throw new Error("what was written cannot be read again: the file has only " + at + " bytes");
      hash.update(bytes.subarray(0, count));
      at += count;
    }
  }
  parentPort.postMessage(hash.digest("hex"));`;

/** A thread of its own, which reads the file out of the system's memory behind the one that writes: neither waits for the other. */
export class ThreadDigest implements Digest {
  private written = 0;
  private readonly numbers = new BigInt64Array(new SharedArrayBuffer(16));
  private readonly worker = new Worker(program, { eval: true, workerData: this.numbers });
  private readonly result: Promise<string>;

  constructor() {
    this.result = new Promise((resolve, reject) => {
      this.worker.once("message", resolve);
      this.worker.once("error", reject);
    });
    this.result.catch(() => undefined); // seen by `digest`
  }

  begin(descriptor: number): void {
    this.numbers[descriptorAt] = BigInt(descriptor);
  }

  wrote(bytes: Uint8Array): void {
    this.written += bytes.length;
    this.tell(BigInt(this.written));
  }

  digest(): Promise<string> {
    this.tell(BigInt(-1 - this.written));
    return this.result;
  }

  async abandon(): Promise<void> {
    await this.worker.terminate();
  }

  private tell(written: bigint): void {
    Atomics.store(this.numbers, writtenAt, written);
    Atomics.notify(this.numbers, writtenAt);
  }
}
