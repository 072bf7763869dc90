/** `segc check --watch`: checks again whenever a spec or the configuration changes. */
import { existsSync, statSync, watch as watchFolder } from "node:fs";
import { dirname, resolve } from "node:path";
import { Checker } from "../checker.js";
import { checkSpecs } from "./check-specs.js";
import type { CheckGiven } from "./commands/check.js";
import { forgetConfigs } from "./config.js";
import { explain } from "./explain-failure.js";
import { Failure } from "./failure.js";
import { forgetProjects } from "./project.js";

/** Saving a file gives several events; they are one change. */
const pause = 60;

/** One checker for all rounds: only what a change touches is worked out again. Ends when the process is interrupted. */
export async function watch(given: CheckGiven): Promise<never> {
  const { operands, options } = given;
  if (operands.includes("-")) throw new Failure("--watch looks at files: it does not work on stdin");
  const config = options.config === undefined ? undefined : resolve(options.config);
  const checker = new Checker();
  const round = async (): Promise<void> => {
    forgetProjects();
    forgetConfigs();
    try {
      await checkSpecs(given, checker);
    } catch (error) {
      // A file that is gone or half written: the next change may put it right.
      explain(error, options.verbose);
    }
  };
  let rounds = Promise.resolve();
  const check = (): void => void (rounds = rounds.then(round));
  let timer: NodeJS.Timeout | undefined;
  const changed = (folder: string, name: string | null): void => {
    if (name !== null && !/\.seg$|segc\.config\.json$/.test(name) && resolve(folder, name) !== config) return;
    clearTimeout(timer);
    timer = setTimeout(check, pause);
  };
  check();
  for (const folder of new Set([...operands.map(folderOf), ...(config === undefined ? [] : [dirname(config)])]))
    watchFolder(folder, { recursive: true }, (_, name) => changed(folder, name));
  return new Promise<never>(() => undefined);
}

/** The folder to look at: an operand's own, or that of a file; the current one for a name. */
function folderOf(operand: string): string {
  const path = resolve(operand);
  if (!existsSync(path)) return process.cwd();
  return statSync(path).isDirectory() ? path : dirname(path);
}
