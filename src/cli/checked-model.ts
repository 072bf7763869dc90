/** What commands about one network begin with: the spec is found and checked, what is wrong is said, and its one model is picked. */
import type { CheckedModel } from "../compile.js";
import { Failure } from "./failure.js";
import type { Spec } from "./find-spec.js";
import type { OptionValues, modelOptions, specOptions } from "./options.js";
import type { Terminal } from "./terminal.js";

type Options = OptionValues<typeof modelOptions> & OptionValues<typeof specOptions> & { readonly json: boolean };

export interface Picked {
  readonly spec: Spec;
  /** Undefined where errors left none. */
  readonly model: CheckedModel | undefined;
  readonly failed: boolean;
  /** With --json: the problems, for a command that has nothing else to give. */
  readonly tellProblems: () => void;
}

/** `purpose`: what the model is wanted for, as in "no model to draw". Throws `Failure` where the file has several models, or none. */
export async function pickModel(operand: string, options: Options, purpose: string, terminal: Terminal): Promise<Picked> {
  const core = await import("./core.js");
  const spec = core.findSpec(operand, options);
  const { problems, models } = core.check(spec.file, core.compileOptions(options, spec));
  const failed = problems.some(({ severity }) => severity === "error");
  core.complainOf(problems, spec, terminal);
  const file = core.shownFile(spec.file.path, spec);
  if (models.length > 1) throw new Failure(`${file} has ${models.length} models`, `choose one: ${models.map(({ network }) => `--model ${network.name}`).join(", ")}`);
  const model = models[0];
  if (model === undefined && !failed) throw new Failure(`${file} has no model to ${purpose}`, "a file of blocks is a library for others");
  const tellProblems = (): void => {
    if (options.json) terminal.out(core.problemsJson(problems, spec));
  };
  return { spec, model, failed, tellProblems };
}
