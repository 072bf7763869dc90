/** From chevrotain's tree to ours. After an error any child may be missing; what is missing becomes `broken` or is left out. */
import type { CstNode } from "chevrotain";
import * as say from "../diagnostics/catalogue/syntax.js";
import type { Problems } from "../diagnostics/problem.js";
import { didYouMean } from "../diagnostics/suggest.js";
import { spanning, type SourceFile, type Span } from "../source/source.js";
import type { Argument, Binding, Block, Declaration, Expect, Expression, File, For, If, Input, Let, Model, Parameter, Return, Role, RoleBlock, Statement, TypeExpression, Use } from "./ast.js";
import { firstToken, lastToken, node, nodes, token, tokens } from "./cst.js";
import type { Docs } from "./docs.js";
import { ExpressionBuilder, nameOf } from "./build-expression.js";
import { spanOf } from "./lex.js";

const typeNames = ["int", "float", "bool", "string", "tensor", "block"] as const;
const isTypeName = (text: string): text is (typeof typeNames)[number] => (typeNames as readonly string[]).includes(text);

export class AstBuilder extends ExpressionBuilder {
  constructor(
    source: SourceFile,
    problems: Problems,
    private readonly docs: Docs,
  ) {
    super(source, problems);
  }

  file(cst: CstNode): File {
    const uses: Use[] = [];
    const declarations: Declaration[] = [];
    // Documentation above the first `use` belongs to the declaration that follows the uses.
    let header: string | undefined;
    for (const each of nodes(cst, "declaration")) {
      const use = node(each, "use");
      if (use !== undefined) {
        if (declarations.length === 0) header = this.doc(use) ?? header;
        const built = this.use(use);
        if (built !== undefined) uses.push(built);
        continue;
      }
      const declaration = this.declaration(each, header);
      if (declaration === undefined) continue;
      header = undefined;
      declarations.push(declaration);
    }
    return { uses, declarations, span: { start: 0, end: this.source.text.length } };
  }

  private declaration(cst: CstNode, header: string | undefined): Declaration | undefined {
    const model = node(cst, "model");
    if (model !== undefined) return this.model(model, header);
    const block = node(cst, "block");
    if (block !== undefined) return this.block(block, header);
    const let_ = node(cst, "let");
    return let_ === undefined ? undefined : this.let(let_, header);
  }

  private use(cst: CstNode): Use | undefined {
    const text = token(cst, "String");
    const path = node(cst, "modulePath");
    const names = nodes(cst, "useNames").flatMap((list) => nodes(list, "useName")).flatMap((each) => {
      const [name, alias] = tokens(each, "Identifier");
      return name === undefined ? [] : [{ name: nameOf(name), alias: alias && nameOf(alias) }];
    });
    const span = this.spanOfNode(cst);
    if (text !== undefined) return { kind: "use", module: { from: "file", path: this.stringValue(text), span: spanOf(text) }, names, span };
    const words = path === undefined ? [] : tokens(path, "Identifier");
    if (words.length === 0) return undefined;
    const module = { from: "std" as const, path: words.map((word) => word.image).join("."), span: spanning(spanOf(words[0]!), spanOf(words.at(-1)!)) };
    return { kind: "use", module, names, span };
  }

  private model(cst: CstNode, header: string | undefined): Model | undefined {
    const name = token(cst, "Identifier");
    if (name === undefined) return undefined;
    return {
      kind: "model",
      doc: this.doc(cst) ?? header,
      name: nameOf(name),
      parameters: this.parameters(node(cst, "parameters")),
      body: this.body(node(cst, "body")),
      span: this.spanOfNode(cst),
    };
  }

  private block(cst: CstNode, header: string | undefined): Block | undefined {
    const name = token(cst, "Identifier");
    if (name === undefined) return undefined;
    const result = node(cst, "type");
    return {
      kind: "block",
      doc: this.doc(cst) ?? header,
      name: nameOf(name),
      parameters: this.parameters(node(cst, "parameters")),
      result: result && this.type(result),
      body: this.body(node(cst, "body")),
      span: this.spanOfNode(cst),
    };
  }

  private parameters(cst: CstNode | undefined): Parameter[] {
    if (cst === undefined) return [];
    return nodes(cst, "parameter").flatMap((each): Parameter[] => {
      const name = token(each, "Identifier");
      const type = node(each, "type");
      if (name === undefined) return [];
      const allowed = node(each, "operation");
      const value = node(each, "expression");
      return [{
        doc: this.doc(each),
        name: nameOf(name),
        type: type === undefined ? { kind: "unknown", span: spanOf(name) } : this.type(type),
        allowed: allowed && this.operation(allowed),
        default: value && this.expression(value),
        span: this.spanOfNode(each),
      }];
    });
  }

  private type(cst: CstNode): TypeExpression {
    const span = this.spanOfNode(cst);
    const list = node(cst, "listType");
    if (list !== undefined) {
      const element = node(list, "type");
      return { kind: "list", element: element === undefined ? { kind: "named", name: "int", span } : this.type(element), span };
    }
    const braces = node(cst, "bracesType");
    if (braces !== undefined) return this.bracesType(braces, span);
    if (token(cst, "Block") !== undefined) return { kind: "named", name: "block", span };
    const word = token(cst, "Identifier")?.image ?? "tensor";
    if (isTypeName(word)) return { kind: "named", name: word, span };
    this.problems.report(say.unknownType, this.place(span), { word }, { help: didYouMean(word, typeNames) ?? say.unknownType.help });
    return { kind: "unknown", span };
  }

  private bracesType(cst: CstNode, span: Span): TypeExpression {
    const items = nodes(cst, "bracesTypeItem").flatMap((item) => {
      const name = token(item, "Identifier");
      const type = node(item, "type");
      return name === undefined ? [] : [{ name: nameOf(name), type: type && this.type(type) }];
    });
    const typed = items.filter((item) => item.type !== undefined);
    if (typed.length === 0) return { kind: "enum", members: items.map((item) => item.name), span };
    if (typed.length < items.length && cst.recoveredNode !== true) {
      this.problems.report(say.mixedRecord, this.place(span), {}, {
        labels: items.filter((item) => item.type === undefined).map((item) => ({ place: this.place(item.name.span), text: "has no type" })),
      });
    }
    const fields = items.map(({ name, type }) => ({ name, type: type ?? ({ kind: "named", name: "tensor", span: name.span } as const) }));
    return { kind: "record", fields, span };
  }

  // ---- statements -----------------------------------------------------------------------------------------------------

  private body(cst: CstNode | undefined): Statement[] {
    return cst === undefined ? [] : nodes(cst, "statement").flatMap((each) => this.statement(each) ?? []);
  }

  private statement(cst: CstNode): Statement | undefined {
    for (const key in cst.children) {
      const child = cst.children[key]![0] as CstNode | undefined;
      if (child === undefined) continue;
      switch (key) {
        case "binding": return this.binding(child);
        case "inputStatement": return this.input(child);
        case "roleBlock": return this.roleBlock(child);
        case "let": return this.let(child, undefined);
        case "for": return this.for(child);
        case "if": return this.if(child);
        case "expect": return this.expect(child);
        case "return": return this.return(child);
      }
    }
    return undefined;
  }

  private input(cst: CstNode): Input | undefined {
    const name = token(cst, "Identifier");
    const shape = node(cst, "shape");
    if (name === undefined || shape === undefined) return undefined;
    const where = node(cst, "where");
    const settings = node(cst, "with");
    return {
      kind: "input",
      doc: this.doc(cst),
      name: nameOf(name),
      shape: this.expressions(shape),
      where: where === undefined ? [] : this.constraints(node(where, "constraints")),
      settings: settings === undefined ? [] : nodes(settings, "setting").flatMap((each): Argument[] => {
        const setting = token(each, "Identifier");
        if (setting === undefined) return [];
        return [{ name: nameOf(setting), value: this.expressionIn(each, "expression"), span: this.spanOfNode(each) }];
      }),
      span: this.spanOfNode(cst),
    };
  }

  private binding(cst: CstNode): Binding | undefined {
    const name = token(cst, "Identifier");
    if (name === undefined) return undefined;
    const first = firstToken(cst)!;
    const value = this.expressionIn(cst, "expression");
    return {
      kind: "binding",
      doc: this.docs.take(first.startOffset),
      role: token(cst, "Role")?.image as Role | undefined,
      name: nameOf(name),
      indices: nodes(cst, "index").map((index) => this.expressionIn(index, "expression")),
      value,
      span: spanning(spanOf(first), value.span),
    };
  }

  private roleBlock(cst: CstNode): RoleBlock | undefined {
    const role = token(cst, "Role");
    if (role === undefined) return undefined;
    return { kind: "role", role: role.image as Role, body: this.body(node(cst, "body")), span: this.spanOfNode(cst) };
  }

  private let(cst: CstNode, header: string | undefined): Let | undefined {
    const name = token(cst, "Identifier");
    if (name === undefined) return undefined;
    return { kind: "let", doc: this.doc(cst) ?? header, name: nameOf(name), value: this.expressionIn(cst, "expression"), span: this.spanOfNode(cst) };
  }

  private for(cst: CstNode): For {
    return { kind: "for", clauses: this.clauses(node(cst, "clauses")), body: this.body(node(cst, "body")), span: this.spanOfNode(cst) };
  }

  /** `else if` is one nested If, built from the last to the first. */
  private if(cst: CstNode): If {
    const conditions = nodes(cst, "operation");
    const bodies = nodes(cst, "body");
    const words = tokens(cst, "If");
    const { end } = this.spanOfNode(cst);
    if (words.length > 100) this.mayBeDeep = true;
    let otherwise: readonly Statement[] = this.body(bodies[words.length]);
    for (let i = words.length - 1; i >= 0; i--) {
      const span = { start: words[i]!.startOffset, end };
      const condition = conditions[i];
      const built: If = {
        kind: "if",
        condition: condition === undefined ? { kind: "broken", span: spanOf(words[i]!) } : this.operation(condition),
        then: this.body(bodies[i]),
        otherwise,
        span,
      };
      if (i === 0) return built;
      otherwise = [built];
    }
    throw new Error("an `if` without `if`");
  }

  private expect(cst: CstNode): Expect {
    const span = this.spanOfNode(cst);
    const constraints = node(cst, "constraints");
    if (constraints !== undefined) return { kind: "expect", what: { kind: "alignment", constraints: this.constraints(constraints) }, span };
    const subject = this.expressionIn(cst, "expression");
    const shape = node(cst, "shape");
    if (shape !== undefined) return { kind: "expect", what: { kind: "shape", subject, shape: this.expressions(shape) }, span };
    return { kind: "expect", what: { kind: "fact", condition: token(cst, "Colon") === undefined ? subject : { kind: "broken", span } }, span };
  }

  private return(cst: CstNode): Return {
    return { kind: "return", value: this.expressionIn(cst, "expression"), span: this.spanOfNode(cst) };
  }

  private constraints(cst: CstNode | undefined): Expression[] {
    if (cst === undefined) return [];
    return nodes(cst, "operation").map((each) => this.withEquations(true, () => this.operation(each)));
  }

  private expressions(cst: CstNode): Expression[] {
    return nodes(cst, "expression").map((each) => this.expression(each));
  }

  private doc(cst: CstNode): string | undefined {
    const first = firstToken(cst);
    return first === undefined ? undefined : this.docs.take(first.startOffset);
  }

  private spanOfNode(cst: CstNode): Span {
    const first = firstToken(cst);
    const last = lastToken(cst);
    return first === undefined || last === undefined ? { start: 0, end: 0 } : spanning(spanOf(first), spanOf(last));
  }
}
