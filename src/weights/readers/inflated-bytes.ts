import { Readable, pipeline } from "node:stream";
import { createInflateRaw } from "node:zlib";
import type { Bytes, ReadyBytes } from "./bytes.js";
import { CheckpointProblem, quoted } from "./problem.js";

const piece = 64 * 1024;

/**
 * A deflated file, inflated as it is read: memory does not depend on its size, and never more is inflated than is read.
 * Positions should ascend; going back begins anew. A stream that is shorter or longer than it is said to be is a problem.
 */
export class InflatedBytes implements Bytes {
  readonly slow = true;
  readonly file: string;
  private stream: AsyncIterator<Uint8Array> | undefined;
  private at = 0;
  private rest: Uint8Array = new Uint8Array(0);
  /** One read after the other. */
  private last: Promise<void> = Promise.resolve();

  constructor(
    private readonly packed: ReadyBytes,
    readonly size: number,
    private readonly entry: string,
  ) {
    this.file = packed.file;
  }

  read(target: Uint8Array, position: number): Promise<void> {
    const next = this.last.then(() => this.fill(target, position));
    this.last = next.catch(() => undefined);
    return next;
  }

  private async fill(target: Uint8Array, position: number): Promise<void> {
    if (position + target.length > this.size) throw this.problem(`it has ${this.size} bytes, and ${position + target.length} are needed`);
    if (this.stream === undefined || position < this.at) await this.begin();
    while (this.at < position) this.skip(Math.min(position - this.at, (await this.more()).length));
    for (let filled = 0; filled < target.length; ) {
      const next = (await this.more()).subarray(0, target.length - filled);
      target.set(next, filled);
      filled += next.length;
      this.skip(next.length);
    }
    if (this.at === this.size && (this.rest.length > 0 || !(await this.pull()).done)) throw this.problem(`it is longer than the ${this.size} bytes that it is said to have`);
  }

  private async begin(): Promise<void> {
    await this.stream?.return?.();
    const { packed } = this;
    function* pieces(): Generator<Uint8Array> {
      for (let at = 0; at < packed.size; at += piece) {
        const bytes = new Uint8Array(Math.min(piece, packed.size - at));
        packed.read(bytes, at);
        yield bytes;
      }
    }
    const inflate = createInflateRaw({ chunkSize: piece });
    pipeline(Readable.from(pieces(), { objectMode: true, highWaterMark: 1 }), inflate, () => undefined); // errors arrive where it is read
    this.stream = inflate[Symbol.asyncIterator]() as AsyncIterator<Uint8Array>;
    this.at = 0;
    this.rest = new Uint8Array(0);
  }

  private skip(count: number): void {
    this.rest = this.rest.subarray(count);
    this.at += count;
  }

  /** What is inflated and not yet read; at least a byte. */
  private async more(): Promise<Uint8Array> {
    while (this.rest.length === 0) {
      const next = await this.pull();
      if (next.done) throw this.problem(`it ends after ${this.at} of the ${this.size} bytes that it is said to have`);
      this.rest = next.value;
    }
    return this.rest;
  }

  private async pull(): Promise<IteratorResult<Uint8Array>> {
    try {
      return await this.stream!.next();
    } catch (error) {
      if (error instanceof CheckpointProblem) throw error;
      throw this.problem(`the compressed data are damaged (${error instanceof Error ? error.message : String(error)})`);
    }
  }

  private problem(what: string): CheckpointProblem {
    return new CheckpointProblem(this.file, `entry ${quoted(this.entry)}`, what);
  }
}
