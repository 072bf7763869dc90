/** Every place of a file's declarations at which a name stands for something. */
import type * as ast from "../syntax/ast.js";

export interface Reference {
  readonly name: string;
  readonly span: ast.Name["span"];
  /** The call that is made with it, where it is called. `carries`: it stands after `->`. */
  readonly call: { readonly arguments: readonly ast.Argument[]; readonly carries: boolean } | undefined;
  /** The step says its own name, so that another callee leaves all paths as they are. */
  readonly labelled: boolean;
  readonly within: ast.Declaration;
}

export function referencesIn(declaration: ast.Declaration): readonly Reference[] {
  const found: Reference[] = [];
  visit(declaration.kind === "let" ? declaration.value : [declaration.parameters, declaration.body], declaration, found);
  return found;
}

function visit(node: unknown, within: ast.Declaration, found: Reference[]): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node) visit(item, within, found);
    return;
  }
  const { callee, arguments: given, label, kind, name, span } = node as Partial<ast.Step> & { kind?: unknown; name?: unknown };
  if (callee?.kind === "name" && given !== undefined) {
    found.push({ name: callee.name, span: callee.span, call: { arguments: given, carries: kind === undefined }, labelled: label !== undefined, within });
    visit([given, label], within, found);
    return;
  }
  if (kind === "name" && typeof name === "string") found.push({ name, span: span!, call: undefined, labelled: false, within });
  for (const key in node) if (key !== "span") visit((node as Record<string, unknown>)[key], within, found);
}
