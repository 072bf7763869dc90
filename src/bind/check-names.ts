/**
 * Looks at every statement once without running it: names, arguments and circles of blocks. It finds slips in branches and
 * blocks that no model takes, and leaves what depends on values to elaboration.
 */
import * as bindErrors from "../diagnostics/catalogue/bind.js";
import type { Problems } from "../diagnostics/problem.js";
import { didYouMean } from "../diagnostics/suggest.js";
import { operatorNamed } from "../operators/index.js";
import type { Span } from "../source/source.js";
import type * as ast from "../syntax/ast.js";
import { type Module, placeIn } from "./program.js";
import { type Signature, matchArguments, signatureOfBlock, signatureOfOperator } from "./signature.js";

/** Names that expressions may use besides those that a spec defines. */
export interface Known {
  /** `floor`, `len`, ... */
  readonly functions: ReadonlySet<string>;
  /** `parameters`, `receptive_field`, ..., in `expect`. */
  readonly facts: ReadonlySet<string>;
}

export function checkNames(module: Module, known: Known, problems: Problems): void {
  for (const declaration of module.tree.declarations) {
    const checker = new Checker(module, known, problems);
    if (declaration.kind === "let") checker.expression(declaration.value, new Names());
    else checker.body(declaration);
  }
}

/** Names in scope; those of unknown worth (inside `if`) count as defined. */
class Names {
  private readonly own = new Set<string>();
  constructor(private readonly parent?: Names) {}
  has(name: string): boolean {
    return this.own.has(name) || (this.parent?.has(name) ?? false);
  }
  add(name: string): void {
    this.own.add(name);
  }
  *all(): Iterable<string> {
    yield* this.own;
    if (this.parent) yield* this.parent.all();
  }
}

class Checker {
  constructor(
    private readonly module: Module,
    private readonly known: Known,
    private readonly problems: Problems,
  ) {}

  body(declaration: ast.Model | ast.Block): void {
    const names = new Names();
    for (const parameter of declaration.parameters) {
      if (names.has(parameter.name.text)) this.problems.report(bindErrors.duplicateName, this.at(parameter.name), { name: parameter.name.text });
      const words = parameter.type.kind === "enum" || (parameter.type.kind === "list" && parameter.type.element.kind === "enum");
      if (parameter.default && !words) this.expression(parameter.default, names);
      if (parameter.allowed && !words) this.expression(parameter.allowed, names);
      names.add(parameter.name.text);
    }
    // A family belongs to the whole body, whichever statement gives its first element.
    for (const family of familiesIn(declaration.body)) names.add(family);
    this.statements(declaration.body, names);
  }

  private statements(list: readonly ast.Statement[], names: Names): void {
    for (const statement of list) this.statement(statement, names);
  }

  private statement(statement: ast.Statement, names: Names): void {
    switch (statement.kind) {
      case "binding":
        for (const index of statement.indices) this.expression(index, names);
        this.expression(statement.value, names);
        if (statement.indices.length === 0) names.add(statement.name.text);
        return;
      case "let":
        this.expression(statement.value, names);
        return names.add(statement.name.text);
      case "role": return this.statements(statement.body, names);
      case "if":
        this.expression(statement.condition, names);
        this.statements(statement.then, names);
        return this.statements(statement.otherwise, names);
      case "for": {
        const inner = new Names(names);
        for (const clause of statement.clauses) {
          this.expression(clause.over, inner);
          inner.add(clause.name.text);
        }
        return this.statements(statement.body, inner);
      }
      case "input":
        for (const size of statement.shape) if (size.kind === "name" && this.find(size.name, names) === undefined) names.add(size.name);
        for (const size of statement.shape) this.expression(size, names);
        // A bare word (`order: bgr`) is a setting's own; elaboration knows which.
        for (const setting of statement.settings) if (setting.value.kind !== "name") this.expression(setting.value, names);
        return names.add(statement.name.text);
      case "expect": {
        const { what } = statement;
        if (what.kind === "alignment") return;
        const inner = new Names(names);
        for (const fact of this.known.facts) inner.add(fact);
        if (what.kind === "fact") return this.expression(what.condition, inner);
        this.expression(what.subject, inner);
        return what.shape.forEach((size) => this.expression(size, inner));
      }
      case "return": return this.expression(statement.value, names);
    }
  }

  private at(of: { readonly span: Span }) {
    return placeIn(this.module, of);
  }

  private find(name: string, names: Names): "local" | "block" | "let" | "operator" | "function" | undefined {
    if (names.has(name)) return "local";
    const declared = this.module.names.get(name);
    if (declared?.kind === "block" || declared?.kind === "let") return declared.kind;
    if (operatorNamed.has(name)) return "operator";
    return this.known.functions.has(name) ? "function" : undefined;
  }

  expression(expression: ast.Expression, names: Names): void {
    switch (expression.kind) {
      case "name":
        if (this.find(expression.name, names) === undefined)
          this.problems.report(bindErrors.unknownName, this.at(expression), { name: expression.name }, { help: didYouMean(expression.name, this.candidates(names)) });
        return;
      case "text": return expression.parts.forEach((part) => typeof part === "string" || this.expression(part, names));
      case "list": return expression.items.forEach((item) => this.expression(item, names));
      case "braces": return expression.items.forEach((item) => this.expression(item.value, names));
      case "comprehension": {
        const inner = new Names(names);
        for (const clause of expression.clauses) {
          this.expression(clause.over, inner);
          inner.add(clause.name.text);
        }
        if (expression.condition) this.expression(expression.condition, inner);
        return this.expression(expression.item, inner);
      }
      case "range":
        this.expression(expression.from, names);
        return this.expression(expression.to, names);
      case "index":
        this.expression(expression.base, names);
        return this.expression(expression.index, names);
      case "member": return this.expression(expression.base, names);
      case "call": return this.call(expression.callee, expression.arguments, false, names);
      case "chain":
        this.expression(expression.head, names);
        this.label(expression.headLabel, names);
        for (const step of expression.steps) {
          this.call(step.callee, step.arguments, true, names);
          this.label(step.label, names);
        }
        return;
      case "unary": return this.expression(expression.operand, names);
      case "binary": {
        // `mode == bilinear`: which side is a word shows when the other is known.
        const words = ["==", "!=", "in"].includes(expression.operator);
        for (const side of [expression.left, expression.right]) {
          if (words && side.kind === "name") continue;
          if (words && side.kind === "braces" && side.items.every((item) => item.value.kind === "name")) continue;
          this.expression(side, names);
        }
        return;
      }
      case "conditional":
        this.expression(expression.condition, names);
        for (const branch of [expression.then, expression.otherwise]) if (branch.kind !== "name") this.expression(branch, names);
        return;
      default:
    }
  }

  private label(label: ast.Label | undefined, names: Names): void {
    for (const part of label?.parts ?? []) if (part.kind === "index") this.expression(part.value, names);
  }

  private candidates(names: Names): string[] {
    return [...names.all(), ...this.module.names.keys(), ...operatorNamed.keys(), ...this.known.functions];
  }

  private call(callee: ast.Expression, args: readonly ast.Argument[], carries: boolean, names: Names): void {
    let signature: Signature | undefined;
    if (callee.kind === "name") {
      const kind = this.find(callee.name, names);
      const declared = this.module.names.get(callee.name);
      if (kind === undefined)
        this.problems.report(bindErrors.unknownOperator, this.at(callee), { name: callee.name }, {
          help: didYouMean(callee.name, [...operatorNamed.keys(), ...[...this.module.names].filter(([, one]) => one.kind === "block").map(([name]) => name)]),
        });
      else if (kind === "operator") signature = signatureOfOperator(operatorNamed.get(callee.name)!);
      else if (kind === "block" && declared?.kind === "block") signature = signatureOfBlock(declared.block);
    } else this.expression(callee, names);
    // Incomplete calls are allowed where a block is handed on; elaboration tells them apart.
    const matched = signature && matchArguments(signature, args, { carries, complete: carries }, this.at(callee), this.problems);
    for (const argument of args) {
      const bare = argument.value.kind === "name" && this.find(argument.value.name, names) === undefined;
      // A bare word may be the member of an enum; what a block parameter takes is known only when it is called.
      const slot = [...(matched?.given ?? [])].find(([, list]) => list.includes(argument))?.[0];
      if (!bare || (matched?.ok && carries && slot !== undefined && !this.takesWords(callee, slot))) this.expression(argument.value, names);
    }
  }

  private takesWords(callee: ast.Expression, slot: string): boolean {
    if (callee.kind !== "name") return true;
    const declared = this.module.names.get(callee.name);
    if (declared?.kind === "block") {
      const type = declared.block.parameters.find((parameter) => parameter.name.text === slot)?.type;
      return type?.kind === "enum" || (type?.kind === "list" && type.element.kind === "enum");
    }
    const spec = operatorNamed.get(callee.name)?.parameters[slot];
    return spec?.kind === "choice" || spec?.kind === "padding";
  }
}

/** Names of bindings with an index, at any depth. */
function* familiesIn(statements: readonly ast.Statement[]): Iterable<string> {
  for (const statement of statements) {
    if (statement.kind === "binding" && statement.indices.length > 0) yield statement.name.text;
    else if (statement.kind === "role" || statement.kind === "for") yield* familiesIn(statement.body);
    else if (statement.kind === "if") yield* familiesIn([...statement.then, ...statement.otherwise]);
  }
}
