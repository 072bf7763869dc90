import { Worker } from "node:worker_threads";

const program = `
  const { parentPort } = require("node:worker_threads");
  const hash = require("node:crypto").createHash("sha256");
  parentPort.on("message", (message) => {
    if (message === null) {
      parentPort.postMessage(hash.digest("hex"));
      parentPort.close();
    } else {
      hash.update(new Uint8Array(message.buffer, 0, message.length));
      parentPort.postMessage(message.buffer, [message.buffer]);
    }
  });`;

const bufferBytes = 512 * 1024;
const buffers = 6;

/** SHA-256 in a thread of its own, for a second digest beside the file's: it costs a copy of the bytes, not a wait. */
export class BackgroundDigest {
  private readonly worker = new Worker(program, { eval: true });
  private readonly free: ArrayBuffer[] = Array.from({ length: buffers }, () => new ArrayBuffer(bufferBytes));
  private filling = new Uint8Array(this.free.pop()!);
  private used = 0;
  private wake: (() => void) | undefined;
  private failed: unknown;
  private result: string | undefined;

  constructor() {
    this.worker.on("message", (message: ArrayBuffer | string) => {
      if (typeof message === "string") this.result = message;
      else this.free.push(message);
      this.wake?.();
    });
    this.worker.on("error", (error) => {
      this.failed = error;
      this.wake?.();
    });
    this.worker.unref();
  }

  /** Copies `bytes`. A promise only where all buffers are with the thread. */
  update(bytes: Uint8Array): void | Promise<void> {
    const count = Math.min(bytes.length, bufferBytes - this.used);
    this.filling.set(bytes.subarray(0, count), this.used);
    this.used += count;
    if (this.used < bufferBytes) return;
    this.send();
    const next = this.free.pop();
    if (next === undefined) return this.waitFor(() => this.free.length > 0).then(() => this.goOn(this.free.pop()!, bytes.subarray(count)));
    return this.goOn(next, bytes.subarray(count));
  }

  /** In hexadecimal; ends the thread. */
  async digest(): Promise<string> {
    this.send();
    this.worker.postMessage(null);
    this.worker.ref();
    await this.waitFor(() => this.result !== undefined);
    return this.result!;
  }

  /** Ends the thread, whatever it does. */
  async abandon(): Promise<void> {
    await this.worker.terminate();
  }

  private goOn(buffer: ArrayBuffer, rest: Uint8Array): void | Promise<void> {
    this.filling = new Uint8Array(buffer);
    this.used = 0;
    return rest.length > 0 ? this.update(rest) : undefined;
  }

  private send(): void {
    const { buffer } = this.filling;
    this.worker.postMessage({ buffer, length: this.used }, [buffer]);
  }

  private async waitFor(done: () => boolean): Promise<void> {
    while (!done()) {
      if (this.failed !== undefined) throw this.failed;
      this.worker.ref();
      await new Promise<void>((resolve) => void (this.wake = resolve));
      this.worker.unref();
    }
  }
}
