/** What the declarations of a file define and read. Names are compared as words: where one shadows another, nothing is claimed. */
import type { Module } from "../bind/program.js";
import type * as ast from "../syntax/ast.js";

export interface Defined {
  readonly kind: "parameter" | "let" | "binding";
  readonly name: ast.Name;
  /** The statement, where there is one. */
  readonly span: ast.Name["span"];
  readonly value: ast.Expression | undefined;
  readonly doc: boolean;
}

/** Names that nothing in their declaration reads; heads, auxiliary outputs and losses are read from outside. */
export const unread = (module: Module, kind: Defined["kind"]): readonly Defined[] => {
  let all = known.get(module);
  if (all === undefined) known.set(module, (all = allUnread(module)));
  return all.filter((one) => one.kind === kind);
};

const known = new WeakMap<Module, readonly Defined[]>();

function allUnread(module: Module): readonly Defined[] {
  return module.tree.declarations.flatMap((declaration) => {
    // A model that gives nothing yet is being written: all of it would be unread.
    if (declaration.kind === "let" || !givesSomething(declaration.body)) return [];
    const read = namesIn([declaration.parameters, declaration.body]);
    return [...definedIn(declaration)].filter((one) => !read.has(one.name.text));
  });
}

function* definedIn(declaration: ast.Model | ast.Block): Iterable<Defined> {
  for (const parameter of declaration.parameters) yield { kind: "parameter", name: parameter.name, span: parameter.span, value: undefined, doc: parameter.doc !== undefined };
  yield* definedBy(declaration.body);
}

function* definedBy(statements: readonly ast.Statement[]): Iterable<Defined> {
  for (const statement of statements)
    switch (statement.kind) {
      case "let":
      case "binding":
        if (statement.kind === "let" || !outside(statement.role)) yield { kind: statement.kind, name: statement.name, span: statement.span, value: statement.value, doc: statement.doc !== undefined };
        break;
      case "role":
        if (!outside(statement.role)) yield* definedBy(statement.body);
        break;
      case "for":
        yield* definedBy(statement.body);
        break;
      case "if":
        yield* definedBy([...statement.then, ...statement.otherwise]);
        break;
      default:
    }
}

const givesSomething = (statements: readonly ast.Statement[]): boolean =>
  statements.some((statement) =>
    statement.kind === "return" || (statement.kind === "binding" && outside(statement.role))
    || (statement.kind === "role" && outside(statement.role)) || ((statement.kind === "for" || statement.kind === "role") && givesSomething(statement.body))
    || (statement.kind === "if" && givesSomething([...statement.then, ...statement.otherwise])));

const outside = (role: ast.Role | undefined): boolean => role === "head" || role === "aux" || role === "loss";

/** Names that stand in expressions anywhere below. */
export function namesIn(node: unknown): ReadonlySet<string> {
  const read = new Set<string>();
  collect(node, read);
  return read;
}

/** Every name in an expression. */
function collect(node: unknown, read: Set<string>): void {
  if (typeof node !== "object" || node === null) return;
  if (Array.isArray(node)) {
    for (const item of node) collect(item, read);
    return;
  }
  const { kind, name } = node as { kind?: unknown; name?: unknown };
  if (kind === "name" && typeof name === "string") read.add(name);
  for (const key in node) if (key !== "span") collect((node as Record<string, unknown>)[key], read);
}
