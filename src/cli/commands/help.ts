import { didYouMean } from "../../diagnostics/suggest.js";
import { type Command, type ExitCode, defineCommand } from "../command.js";
import { Failure } from "../failure.js";
import { commandHelp, generalHelp, helpJson } from "../help.js";

/** The list is given, since help is one of it. */
export const helpCommand = (commands: () => readonly Command[]): Command =>
  defineCommand({
    name: "help",
    summary: "Shows help on a command",
    operands: "[COMMAND]",
    atLeast: 0,
    atMost: 1,
    doc: "",
    options: {},
    examples: [
      { line: "segc help", doc: "the commands" },
      { line: "segc help compile", doc: "all about one" },
    ],
    async run({ operands, options, terminal }): Promise<ExitCode> {
      const [name] = operands;
      const command = commands().find((one) => one.name === name);
      if (name !== undefined && command === undefined) throw unknownCommand(name, commands());
      if (options.json) terminal.out(JSON.stringify(helpJson(command ? [command] : commands()), null, 2));
      else terminal.out(command ? commandHelp(command) : generalHelp(commands()));
      return 0;
    },
  });

export const unknownCommand = (name: string, commands: readonly Command[]): Failure =>
  new Failure(`there is no command \`${name}\``, didYouMean(name, commands.map((one) => one.name)) ?? "`segc help` lists them");
