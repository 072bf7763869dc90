/** The commands, in the order of the help. A new one is its file and a line here. */
import type { Command } from "../command.js";
import { checkCommand } from "./check.js";
import { compileCommand } from "./compile.js";
import { explainCommand } from "./explain.js";
import { fmtCommand } from "./fmt.js";
import { helpCommand } from "./help.js";
import { inspectCommand } from "./inspect.js";
import { predictCommand } from "./predict.js";

export const commands: readonly Command[] = [
  compileCommand,
  checkCommand,
  inspectCommand,
  explainCommand,
  predictCommand,
  fmtCommand,
  helpCommand(() => commands),
];
