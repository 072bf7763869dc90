import type { Module } from "./program.js";

/**
 * Modules without fault that earlier programs were made of, by path. Whoever checks several specs hands the same cache to
 * each: what they share is then read once. A module is used again only where its text and all that it uses are as they were.
 */
export class ModuleCache {
  private readonly modules = new Map<string, Module>();

  /** The module of this path that was kept last, whatever its text. */
  at(path: string): Module | undefined {
    return this.modules.get(path);
  }

  /** Whether this very module is kept: then nothing in it needs to be looked at again. */
  has(module: Module): boolean {
    return this.modules.get(module.file.path) === module;
  }

  /** The modules of a program in which nothing was found. */
  keep(modules: readonly Module[]): void {
    for (const module of modules) this.modules.set(module.file.path, module);
  }
}
