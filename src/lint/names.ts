/** What the declarations of a file define and read. Names are compared as words: where one shadows another, nothing is claimed. */
import type { Module } from "../bind/program.js";
import type * as ast from "../syntax/ast.js";

export interface Defined {
  readonly kind: "parameter" | "let" | "binding";
  readonly name: ast.Name;
  /** The statement, where there is one. */
  readonly span: ast.Name["span"];
  /** In how many statements it is given: the elements of a family count one by one. */
  readonly value: ast.Expression | undefined;
  readonly doc: boolean;
}

/** Names that nothing in their declaration reads; heads, auxiliary outputs and losses are read from outside. */
export function unread(module: Module, kind: Defined["kind"]): readonly Defined[] {
  return module.tree.declarations.flatMap((declaration) => {
    // A model that gives nothing yet is being written: all of it would be unread.
    if (declaration.kind === "let" || !givesSomething(declaration.body)) return [];
    const read = new Set(namesRead([declaration.parameters, declaration.body]));
    return [...definedIn(declaration)].filter((one) => one.kind === kind && !read.has(one.name.text));
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

/** Every name in an expression, and the words in `{..}` of strings, which labels are made of. */
function* namesRead(node: unknown): Iterable<string> {
  if (Array.isArray(node)) {
    for (const item of node) yield* namesRead(item);
  } else if (typeof node === "object" && node !== null) {
    const { kind, name, value } = node as { kind?: unknown; name?: unknown; value?: unknown };
    if (kind === "name" && typeof name === "string") yield name;
    if (kind === "string" && typeof value === "string") for (const [, inner] of value.matchAll(/\{([^}]*)\}/g)) yield* inner!.match(/[A-Za-z_]\w*/g) ?? [];
    for (const [key, item] of Object.entries(node)) if (key !== "span") yield* namesRead(item);
  }
}
