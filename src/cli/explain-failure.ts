import { version } from "../version.js";
import { Failure, systemFailure } from "./failure.js";
import { wantsColour } from "./terminal.js";

/** One line for what the user can put right; for anything else the plain admission that it is a bug. */
export function explain(error: unknown, wordy: boolean): void {
  const verbose = wordy || Boolean(process.env["SEGC_DEBUG"]);
  const red = (text: string): string => (wantsColour(process.stderr.isTTY === true, process.env) ? `\u001b[1;31m${text}\u001b[0m` : text);
  const say = (line: string): void => void process.stderr.write(`${line}\n`);
  const failure = systemFailure("the system refused", error);
  if (failure instanceof Failure) {
    say(`${red("segc:")} ${failure.message}`);
    if (failure.help !== undefined) say(`  ${failure.help}`);
    if (verbose && failure.raw !== undefined) say(failure.raw);
    if (process.env["SEGC_DEBUG"]) say(failure.stack ?? "");
    return;
  }
  say(`${red("segc:")} this is a bug in segc ${version}, not in your spec: ${error instanceof Error ? error.message.split("\n")[0] : String(error)}`);
  if (verbose) say(error instanceof Error ? (error.stack ?? "") : "");
  else say("  please report it, with the spec and what --verbose prints");
}
