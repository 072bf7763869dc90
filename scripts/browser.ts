/** A real browser, driven over a pipe by the DevTools protocol: no package, no port. */
import { type ChildProcess, spawn } from "node:child_process";
import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { Readable, Writable } from "node:stream";

export const browserPath = ["/usr/bin/chromium", "/usr/bin/chromium-browser", "/usr/bin/google-chrome"].find((path) => existsSync(path));

type Json = Readonly<Record<string, unknown>>;

interface Message {
  readonly id?: number;
  readonly method?: string;
  readonly params?: Json;
  readonly result?: Json;
  readonly error?: { readonly message: string };
  readonly sessionId?: string;
}

export interface View {
  readonly width: number;
  readonly height: number;
  readonly dark?: boolean;
  readonly print?: boolean;
}

export interface Visit {
  /** Errors and warnings that the browser told of, scripts' and its own. */
  readonly complaints: readonly string[];
  /** Addresses that were asked for, but the page itself and what it carries inside. */
  readonly requests: readonly string[];
  /** The value of an expression on the page. */
  readonly evaluate: <T>(expression: string) => Promise<T>;
  /** PNG of the page, or of a part of it, in another scale. */
  readonly picture: (clip?: { readonly x: number; readonly y: number; readonly width: number; readonly height: number; readonly scale?: number }) => Promise<Buffer>;
}

export class Browser {
  private next = 1;
  private rest = "";
  private readonly waiting = new Map<number, { readonly resolve: (result: Json) => void; readonly reject: (error: Error) => void }>();
  private readonly listeners = new Set<(message: Message) => void>();

  private constructor(private readonly child: ChildProcess, private readonly profile: string) {
    (child.stdio[4] as Readable).setEncoding("utf8").on("data", (text: string) => this.take(text));
    child.on("exit", () => {
      for (const { reject } of this.waiting.values()) reject(new Error("the browser ended"));
      this.waiting.clear();
    });
  }

  static open(path: string): Browser {
    const profile = mkdtempSync(join(tmpdir(), "segc-browser-"));
    const words = ["--headless", "--no-sandbox", "--disable-gpu", "--hide-scrollbars", "--no-first-run", "--disable-background-networking", "--disable-component-update", `--user-data-dir=${profile}`, "--remote-debugging-pipe", "about:blank"];
    return new Browser(spawn(path, words, { stdio: ["ignore", "ignore", "ignore", "pipe", "pipe"] }), profile);
  }

  async close(): Promise<void> {
    const ended = new Promise((resolve) => this.child.once("exit", resolve));
    await this.send("Browser.close").catch(() => this.child.kill());
    await ended;
    rmSync(this.profile, { recursive: true, force: true, maxRetries: 5 });
  }

  /** Opens a page at a size, waits until it is there, and hands it over; it is closed afterwards. */
  async visit<T>(url: string, { width, height, dark = false, print = false }: View, look: (visit: Visit) => Promise<T>): Promise<T> {
    const { targetId } = await this.send("Target.createTarget", { url: "about:blank" });
    const { sessionId } = await this.send("Target.attachToTarget", { targetId, flatten: true });
    const send = (method: string, params: Json = {}): Promise<Json> => this.send(method, params, sessionId as string);
    const complaints: string[] = [];
    const requests: string[] = [];
    let loaded = (): void => undefined;
    const load = new Promise<void>((resolve) => (loaded = resolve));
    const listen = ({ method, params, sessionId: from }: Message): void => {
      if (from !== sessionId || params === undefined) return;
      if (method === "Page.loadEventFired") loaded();
      if (method === "Log.entryAdded") complaints.push((params["entry"] as { text: string }).text);
      if (method === "Runtime.exceptionThrown") complaints.push(JSON.stringify(params["exceptionDetails"]));
      if (method === "Runtime.consoleAPICalled") complaints.push(`console: ${JSON.stringify(params["args"])}`);
      const asked = method === "Network.requestWillBeSent" ? (params["request"] as { url: string }).url : undefined;
      if (asked !== undefined && asked !== url && !asked.startsWith("data:")) requests.push(asked);
    };
    this.listeners.add(listen);
    try {
      for (const domain of ["Page", "Runtime", "Log", "Network"]) await send(`${domain}.enable`);
      await send("Emulation.setDeviceMetricsOverride", { width, height, deviceScaleFactor: 1, mobile: width < 600 });
      await send("Emulation.setEmulatedMedia", { media: print ? "print" : "screen", features: [{ name: "prefers-color-scheme", value: dark ? "dark" : "light" }] });
      await send("Page.navigate", { url });
      await load;
      return await look({
        complaints, requests,
        evaluate: async <V>(expression: string) => {
          const { result, exceptionDetails } = await send("Runtime.evaluate", { expression, returnByValue: true, awaitPromise: true });
          if (exceptionDetails !== undefined) throw new Error(JSON.stringify(exceptionDetails));
          return (result as { value: V }).value;
        },
        picture: async (clip) => {
          const { data } = await send("Page.captureScreenshot", { format: "png", captureBeyondViewport: true, ...(clip === undefined ? {} : { clip: { scale: 1, ...clip } }) });
          return Buffer.from(data as string, "base64");
        },
      });
    } finally {
      this.listeners.delete(listen);
      await this.send("Target.closeTarget", { targetId });
    }
  }

  private send(method: string, params: Json = {}, sessionId?: string): Promise<Json> {
    const id = this.next++;
    return new Promise((resolve, reject) => {
      this.waiting.set(id, { resolve, reject });
      (this.child.stdio[3] as Writable).write(`${JSON.stringify({ id, method, params, ...(sessionId === undefined ? {} : { sessionId }) })}\0`);
    });
  }

  /** Messages end with a zero. */
  private take(text: string): void {
    const messages = (this.rest + text).split("\0");
    this.rest = messages.pop()!;
    for (const one of messages) {
      const message = JSON.parse(one) as Message;
      const waiting = message.id === undefined ? undefined : this.waiting.get(message.id);
      if (waiting === undefined) for (const listener of this.listeners) listener(message);
      else {
        this.waiting.delete(message.id!);
        if (message.error) waiting.reject(new Error(message.error.message));
        else waiting.resolve(message.result ?? {});
      }
    }
  }
}
