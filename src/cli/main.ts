/** The command line: finds the command, reads its options, runs it, and turns what goes wrong into a message and a status. */
import { version } from "../version.js";
import { readArguments } from "./arguments.js";
import { commands } from "./commands/index.js";
import { unknownCommand } from "./commands/help.js";
import { Failure, systemFailure } from "./failure.js";
import { commandHelp, generalHelp } from "./help.js";
import { type Terminal, ignoreClosedPipes, openTerminal, wantsColour } from "./terminal.js";

async function run(words: readonly string[]): Promise<number> {
  const [first, ...rest] = words;
  const plain = openTerminal({ quiet: false, verbose: false });
  if (first === undefined) {
    plain.complain(generalHelp(commands));
    return 2;
  }
  if (first === "--version" || first === "-V") {
    plain.out(`segc ${version}`);
    return 0;
  }
  if (first === "--help" || first === "-h") {
    plain.out(generalHelp(commands));
    return 0;
  }
  if (first.startsWith("-") && first !== "-") throw new Failure(`segc itself has no option ${first}`, "the command comes first: segc <command> [options]; `segc help` lists the commands");
  const command = commands.find((one) => one.name === first);
  if (command === undefined) throw unknownCommand(first, commands);

  const { operands, options } = readArguments(command, rest);
  if (options["help"] === true) {
    plain.out(commandHelp(command));
    return 0;
  }
  const terminal: Terminal = openTerminal({ quiet: options["quiet"] === true, verbose: options["verbose"] === true });
  return command.run({ operands, options: options as never, terminal });
}

/** One line for what the user can put right; for anything else the plain admission that it is a bug. */
function explain(error: unknown, words: readonly string[]): void {
  const verbose = words.includes("--verbose") || words.includes("-v") || Boolean(process.env["SEGC_DEBUG"]);
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

/** Resolves when the command is done. The status is set, not exited with, so that what is on its way through a pipe arrives. */
export async function main(words: readonly string[]): Promise<void> {
  ignoreClosedPipes();
  try {
    process.exitCode = await run(words);
  } catch (error) {
    process.exitCode = 2;
    explain(error, words);
  }
}
