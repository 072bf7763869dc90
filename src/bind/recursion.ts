/** Blocks that use themselves, directly or through others. */
import * as bindErrors from "../diagnostics/catalogue/bind.js";
import type { Problems } from "../diagnostics/problem.js";
import type * as ast from "../syntax/ast.js";
import { type Module, placeIn } from "./program.js";

/** True when some block recurs; it has been reported. Blocks of modules in which nothing was found before are in no circle. */
export function findRecursion(modules: readonly Module[], sound: (module: Module) => boolean, problems: Problems): boolean {
  const moduleOf = new Map<ast.Block, Module>();
  for (const module of modules) for (const declared of module.names.values()) if (declared.kind === "block") moduleOf.set(declared.block, declared.module);
  const done = new Set<ast.Block>();
  const path: ast.Block[] = [];
  let found = false;

  function visit(block: ast.Block): void {
    if (done.has(block) || sound(moduleOf.get(block)!)) return;
    const at = path.indexOf(block);
    if (at >= 0) {
      const circle = [...path.slice(at), block].map((one) => one.name.text);
      problems.report(bindErrors.recursion, placeIn(moduleOf.get(block)!, block.name), { name: block.name.text, cycle: circle.join(" -> ") });
      found = true;
      return;
    }
    path.push(block);
    const shadowed = new Set(block.parameters.map((parameter) => parameter.name.text));
    for (const name of namesUsed(block.body)) {
      const declared = shadowed.has(name) ? undefined : moduleOf.get(block)?.names.get(name);
      if (declared?.kind === "block") visit(declared.block);
    }
    path.pop();
    done.add(block);
  }

  for (const [block, module] of moduleOf) if (!sound(module)) visit(block);
  return found;
}

/** All names that stand in expressions anywhere below. */
export function namesUsed(node: unknown, found: Set<string> = new Set()): ReadonlySet<string> {
  if (Array.isArray(node)) {
    for (const item of node) namesUsed(item, found);
  } else if (typeof node === "object" && node !== null) {
    const { kind, name } = node as { kind?: unknown; name?: unknown };
    if (kind === "name" && typeof name === "string") found.add(name);
    for (const key in node) if (key !== "span") namesUsed((node as Record<string, unknown>)[key], found);
  }
  return found;
}
