/** Expressions: the flat lists of operands and operators become trees here. */
import type { CstNode, IToken } from "chevrotain";
import * as say from "../diagnostics/catalogue/syntax.js";
import { Problems } from "../diagnostics/problem.js";
import { spanning, type Place, type SourceFile, type Span } from "../source/source.js";
import type { Argument, BinaryOperator, Expression, ForClause, Label, LabelPart, Name, Step } from "./ast.js";
import { Climber, prefixed, prefixesOf, signOf } from "./climb.js";
import { lastToken, node, nodes, token, tokens } from "./cst.js";
import { deepestBrackets, matchBrackets } from "./brackets.js";
import { lex, spanOf } from "./lex.js";
import { theParser } from "./parser.js";
import { bracesIn, insideOf } from "./strings.js";

export const nameOf = (word: IToken): Name => ({ text: word.image, span: spanOf(word) });

/** Operators in a row: `2^2^2^2` is as deep as it is long. */
const mostOperators = 1000;

const shortened = (text: string): string => (text.length > 40 ? `${text.slice(0, 37)}...` : text);

export class ExpressionBuilder {
  /** Set when something was built that the bracket count does not bound: a long chain of operators, indices or branches. */
  mayBeDeep = false;
  /** Whether a single `=` is an equation here. */
  private equations = false;
  /** The `=` of `padding = 1` among arguments, which gets a message of its own. */
  private tolerated: IToken | undefined;

  constructor(
    protected readonly source: SourceFile,
    protected readonly problems: Problems,
  ) {}

  protected place(span: Span): Place {
    return { file: this.source, span };
  }

  protected withEquations<T>(allowed: boolean, build: () => T): T {
    const before = this.equations;
    this.equations = allowed;
    const built = build();
    this.equations = before;
    return built;
  }

  /** The expression among the children; broken, at the end of what was read, where it is missing. */
  protected expressionIn(cst: CstNode, name: "expression" | "operation"): Expression {
    const found = node(cst, name);
    if (found !== undefined) return name === "expression" ? this.expression(found) : this.operation(found);
    return this.broken(cst);
  }

  private broken(cst: CstNode): Expression {
    const last = lastToken(cst);
    const at = last === undefined ? 0 : spanOf(last).end;
    return { kind: "broken", span: { start: at, end: at } };
  }

  expression(cst: CstNode): Expression {
    const conditional = node(cst, "conditional");
    const head = conditional !== undefined ? this.conditional(conditional) : this.expressionIn(cst, "operation");
    const label = node(cst, "label");
    const steps = nodes(cst, "step").flatMap((step) => this.step(step) ?? []);
    const headLabel = label && this.label(label);
    if (headLabel === undefined && steps.length === 0) return head;
    const span = { start: head.span.start, end: (steps.at(-1)?.span ?? headLabel?.span ?? head.span).end };
    return { kind: "chain", head, headLabel, steps, span };
  }

  private step(cst: CstNode): Step | undefined {
    const arrow = token(cst, "Arrow");
    const words = tokens(cst, "Identifier");
    if (arrow === undefined || words.length === 0) return undefined;
    let callee: Expression = { kind: "name", name: words[0]!.image, span: spanOf(words[0]!) };
    for (const word of words.slice(1)) {
      callee = { kind: "member", base: callee, member: nameOf(word), span: spanning(callee.span, spanOf(word)) };
    }
    if (words.length > 100) this.mayBeDeep = true;
    const list = node(cst, "arguments");
    const label = node(cst, "label");
    const builtLabel = label && this.label(label);
    const listEnd = list === undefined ? undefined : lastToken(list);
    const end = builtLabel?.span.end ?? (listEnd === undefined ? callee.span.end : spanOf(listEnd).end);
    // Arguments with an error in them are not the ones that the author meant.
    if (list?.recoveredNode === true) callee = { kind: "broken", span: callee.span };
    return { callee, arguments: list === undefined ? [] : this.arguments(list), label: builtLabel, span: { start: arrow.startOffset, end } };
  }

  /** Undefined when nothing of it could be read. */
  private label(cst: CstNode): Label | undefined {
    const words = tokens(cst, "Word").map((word) => ({ at: word.startOffset, part: { kind: "word", name: nameOf(word) } as LabelPart, end: spanOf(word).end }));
    const indices = nodes(cst, "index").map((index) => {
      const value = this.expressionIn(index, "expression");
      const last = lastToken(index);
      return { at: value.span.start, part: { kind: "index", value } as LabelPart, end: last === undefined ? value.span.end : spanOf(last).end, open: token(index, "LSquare") };
    });
    const all = [...words, ...indices].sort((a, b) => a.at - b.at);
    const start = Math.min(words[0]?.at ?? Infinity, indices[0]?.open?.startOffset ?? Infinity);
    if (!Number.isFinite(start)) return undefined;
    const span = { start, end: Math.max(all.at(-1)!.end, start) };
    const only = all.length === 1 ? all[0]!.part : undefined;
    if (only?.kind === "word" && only.name.text === "_") return { parts: [], span };
    return { parts: all.map(({ part }) => part), span };
  }

  private conditional(cst: CstNode): Expression {
    return this.withEquations(false, () => {
      const words = tokens(cst, "If");
      const parts = nodes(cst, "operation");
      if (words.length > 100) this.mayBeDeep = true;
      const part = (index: number): Expression => (parts[index] === undefined ? this.broken(cst) : this.operation(parts[index]!));
      let result = part(2 * words.length);
      for (let i = words.length - 1; i >= 0; i--) {
        const span = { start: words[i]!.startOffset, end: result.span.end };
        result = { kind: "conditional", condition: part(2 * i), then: part(2 * i + 1), otherwise: result, span };
      }
      return result;
    });
  }

  operation(cst: CstNode): Expression {
    const operands = nodes(cst, "operand");
    const operators = tokens(cst, "BinaryOperator");
    if (operators.length === 0) return operands[0] === undefined ? this.broken(cst) : this.operand(operands[0], true);
    if (operators.length > mostOperators) {
      const span = spanOf(operators[mostOperators]!);
      this.problems.report(say.tooDeep, this.place(span), { most: mostOperators });
      return { kind: "broken", span };
    }
    if (operators.length > 100) this.mayBeDeep = true;
    return new Climber(operators, operands, this).climb();
  }

  /** An operand, with or without its prefixes: the climber sets those itself, since operators may bind tighter. */
  operand(cst: CstNode, withPrefixes: boolean): Expression {
    let result = this.suffixed(cst);
    if (!withPrefixes) return result;
    const prefixes = prefixesOf(cst);
    if (prefixes.length > 100) this.mayBeDeep = true;
    for (let i = prefixes.length - 1; i >= 0; i--) result = prefixed(prefixes[i]!, result);
    return result;
  }

  private suffixed(cst: CstNode): Expression {
    const primary = node(cst, "primary");
    let result = primary === undefined ? this.broken(cst) : this.primary(primary);
    const lists = nodes(cst, "arguments");
    const indices = nodes(cst, "index");
    const members = nodes(cst, "member");
    const count = lists.length + indices.length + members.length;
    if (count === 0) return result;
    if (count > 100) this.mayBeDeep = true;
    const start = result.span.start;
    // Three lists, merged by where their items stand.
    const at = (suffix: CstNode | undefined, sign: string): number => (suffix === undefined ? Infinity : (token(suffix, sign)?.startOffset ?? Infinity));
    for (let a = 0, i = 0, m = 0; a + i + m < count; ) {
      const call = at(lists[a], "LParen");
      const index = at(indices[i], "LSquare");
      const member = at(members[m], "Dot");
      if (call < index && call < member) {
        const list = lists[a++]!;
        const span = { start, end: this.endOf(list) };
        result = list.recoveredNode === true ? { kind: "broken", span } : { kind: "call", callee: result, arguments: this.arguments(list), span };
      } else if (index < member) {
        const cstIndex = indices[i++]!;
        result = { kind: "index", base: result, index: this.withEquations(false, () => this.expressionIn(cstIndex, "expression")), span: { start, end: this.endOf(cstIndex) } };
      } else if (member < Infinity) {
        const name = token(members[m++]!, "Identifier");
        result = name === undefined ? { kind: "broken", span: result.span } : { kind: "member", base: result, member: nameOf(name), span: { start, end: spanOf(name).end } };
      } else break;
    }
    return result;
  }

  private endOf(cst: CstNode): number {
    const last = lastToken(cst);
    return last === undefined ? 0 : spanOf(last).end;
  }

  private primary(cst: CstNode): Expression {
    for (const key in cst.children) {
      const child = cst.children[key]![0]!;
      switch (key) {
        case "Identifier": return { kind: "name", name: (child as IToken).image, span: spanOf(child as IToken) };
        case "Int": return this.number("int", child as IToken);
        case "Float": return this.number("float", child as IToken);
        case "String": return this.text(child as IToken);
        case "True": return { kind: "bool", value: true, span: spanOf(child as IToken) };
        case "False": return { kind: "bool", value: false, span: spanOf(child as IToken) };
        case "list": return this.withEquations(false, () => this.list(child as CstNode));
        case "braces": return this.withEquations(false, () => this.braces(child as CstNode));
        case "parentheses": return this.parentheses(child as CstNode);
      }
    }
    return this.broken(cst);
  }

  private number(kind: "int" | "float", word: IToken): Expression {
    const value = Number(word.image.replaceAll("_", ""));
    const span = spanOf(word);
    if (kind === "int" ? value > Number.MAX_SAFE_INTEGER : !Number.isFinite(value)) {
      this.problems.report(say.numberTooLarge, this.place(span), { found: shortened(word.image) });
      return { kind: "broken", span };
    }
    return { kind, value, span };
  }

  private text(word: IToken): Expression {
    const span = spanOf(word);
    const inside = insideOf(word);
    const braces = inside && word.image.includes("{") ? bracesIn(this.source.text, inside) : [];
    if (braces.length === 0) return { kind: "string", value: this.stringValue(word), span };
    const parts: (string | Expression)[] = [];
    let at = inside!.start;
    for (const brace of braces) {
      parts.push(this.unescaped({ start: at, end: brace.start }), this.embedded(brace));
      at = brace.end;
    }
    parts.push(this.unescaped({ start: at, end: inside!.end }));
    return { kind: "text", parts: parts.filter((part) => part !== ""), span };
  }

  /** The expression in the braces of a string. */
  private embedded(braces: Span): Expression {
    const faults = new Problems();
    const { tokens, comments } = lex(this.source, faults, { start: braces.start + 1, end: braces.end - 1 });
    const brackets = matchBrackets(this.source.text, tokens, deepestBrackets);
    if (this.source.text[braces.end - 1] === "}" && faults.list.length + comments.length === 0 && brackets.tooDeep === undefined) {
      const { cst, failures } = theParser().parseExpression(tokens, brackets);
      if (cst !== undefined && failures.length === 0) return this.withEquations(false, () => this.expression(cst));
    }
    this.problems.report(say.badInterpolation, this.place(braces), { found: shortened(this.source.text.slice(braces.start, braces.end)) });
    return { kind: "broken", span: braces };
  }

  protected stringValue(word: IToken): string {
    const { start, end } = spanOf(word);
    return this.unescaped(insideOf(word) ?? { start: start + 1, end });
  }

  private unescaped(part: Span): string {
    const inside = this.source.text.slice(part.start, part.end);
    if (!inside.includes("\\")) return inside;
    let reported = false;
    return inside.replace(/\\(.?)/gu, (escape: string, c: string, offset: number) => {
      if (c === "n") return "\n";
      if (c === '"' || c === "\\" || c === "{") return c;
      const start = part.start + offset;
      if (c !== "" && !reported) this.problems.report(say.badEscape, this.place({ start, end: start + escape.length }), { found: escape });
      reported = true;
      return c;
    });
  }

  /** The span of what stands in parentheses includes them, so that a span never cuts a bracket off. */
  private parentheses(cst: CstNode): Expression {
    const inner = this.expressionIn(cst, "expression");
    const open = token(cst, "LParen");
    const close = token(cst, "RParen");
    return { ...inner, span: { start: open?.startOffset ?? inner.span.start, end: close === undefined ? inner.span.end : spanOf(close).end } };
  }

  private list(cst: CstNode): Expression {
    const items = nodes(cst, "expression").map((each) => this.expression(each));
    const span = this.bracketSpan(cst, "LSquare");
    const comprehension = node(cst, "comprehension");
    if (cst.recoveredNode === true) return { kind: "broken", span };
    if (comprehension === undefined) return { kind: "list", items, span };
    if (items.length > 1) {
      this.problems.report(say.unexpected, this.place(items[1]!.span), { expected: "`]` to close the list", found: "another item" }, {
        help: "a list with `for` has one item before the `for`",
      });
    }
    const condition = node(comprehension, "operation");
    return {
      kind: "comprehension",
      item: items[0] ?? { kind: "broken", span },
      clauses: this.clauses(node(comprehension, "clauses")),
      condition: condition && this.operation(condition),
      span,
    };
  }

  private braces(cst: CstNode): Expression {
    const span = this.bracketSpan(cst, "LCurly");
    if (cst.recoveredNode === true) return { kind: "broken", span };
    return { kind: "braces", items: this.arguments(cst).map(({ name, value }) => ({ name, value })), span };
  }

  private bracketSpan(cst: CstNode, open: string): Span {
    return { start: token(cst, open)?.startOffset ?? 0, end: this.endOf(cst) };
  }

  protected clauses(cst: CstNode | undefined): ForClause[] {
    if (cst === undefined) return [];
    return nodes(cst, "clause").flatMap((clause): ForClause[] => {
      const name = token(clause, "Identifier");
      return name === undefined ? [] : [{ name: nameOf(name), over: this.expressionIn(clause, "operation") }];
    });
  }

  protected arguments(cst: CstNode): Argument[] {
    return nodes(cst, "argument").map((each) => this.withEquations(false, () => this.argument(each)));
  }

  private argument(cst: CstNode): Argument {
    const name = token(cst, "Identifier");
    const expression = node(cst, "expression");
    if (expression === undefined) {
      const value = this.broken(cst);
      return { name: name && nameOf(name), value, span: name === undefined ? value.span : spanning(spanOf(name), value.span) };
    }
    if (name !== undefined) {
      const value = this.expression(expression);
      return { name: nameOf(name), value, span: spanning(spanOf(name), value.span) };
    }
    const equals = equalsAfterName(expression);
    this.tolerated = equals;
    const value = this.expression(expression);
    if (equals === undefined) return { name: undefined, value, span: value.span };
    const sign = spanOf(equals);
    if (value.kind !== "binary" || value.operator !== "=" || value.left.kind !== "name") {
      this.equalsCompares(sign);
      return { name: undefined, value, span: value.span };
    }
    this.problems.report(say.equalsInArgument, this.place(sign), { name: value.left.name }, {
      fix: { title: "write `:`", edits: [{ place: this.place({ start: value.left.span.end, end: sign.end }), text: ":" }], safe: true },
    });
    return { name: { text: value.left.name, span: value.left.span }, value: value.right, span: value.span };
  }

  private equalsCompares(sign: Span): void {
    this.problems.report(say.equalsForComparison, this.place(sign), {}, {
      fix: { title: "write `==`", edits: [{ place: this.place(sign), text: "==" }], safe: true },
    });
  }

  // ---- what the climber needs -----------------------------------------------------------------------------------------

  combine(operator: IToken, left: Expression, right: Expression): Expression {
    const span = spanning(left.span, right.span);
    if (operator.tokenType.name === "DotDot" || operator.tokenType.name === "Downto") {
      return { kind: "range", from: left, to: right, down: operator.tokenType.name === "Downto", span };
    }
    const sign = signOf(operator);
    if (operator === this.refused) return { kind: "broken", span };
    if (sign === "=" && !this.equations && operator !== this.tolerated) {
      this.equalsCompares(spanOf(operator));
      return { kind: "binary", operator: "==", left, right, span };
    }
    return { kind: "binary", operator: sign as BinaryOperator, left, right, span };
  }

  /** The second of two comparisons in a row: what it would compare is not known. */
  private refused: IToken | undefined;

  chained(first: IToken, second: IToken): void {
    this.refused = second;
    this.problems.report(say.chainedComparison, this.place(spanOf(second)), { first: first.image, second: second.image }, {
      labels: [{ place: this.place(spanOf(first)), text: "the first one" }],
    });
  }
}

/** The `=` of `kernel = 1`. */
function equalsAfterName(expression: CstNode): IToken | undefined {
  const operation = node(expression, "operation");
  const operator = operation && token(operation, "BinaryOperator");
  if (operator?.tokenType.name !== "Equals") return undefined;
  const operand = node(operation!, "operand");
  const primary = operand && node(operand, "primary");
  return primary !== undefined && Object.keys(operand!.children).length === 1 && token(primary, "Identifier") !== undefined ? operator : undefined;
}
