/** Files, declarations and statements as documents. */
import * as t from "../../grammar/tokens.js";
import type { Declaration, File, If, Parameter, Statement, Use } from "../syntax/ast.js";
import { spanning } from "../source/source.js";
import { blank, brokenGroup, group, hardline, indent, join, line, type Doc } from "./doc.js";
import { ExpressionLayout } from "./format-expression.js";

/** Statements that may stand between braces on one line. */
const simple: ReadonlySet<Statement["kind"]> = new Set(["binding", "let", "expect", "return"]);

interface Braces {
  readonly open: number;
  readonly close: number;
}

export class FileLayout extends ExpressionLayout {
  file(tree: File): Doc {
    const items = [...tree.uses, ...tree.declarations].sort((a, b) => a.span.start - b.span.start);
    const docs = items.map((item, i): Doc => {
      const apart = i > 0 && (isLarge(item) || isLarge(items[i - 1]!) || this.blankBefore(item.span.start));
      return [i === 0 ? "" : [apart ? blank : "", hardline], this.element(item.span, () => (item.kind === "use" ? this.use(item) : this.declaration(item)))];
    });
    const end = tree.span.end + 1;
    const apart = docs.length > 0 && this.blankBefore(end);
    const rest = this.origin === undefined ? undefined : this.trivia.dangling(end);
    return rest === undefined ? docs : [docs, docs.length === 0 ? "" : [apart ? blank : "", hardline], rest];
  }

  private blankBefore(offset: number): boolean {
    return this.origin !== undefined && this.trivia.blankBefore(offset);
  }

  /** Documentation is a comment of the text; a tree without text has it only in its nodes. */
  private doc(text: string | undefined): Doc {
    if (this.origin !== undefined || text === undefined) return "";
    return text.split("\n").map((each): Doc => [each === "" ? "///" : `/// ${each}`, hardline]);
  }

  private use(node: Use): Doc {
    const path = node.module.from === "std" ? node.module.path : this.expression({ kind: "string", value: node.module.path, span: node.module.span });
    const names = node.names.map(({ name, alias }) => ({
      span: alias === undefined ? name.span : spanning(name.span, alias.span),
      doc: (): Doc => (alias === undefined ? name.text : `${name.text} as ${alias.text}`),
    }));
    return ["use ", path, " ", this.bracketed("{", names, "}", node.span.end - 1, line)];
  }

  private declaration(node: Declaration): Doc {
    if (node.kind === "let") return this.statement(node);
    const closeAt = this.bracketAt(node.name.span.end, t.LParen)?.close;
    // A model without parameters needs no parentheses.
    const bare = node.kind === "model" && node.parameters.length === 0 && closeAt === undefined;
    const parameters = bare ? "" : this.bracketed("(", node.parameters.map((each) => ({ span: each.span, doc: () => this.parameter(each) })), ")", closeAt);
    const result: Doc = node.kind === "block" && node.result !== undefined ? [" -> ", this.type(node.result)] : "";
    return [this.doc(node.doc), `${node.kind} ${node.name.text}`, parameters, result, " ", this.body(node.body, this.bracesOf(node.span.end), node.kind === "block")];
  }

  private parameter(node: Parameter): Doc {
    const allowed: Doc = node.allowed === undefined ? "" : [" in ", this.allowed(node.allowed)];
    const value: Doc = node.default === undefined ? "" : [" = ", this.expression(node.default)];
    return [this.doc(node.doc), node.name.text, ": ", this.type(node.type), allowed, value];
  }

  /** A `=` after `in` would start the default. */
  private allowed(node: NonNullable<Parameter["allowed"]>): Doc {
    return node.kind === "binary" && node.operator === "=" ? ["(", this.operation(node), ")"] : this.operation(node);
  }

  // ---- bodies ---------------------------------------------------------------------------------------------------------

  private bracesOf(end: number): Braces | undefined {
    const open = this.openOf(end);
    return open === undefined ? undefined : { open, close: end - 1 };
  }

  /** One simple statement may stay on the line of its braces, if its author wrote it there. */
  private body(statements: readonly Statement[], braces: Braces | undefined, mayBeFlat: boolean): Doc {
    const after = braces === undefined ? [] : this.trivia.trailing(braces.open + 1);
    const docs = statements.map((each, i): Doc => {
      const apart = i > 0 && this.blankBefore(each.span.start);
      return [i === 0 ? "" : [apart ? blank : "", hardline], this.element(each.span, () => this.statement(each))];
    });
    const apart = braces !== undefined && docs.length > 0 && this.blankBefore(braces.close);
    const rest = braces === undefined ? undefined : this.trivia.dangling(braces.close);
    if (docs.length === 0 && rest === undefined && after.length === 0) return "{}";
    const comments = rest === undefined ? "" : [docs.length === 0 ? "" : [apart ? blank : "", hardline], rest];
    const flat = mayBeFlat && rest === undefined && statements.length === 1 && simple.has(statements[0]!.kind) && braces !== undefined && !this.trivia.breaksAfter(braces.open + 1);
    if (docs.length === 0 && rest === undefined) return brokenGroup("{", after, hardline, "}");
    return (flat ? group : brokenGroup)("{", after, indent(line, docs, comments), line, "}");
  }

  // ---- statements -----------------------------------------------------------------------------------------------------

  private statement(node: Statement): Doc {
    switch (node.kind) {
      case "input": {
        const where: Doc = node.where.length === 0 ? "" : [line, "where ", indent(join([",", line], node.where.map((each) => this.operation(each))))];
        const settings: Doc = node.settings.length === 0 ? "" : [line, "with ", indent(join([",", line], node.settings.map((each) => this.argument(each))))];
        return [this.doc(node.doc), group("input ", node.name.text, ": ", this.list(node.shape, undefined), indent(where, settings))];
      }
      case "binding": {
        const indices = node.indices.map((index): Doc => ["[", this.index(index), "]"]);
        return [this.doc(node.doc), node.role === undefined ? "" : `${node.role} `, node.name.text, indices, " = ", this.expression(node.value)];
      }
      case "role": return [node.role, " ", this.body(node.body, this.bracesOf(node.span.end), true)];
      case "let": return [this.doc(node.doc), "let ", node.name.text, " = ", this.expression(node.value)];
      case "for": return ["for ", this.clauses(node.clauses), " ", this.body(node.body, this.bracesOf(node.span.end), true)];
      case "if": return this.if(node);
      case "expect":
        switch (node.what.kind) {
          case "shape": return ["expect ", this.expression(node.what.subject), ": ", this.list(node.what.shape, undefined)];
          case "fact": return ["expect ", this.expression(node.what.condition)];
          case "alignment": return group("expect alignment ", indent(join([",", line], node.what.constraints.map((each) => this.operation(each)))));
        }
      case "return": return ["return ", this.expression(node.value)];
    }
  }

  private if(node: If, mayBeFlat = true): Doc {
    const braces = this.bracketAfter(node.condition.span.end);
    const next = node.otherwise.length === 1 && node.otherwise[0]!.kind === "if" ? node.otherwise[0] : undefined;
    const head: Doc = ["if ", this.operation(node.condition), " ", this.body(node.then, braces, mayBeFlat && node.otherwise.length === 0)];
    if (node.otherwise.length === 0) return head;
    if (next !== undefined) return [head, " else ", this.if(next, false)];
    const elseWord = braces === undefined ? undefined : this.tokenAfter(braces.close + 1);
    return [head, " else ", this.body(node.otherwise, elseWord === undefined ? undefined : this.bracketAfter(elseWord.startOffset + 4), false)];
  }

  private bracketAfter(offset: number): Braces | undefined {
    return this.origin === undefined ? undefined : this.bracketAt(offset, t.LCurly);
  }
}

const isLarge = (item: Use | Declaration): boolean => item.kind === "model" || item.kind === "block";
