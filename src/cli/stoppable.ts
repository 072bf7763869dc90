/** What Ctrl-C, or a terminal that goes away, stops in good order: processes are ended, and temporary files removed. */
import { Failure, withoutRuntime } from "./failure.js";

const signals = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/** `run` ends soon after its signal is aborted. What the runtime refuses, and the stop, become failures for people. */
export async function stoppable<Result>(run: (signal: AbortSignal) => Promise<Result>): Promise<Result> {
  const stop = new AbortController();
  const onSignal = (): void => stop.abort();
  for (const signal of signals) process.on(signal, onSignal);
  try {
    return await run(stop.signal);
  } catch (error) {
    throw await failureOf(error, stop.signal.aborted);
  } finally {
    for (const signal of signals) process.off(signal, onSignal);
  }
}

async function failureOf(error: unknown, stopped: boolean): Promise<unknown> {
  const { RuntimeMissing, RuntimeProblem } = await import("../runtime/runtime-problem.js");
  if (stopped) return new Failure("stopped", "nothing was written");
  if (error instanceof RuntimeMissing) return withoutRuntime(error);
  if (error instanceof RuntimeProblem) return new Failure(`ONNX Runtime: ${error.message}`, "`segc doctor` looks at the devices; --verbose shows all that was said", error.raw);
  return error;
}
