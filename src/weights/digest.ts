import { createHash } from "node:crypto";
import { availableParallelism } from "node:os";
import { Worker } from "node:worker_threads";

/** SHA-256 of pieces of one memory, in the order in which they are added. */
export interface Digest {
  /** Pieces added so far. */
  readonly added: number;
  /** The bytes [from, to) come next. They must stay as they are until they are taken. A promise where the way to the digest is full. */
  add(from: number, to: number): void | Promise<void>;
  /** Resolves when the first `count` pieces have been taken. */
  taken(count: number): Promise<void>;
  /** Resolves when all are taken: the digest in hexadecimal. Nothing can be added any more. */
  digest(): Promise<string>;
  /** Ends what goes on, whatever it does. */
  abandon(): Promise<void>;
}

/** Below this a thread takes longer to start than the bytes take to hash. */
const worthAThread = 16 * 1024 * 1024;

/** `expectedBytes`: of all pieces together. */
export const digestOf = (memory: SharedArrayBuffer, expectedBytes: number): Digest =>
  expectedBytes >= worthAThread && availableParallelism() > 1 ? new ThreadDigest(memory) : new DirectDigest(memory);

/** Takes each piece as it is added. */
export class DirectDigest implements Digest {
  added = 0;
  private readonly hash = createHash("sha256");
  private readonly bytes: Uint8Array;

  constructor(memory: SharedArrayBuffer) {
    this.bytes = new Uint8Array(memory);
  }

  add(from: number, to: number): void {
    this.hash.update(this.bytes.subarray(from, to));
    this.added++;
  }

  async taken(): Promise<void> {}

  async digest(): Promise<string> {
    return this.hash.digest("hex");
  }

  async abandon(): Promise<void> {}
}

/** Pieces on their way to the thread, as `from` and `to` in turn; an empty one is the end. */
const queueLength = 64;
/** Where the shared numbers stand: pieces added, pieces taken, then the queue. */
const [addedAt, takenAt, queueAt] = [0, 1, 2];

const program = `
  const { parentPort, workerData: { memory, numbers } } = require("node:worker_threads");
  const hash = require("node:crypto").createHash("sha256");
  const bytes = new Uint8Array(memory);
  for (let taken = 0; ; taken++) {
    Atomics.wait(numbers, ${addedAt}, taken);
    const at = ${queueAt} + 2 * (taken % ${queueLength});
    const [from, to] = [numbers[at], numbers[at + 1]];
    if (from === to) break;
    hash.update(bytes.subarray(from, to));
    Atomics.store(numbers, ${takenAt}, taken + 1);
    Atomics.notify(numbers, ${takenAt});
  }
  parentPort.postMessage(hash.digest("hex"));`;

/** A thread of its own, which reads the same memory: no byte is copied, and nobody waits while it keeps up. */
export class ThreadDigest implements Digest {
  added = 0;
  private readonly numbers = new Int32Array(new SharedArrayBuffer(4 * (queueAt + 2 * queueLength)));
  private readonly worker: Worker;
  private readonly result: Promise<string>;
  private failed: { readonly error: unknown } | undefined;

  constructor(memory: SharedArrayBuffer) {
    this.worker = new Worker(program, { eval: true, workerData: { memory, numbers: this.numbers } });
    this.result = new Promise((resolve, reject) => {
      this.worker.once("message", resolve);
      this.worker.once("error", reject);
    });
    this.result.catch((error: unknown) => void (this.failed = { error }));
  }

  add(from: number, to: number): void | Promise<void> {
    if (from < to) return this.queue(from, to);
  }

  async taken(count: number): Promise<void> {
    for (let taken = Atomics.load(this.numbers, takenAt); taken < count; taken = Atomics.load(this.numbers, takenAt)) {
      if (this.failed) throw this.failed.error;
      // Waiting for good would keep the thread's own failure from being heard.
      if (Atomics.wait(this.numbers, takenAt, taken, mostWait) === "timed-out") await new Promise((resolve) => setImmediate(resolve));
    }
  }

  async digest(): Promise<string> {
    await this.queue(0, 0);
    return this.result;
  }

  async abandon(): Promise<void> {
    await this.worker.terminate();
  }

  private queue(from: number, to: number): void | Promise<void> {
    if (this.added - Atomics.load(this.numbers, takenAt) >= queueLength) return this.taken(this.added - queueLength + 1).then(() => this.queue(from, to));
    const at = queueAt + 2 * (this.added % queueLength);
    this.numbers[at] = from;
    this.numbers[at + 1] = to;
    this.added++;
    Atomics.store(this.numbers, addedAt, this.added);
    Atomics.notify(this.numbers, addedAt);
  }
}

/** Milliseconds. */
const mostWait = 20;
