/** Source -> bound program: modules read, names known, circles found. */
import type { Problems } from "../diagnostics/problem.js";
import type { SourceFile } from "../source/source.js";
import { type Known, checkNames } from "./check-names.js";
import type { ModuleCache } from "./module-cache.js";
import { type Host, loadModules } from "./modules.js";
import type { Program } from "./program.js";
import { findRecursion } from "./recursion.js";

/** `sound`: blocks do not recur, so that working them out comes to an end. */
export function bind(source: SourceFile, host: Host, known: Known, cache: ModuleCache, problems: Problems): Program & { readonly sound: boolean } {
  const { main, modules } = loadModules(source, host, cache, problems);
  for (const module of modules) if (!cache.has(module)) checkNames(module, known, problems);
  const sound = !findRecursion(modules, (module) => cache.has(module), problems);
  if (problems.list.length === 0) cache.keep(modules);
  return { main, modules, sound };
}
