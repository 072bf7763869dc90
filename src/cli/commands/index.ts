/** The commands, in the order of the help. A new one is its file and a line here. */
import type { Command } from "../command.js";
import { checkCommand } from "./check.js";
import { compareCommand } from "./compare.js";
import { compileCommand } from "./compile.js";
import { doctorCommand } from "./doctor.js";
import { explainCommand } from "./explain.js";
import { fmtCommand } from "./fmt.js";
import { graphCommand } from "./graph.js";
import { helpCommand } from "./help.js";
import { inspectCommand } from "./inspect.js";
import { predictCommand } from "./predict.js";
import { validateCommand } from "./validate.js";
import { weightsCommand } from "./weights.js";

export const commands: readonly Command[] = [
  compileCommand,
  checkCommand,
  inspectCommand,
  graphCommand,
  validateCommand,
  compareCommand,
  explainCommand,
  predictCommand,
  weightsCommand,
  doctorCommand,
  fmtCommand,
  helpCommand(() => commands),
];
