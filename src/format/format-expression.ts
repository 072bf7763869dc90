/** Expressions as documents. Parentheses are set where the tree needs them and nowhere else. */
import type { IToken, TokenType } from "chevrotain";
import { precedenceOf } from "../../grammar/precedence.js";
import * as t from "../../grammar/tokens.js";
import { spanning, type Span } from "../source/source.js";
import type { Argument, Expression, ForClause, Label, Step, TypeExpression } from "../syntax/ast.js";
import { matchBrackets, type Brackets } from "../syntax/brackets.js";
import type { Comment } from "../syntax/comments.js";
import { indexAt } from "../syntax/parser.js";
import { spanOf } from "../syntax/lex.js";
import { group, hardline, ifBroken, indent, join, line, render, softline, type Doc } from "./doc.js";
import { Trivia } from "./trivia.js";

/** The text that a tree was read from. A tree that a program made has none, and is written without comments. */
export interface Origin {
  readonly text: string;
  readonly tokens: readonly IToken[];
  readonly comments: readonly Comment[];
}

/** How tightly an expression holds together: `grammar/precedence.ts` with what lies below and above it. */
const level = { chain: -2, conditional: -1, operation: 0, atom: 100 } as const;

function levelOf(node: Expression): number {
  switch (node.kind) {
    case "chain": return level.chain;
    case "conditional": return level.conditional;
    case "binary": return precedenceOf(node.operator).level;
    case "range": return precedenceOf("..").level;
    case "unary": return precedenceOf(node.operator === "-" ? "negate" : "not").level;
    default: return level.atom;
  }
}

const escaped = (text: string): string => text.replace(/["\\{]/g, "\\$&").replace(/\n/g, "\\n");

const sum = precedenceOf("+").level;
const product = precedenceOf("*").level;
const power = precedenceOf("^").level;

export class ExpressionLayout {
  protected readonly trivia: Trivia;
  private readonly tokens: readonly IToken[];
  private readonly brackets: Brackets;

  constructor(protected readonly origin: Origin | undefined) {
    this.tokens = origin?.tokens ?? [];
    this.brackets = matchBrackets(origin?.text ?? "", this.tokens, Infinity);
    this.trivia = new Trivia(origin?.text ?? "", origin?.comments ?? []);
  }

  // ---- the text behind the tree ---------------------------------------------------------------------------------------

  /** Offsets of the first bracket of this kind at or after an offset, if only opening parentheses are before it, and of its partner. */
  protected bracketAt(offset: number, type: TokenType): { readonly open: number; readonly close: number } | undefined {
    let index = indexAt(this.tokens, offset);
    while (this.tokens[index]?.tokenType === t.LParen && type !== t.LParen) index++;
    if (this.tokens[index]?.tokenType !== type) return undefined;
    const partner = this.tokens[this.brackets.partner[index]!];
    return partner === undefined ? undefined : { open: this.tokens[index]!.startOffset, close: partner.startOffset };
  }

  /** Offset of the bracket that the closing bracket ending at this offset closes. */
  protected openOf(end: number): number | undefined {
    const index = indexAt(this.tokens, end - 1);
    const partner = this.brackets.partner[index];
    return partner === undefined || partner < 0 ? undefined : this.tokens[partner]!.startOffset;
  }

  protected tokenAfter(offset: number): IToken | undefined {
    return this.tokens[indexAt(this.tokens, offset)];
  }

  /** Numbers and strings stay as they were written: `31_030_658`, `1e-3`. */
  private literal(span: Span, otherwise: () => string): string {
    let index = indexAt(this.tokens, span.start);
    while (this.tokens[index]?.tokenType === t.LParen) index++;
    const token = this.tokens[index];
    return token !== undefined && spanOf(token).end <= span.end ? token.image : otherwise();
  }

  // ---- lists ----------------------------------------------------------------------------------------------------------

  /** Items between brackets: on one line, or one a line with a comma after each. */
  protected bracketed(open: string, items: readonly { readonly span: Span; readonly doc: () => Doc }[], close: string, closeAt: number | undefined, space = softline): Doc {
    const docs = items.map(({ span, doc }, i): Doc => [this.element(span, doc), i < items.length - 1 ? [",", line] : ifBroken(",")]);
    const rest = this.origin === undefined || closeAt === undefined ? undefined : this.trivia.dangling(closeAt);
    if (rest !== undefined) return group(open, indent(hardline, docs, docs.length === 0 ? "" : hardline, rest), hardline, close);
    return docs.length === 0 ? `${open}${close}` : group(open, indent(space, docs), space, close);
  }

  protected element(span: Span, doc: () => Doc): Doc {
    return this.origin === undefined ? doc() : this.trivia.around(span, doc);
  }

  protected list(items: readonly Expression[], closeAt: number | undefined): Doc {
    return this.bracketed("[", items.map((item) => ({ span: item.span, doc: () => this.expression(item) })), "]", closeAt);
  }

  protected arguments(items: readonly Argument[], open: string, close: string, closeAt: number | undefined): Doc {
    return this.bracketed(open, items.map((item) => ({ span: item.span, doc: () => this.argument(item) })), close, closeAt);
  }

  protected argument(node: Pick<Argument, "name" | "value">): Doc {
    return [node.name === undefined ? "" : `${node.name.text}: `, this.expression(node.value)];
  }

  // ---- expressions ----------------------------------------------------------------------------------------------------

  /** Anything, chains and conditionals included. */
  expression(node: Expression): Doc {
    return this.at(node, level.chain, false);
  }

  /** Where a chain or a conditional needs parentheses. */
  protected operation(node: Expression): Doc {
    return this.at(node, level.operation, false);
  }

  protected index(node: Expression): Doc {
    return this.at(node, level.chain, true);
  }

  /** `tight`: arithmetic without spaces, as in `x[i-1]`, `0..depth-j` and the products of `16*k + 124`. */
  private at(node: Expression, least: number, tight: boolean): Doc {
    const doc = this.plain(node, tight);
    return levelOf(node) < least ? group("(", indent(softline, doc), softline, ")") : doc;
  }

  private plain(node: Expression, tight: boolean): Doc {
    switch (node.kind) {
      case "int": return this.literal(node.span, () => String(node.value));
      case "float": return this.literal(node.span, () => Number.isInteger(node.value) && node.value < 1e21 ? `${node.value}.0` : String(node.value));
      case "bool": return String(node.value);
      case "string": return this.literal(node.span, () => `"${escaped(node.value)}"`);
      case "text": return this.literal(node.span, () => `"${node.parts.map((part) => (typeof part === "string" ? escaped(part) : `{${render(this.index(part), Infinity)}}`)).join("")}"`);
      case "name": return node.name;
      case "list": return this.list(node.items, this.bracketAt(node.span.start, t.LSquare)?.close);
      case "braces": {
        const items = node.items.map((item): Argument => ({ ...item, span: item.name === undefined ? item.value.span : spanning(item.name.span, item.value.span) }));
        return this.arguments(items, "{", "}", this.bracketAt(node.span.start, t.LCurly)?.close);
      }
      case "comprehension": {
        const condition = node.condition === undefined ? [] : [line, "if ", this.operation(node.condition)];
        return group("[", indent(softline, this.expression(node.item), line, "for ", this.clauses(node.clauses), condition), softline, "]");
      }
      case "range": {
        const end = (each: Expression): Doc => this.at(each, sum, true);
        return [end(node.from), node.down ? " downto " : "..", end(node.to)];
      }
      case "index": return [this.at(node.base, level.atom, tight), "[", this.index(node.index), "]"];
      // `1.x` would be right, but a comment after the dot would make it the number `1.`.
      case "member": return [node.base.kind === "int" || node.base.kind === "float" ? ["(", this.plain(node.base, tight), ")"] : this.at(node.base, level.atom, tight), ".", node.member.text];
      case "call": {
        const callee = this.at(node.callee, level.atom, tight);
        return [callee, this.arguments(node.arguments, "(", ")", this.bracketAt(node.callee.span.end, t.LParen)?.close)];
      }
      case "chain": return this.chain(node);
      case "unary": {
        const own = levelOf(node);
        // `--a` would be right, but not readable.
        const least = node.operand.kind === "unary" && node.operand.operator === "-" && node.operator === "-" ? own + 1 : own;
        return [node.operator === "-" ? "-" : "not ", this.at(node.operand, least, tight || node.operator === "-")];
      }
      case "binary": return this.binary(node, tight);
      case "conditional": return group(indent(this.conditional(node)));
      case "broken": return "";
    }
  }

  private binary(node: Extract<Expression, { kind: "binary" }>, tight: boolean): Doc {
    const { level: own, associativity } = precedenceOf(node.operator);
    // a + b - c is one list of operands, so that all of it breaks or none.
    const operands: Expression[] = [node.right];
    const operators: string[] = [node.operator];
    let first = node.left;
    while (associativity === "left" && first.kind === "binary" && levelOf(first) === own) {
      operands.unshift(first.right);
      operators.unshift(first.operator);
      first = first.left;
    }
    const isTight = own === power || (tight && own >= sum);
    const part = (each: Expression, least: number): Doc => this.at(each, least, isTight || (own === sum && levelOf(each) === product));
    // Inside out: the left operand of a left-associative operator may be of the same level, the right one not.
    const left = part(first, associativity === "left" ? own : own + 1);
    const right = operands.map((each) => part(each, associativity === "right" ? own : own + 1));
    if (isTight) return [left, right.map((each, i): Doc => [operators[i]!, each])];
    return group(left, indent(right.map((each, i): Doc => [line, operators[i]!, " ", each])));
  }

  private conditional(node: Extract<Expression, { kind: "conditional" }>): Doc {
    const { otherwise } = node;
    const rest = otherwise.kind === "conditional" ? this.conditional(otherwise) : this.operation(otherwise);
    return ["if ", this.operation(node.condition), " then ", this.operation(node.then), line, "else ", rest];
  }

  protected clauses(clauses: readonly ForClause[]): Doc {
    return join(", ", clauses.map(({ name, over }): Doc => [name.text, " in ", this.operation(over)]));
  }

  private chain(node: Extract<Expression, { kind: "chain" }>): Doc {
    const head: Doc[] = [this.operation(node.head), this.label(node.headLabel)];
    if (node.steps.length > 0 && this.origin !== undefined) head.push(this.trivia.trailing((node.headLabel ?? node.head).span.end));
    const steps = node.steps.map((step, i): Doc => {
      if (this.origin === undefined) return [line, this.step(step)];
      // What follows the last step on its line follows the whole statement or argument.
      const last = i === node.steps.length - 1;
      return [line, this.trivia.around(step.span, () => this.step(step), !last)];
    });
    return group(head, indent(steps));
  }

  private step(step: Step): Doc {
    const closeAt = this.bracketAt(step.callee.span.end, t.LParen)?.close;
    const list = step.arguments.length === 0 ? "" : this.arguments(step.arguments, "(", ")", closeAt);
    return ["-> ", this.at(step.callee, level.atom, false), list, this.label(step.label)];
  }

  private label(label: Label | undefined): Doc {
    if (label === undefined) return "";
    if (label.parts.length === 0) return " as _";
    return [" as ", label.parts.map((part, i): Doc => (part.kind === "index" ? ["[", this.index(part.value), "]"] : [i === 0 ? "" : ".", part.name.text]))];
  }

  protected type(node: TypeExpression): Doc {
    switch (node.kind) {
      case "named": return node.name;
      case "unknown": throw new Error("internal error: what could not be read is not formatted");
      case "list": return ["[", this.type(node.element), "]"];
      case "enum": return this.bracketed("{", node.members.map((member) => ({ span: member.span, doc: () => member.text })), "}", node.span.end - 1);
      case "record": {
        const fields = node.fields.map((field) => ({ span: spanning(field.name.span, field.type.span), doc: (): Doc => [field.name.text, ": ", this.type(field.type)] }));
        return this.bracketed("{", fields, "}", node.span.end - 1);
      }
    }
  }
}
