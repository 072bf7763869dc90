/** The command line: finds the command, reads its options, runs it, and turns what goes wrong into a message and a status. */
import { version } from "../version.js";
import { readArguments } from "./arguments.js";
import { commands } from "./commands/index.js";
import { unknownCommand } from "./commands/help.js";
import { explain } from "./explain-failure.js";
import { Failure } from "./failure.js";
import { commandHelp, generalHelp } from "./help.js";
import { type Terminal, ignoreClosedPipes, openTerminal } from "./terminal.js";

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

/** Resolves when the command is done. The status is set, not exited with, so that what is on its way through a pipe arrives. */
export async function main(words: readonly string[]): Promise<void> {
  ignoreClosedPipes();
  try {
    process.exitCode = await run(words);
  } catch (error) {
    process.exitCode = 2;
    explain(error, words.includes("--verbose") || words.includes("-v"));
  }
}
