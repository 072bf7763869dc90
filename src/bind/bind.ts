/** Source -> bound program: modules read, names known, circles found. */
import type { Problems } from "../diagnostics/problem.js";
import type { SourceFile } from "../source/source.js";
import { type Known, checkNames } from "./check-names.js";
import { type Host, loadModules } from "./modules.js";
import type { Program } from "./program.js";
import { findRecursion } from "./recursion.js";

/** `sound`: blocks do not recur, so that working them out comes to an end. */
export function bind(source: SourceFile, host: Host, known: Known, problems: Problems): Program & { readonly sound: boolean } {
  const { main, modules } = loadModules(source, host, problems);
  for (const module of modules) checkNames(module, known, problems);
  return { main, modules, sound: !findRecursion(modules, problems) };
}
