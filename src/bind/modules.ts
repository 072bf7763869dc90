/** Reads the modules that a file uses, each once, and finds circles. What a cache holds and has not changed is not read again. */
import * as bindErrors from "../diagnostics/catalogue/bind.js";
import { didYouMean } from "../diagnostics/suggest.js";
import type { Problems } from "../diagnostics/problem.js";
import type { SourceFile } from "../source/source.js";
import type * as ast from "../syntax/ast.js";
import { type Parsed, parse } from "../syntax/parse.js";
import type { ModuleCache } from "./module-cache.js";
import { type Declared, type Module, placeIn } from "./program.js";

/**
 * How the core asks its host for a module. `path` is relative to the project's root, with `/`, without `..`; `std/...` is the
 * standard library. `undefined`: there is none.
 */
export interface Host {
  readonly read: (path: string) => string | undefined;
  /** Why `read` gave nothing, where something is there: a folder, or no text. */
  readonly refusal?: (path: string) => string | undefined;
  /** What the parser made of a file, where it is known beforehand; a new copy each time. */
  readonly parsed?: (file: SourceFile) => Pick<Parsed, "tree" | "comments"> | undefined;
  /** Paths of modules, for suggestions. */
  readonly list?: () => readonly string[];
}

/** A path relative to the folder of `from`, or undefined where it leads out of the project. */
export function resolvePath(from: string, path: string): string | undefined {
  if (path.startsWith("/") || /^[A-Za-z]:/.test(path) || path.includes("\\") || path.includes("\0")) return undefined;
  const parts = from.split("/").slice(0, -1);
  for (const part of path.split("/")) {
    if (part === "" || part === ".") continue;
    if (part !== "..") parts.push(part);
    else if (parts.pop() === undefined) return undefined;
  }
  const joined = parts.join("/");
  return joined.endsWith(".seg") ? joined : `${joined}.seg`;
}

export function loadModules(main: SourceFile, host: Host, cache: ModuleCache, problems: Problems): { main: Module; modules: readonly Module[] } {
  const loaded = new Map<string, Module>();
  const loading: string[] = [];

  function load(file: SourceFile): Module {
    loading.push(file.path);
    const module = unchanged(file) ?? read(file);
    loading.pop();
    loaded.set(file.path, module);
    return module;
  }

  /** The kept module of this path, if its text and what it uses are as they were. */
  function unchanged(file: SourceFile): Module | undefined {
    const kept = cache.at(file.path);
    if (kept === undefined || kept.file.text !== file.text) return undefined;
    for (const used of kept.uses) {
      const { path } = used.file;
      const text = host.read(path);
      if (text === undefined || loading.includes(path) || (loaded.get(path) ?? load({ path, text })) !== used) return undefined;
    }
    return kept;
  }

  function read(file: SourceFile): Module {
    const { tree, comments } = host.parsed?.(file) ?? parse(file, problems);
    const names = new Map<string, Declared>();
    const uses: Module[] = [];
    const module: Module = { file, tree, comments, uses, names };
    declare(module, names, problems);
    for (const use of tree.uses) bring(module, names, uses, use);
    return module;
  }

  function bring(module: Module, names: Map<string, Declared>, uses: Module[], use: ast.Use): void {
    const place = placeIn(module, use.module);
    const shown = use.module.path;
    const path = use.module.from === "std" ? `${shown.replaceAll(".", "/")}.seg` : resolvePath(module.file.path, shown);
    if (path === undefined) return problems.report(bindErrors.outsideRoot, place, { path: shown });
    if (loading.includes(path)) {
      const circle = [...loading.slice(loading.indexOf(path)), path];
      return problems.report(bindErrors.moduleCycle, place, { cycle: circle.join(" -> ") });
    }
    let used = loaded.get(path);
    if (used === undefined) {
      const text = host.read(path);
      if (text === undefined) {
        const known = (host.list?.() ?? []).filter((name) => name.startsWith("std/") === (use.module.from === "std"));
        const asWritten = known.map((name) => (use.module.from === "std" ? name.replace(/\.seg$/, "").replaceAll("/", ".") : `./${name}`));
        return problems.report(bindErrors.unknownModule, place, { module: shown }, {
          help: host.refusal?.(path) ?? didYouMean(shown, asWritten) ?? (use.module.from === "std" ? `the standard library has ${asWritten.join(", ")}` : `there is no file ${path}`),
        });
      }
      used = load({ path, text });
    }
    uses.push(used);
    for (const { name, alias } of use.names) {
      const found = used.names.get(name.text);
      if (found === undefined || found.kind === "model") {
        const offered = [...used.names].filter(([, declared]) => declared.kind !== "model").map(([text]) => text);
        problems.report(bindErrors.notExported, placeIn(module, name), { module: shown, name: name.text }, {
          help: didYouMean(name.text, offered) ?? (offered.length > 0 ? `it has ${offered.join(", ")}` : undefined),
        });
        continue;
      }
      const local = alias ?? name;
      if (names.has(local.text)) problems.report(bindErrors.duplicateName, placeIn(module, local), { name: local.text });
      else names.set(local.text, found);
    }
  }

  return { main: load(main), modules: [...loaded.values()] };
}

function declare(module: Module, names: Map<string, Declared>, problems: Problems): void {
  for (const declaration of module.tree.declarations) {
    const { name } = declaration;
    const earlier = names.get(name.text);
    if (earlier !== undefined) {
      problems.report(bindErrors.duplicateName, placeIn(module, name), { name: name.text }, {
        labels: [{ place: placeIn(module, declarationOf(earlier).name), text: "first defined here" }],
      });
      continue;
    }
    if (declaration.kind === "model") names.set(name.text, { kind: "model", model: declaration, module });
    else if (declaration.kind === "block") names.set(name.text, { kind: "block", block: declaration, module });
    else names.set(name.text, { kind: "let", let: declaration, module });
  }
}

const declarationOf = (declared: Declared): ast.Declaration =>
  declared.kind === "model" ? declared.model : declared.kind === "block" ? declared.block : declared.let;
