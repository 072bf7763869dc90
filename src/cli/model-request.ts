import type { CompileOptions } from "../compile.js";
import type { Spec } from "./find-spec.js";
import type { modelOptions, OptionValues } from "./options.js";

/** The shared options of a command as the compiler takes them. */
export function compileOptions(options: OptionValues<typeof modelOptions>, spec: Spec): CompileOptions {
  return {
    host: spec.project.host,
    set: options.set,
    size: { ...options.size, ...(options.batch === undefined ? {} : { batch: options.batch }) },
    withLoss: options["with-loss"],
    ...(options.model === undefined ? {} : { model: options.model }),
    ...(options["max-nodes"] === undefined ? {} : { limits: { maxNodes: options["max-nodes"] } }),
  };
}
