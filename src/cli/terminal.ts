/** The two streams: results go to stdout, everything that is said about them to stderr. */
import { systemFailure } from "./failure.js";

export interface Terminal {
  /** A result. */
  readonly out: (text: string) => void;
  /** Talk that --quiet turns off. */
  readonly say: (text: string) => void;
  /** Talk that is always wanted: problems and failures. */
  readonly complain: (text: string) => void;
  readonly colour: { readonly out: boolean; readonly err: boolean };
  readonly quiet: boolean;
  readonly verbose: boolean;
  /** Shows how far something is, on a terminal only. */
  readonly progress: (what: string) => Progress;
}

export interface Progress {
  /** The share that is done, once it has taken a second. */
  readonly update: (done: number, total: number) => void;
  /** What is being done, at once: the next note may be long in coming. */
  readonly note: (what: string) => void;
  readonly end: () => void;
}

/** A reader that has gone (`segc check | head`) is no failure: what is left to say is dropped, and the work goes on. */
export function ignoreClosedPipes(): void {
  for (const stream of [process.stdout, process.stderr])
    stream.on("error", (error: NodeJS.ErrnoException) => {
      if (error.code === "EPIPE" || error.code === "ERR_STREAM_DESTROYED") return;
      // Nothing can be said any more where stderr itself fails.
      if (stream === process.stdout) process.stderr.write(`segc: ${(systemFailure("cannot write the result", error) as Error).message}\n`);
      process.exitCode = 2;
    });
}

/** FORCE_COLOR outdoes NO_COLOR, as in Node itself. */
export function wantsColour(isTerminal: boolean, environment: Readonly<Record<string, string | undefined>>): boolean {
  const forced = environment["FORCE_COLOR"];
  if (forced !== undefined) return forced !== "0" && forced !== "false";
  if (environment["NO_COLOR"]) return false;
  return isTerminal && environment["TERM"] !== "dumb";
}

export function openTerminal({ quiet, verbose }: { readonly quiet: boolean; readonly verbose: boolean }): Terminal {
  const line = (stream: NodeJS.WriteStream, text: string): void => void stream.write(text.endsWith("\n") ? text : `${text}\n`);
  return {
    out: (text) => line(process.stdout, text),
    say: (text) => {
      if (!quiet) line(process.stderr, text);
    },
    complain: (text) => line(process.stderr, text),
    colour: {
      out: wantsColour(process.stdout.isTTY === true, process.env),
      err: wantsColour(process.stderr.isTTY === true, process.env),
    },
    quiet,
    verbose,
    progress: (what) => (quiet || !process.stderr.isTTY ? { update: () => undefined, note: () => undefined, end: () => undefined } : progressLine(what)),
  };
}

const patience = 1000;
const interval = 100;

function progressLine(what: string): Progress {
  const begun = performance.now();
  let last = begun + patience - interval;
  let shown = false;
  return {
    update(done, total) {
      const now = performance.now();
      if (now - last < interval) return;
      last = now;
      shown = true;
      process.stderr.write(`\r${what} ${String(Math.floor((100 * done) / Math.max(1, total))).padStart(3)} %`);
    },
    note(text) {
      shown = true;
      // A line that wraps could not be taken back. Some terminals do not tell their width.
      process.stderr.write(`\r${`${what} ${text}`.slice(0, (process.stderr.columns || 80) - 1)}\u001b[K`);
    },
    end() {
      if (shown) process.stderr.write("\r\u001b[K");
    },
  };
}
