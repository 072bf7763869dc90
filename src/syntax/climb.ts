/** Expressions of many operators: one flat list of operands and operators becomes a tree by how tightly each binds. */
import type { CstNode, IToken } from "chevrotain";
import { precedenceOf } from "../../grammar/precedence.js";
import type { Expression } from "./ast.js";
import type { ExpressionBuilder } from "./build-expression.js";
import { tokens } from "./cst.js";
import { spanOf } from "./lex.js";

const unaryLevel = precedenceOf("negate").level;
const notLevel = precedenceOf("not").level;

/** The sign of an operator: a slip such as `&&` was retyped by the lexer, but keeps its text. */
export const signOf = (operator: IToken): string => {
  const label = operator.tokenType.LABEL!;
  return label.slice(1, -1);
};

export const prefixesOf = (cst: CstNode): IToken[] => [...tokens(cst, "Minus"), ...tokens(cst, "Not")].sort((a, b) => a.startOffset - b.startOffset);

export const prefixed = (prefix: IToken, operand: Expression): Expression => ({
  kind: "unary",
  operator: prefix.tokenType.name === "Not" ? "not" : "-",
  operand,
  span: { start: prefix.startOffset, end: operand.span.end },
});

/** Precedence climbing over one flat list of operands and operators. */
export class Climber {
  private next = 0;

  constructor(
    private readonly operators: readonly IToken[],
    private readonly operands: readonly CstNode[],
    private readonly builder: ExpressionBuilder,
  ) {}

  climb(): Expression {
    return this.from(0, this.operand(0));
  }

  /** Takes the operators that bind at least as tightly as `level`. */
  private from(level: number, first: Expression): Expression {
    let left = first;
    let previous: IToken | undefined;
    while (this.next < this.operators.length) {
      const operator = this.operators[this.next]!;
      const found = precedenceOf(signOf(operator));
      if (found.level < level) break;
      this.next++;
      const right = this.from(found.associativity === "right" ? found.level : found.level + 1, this.operand(this.next));
      if (previous !== undefined && found.associativity === "none" && precedenceOf(signOf(previous)).level === found.level) this.builder.chained(previous, operator);
      left = this.builder.combine(operator, left, right);
      previous = operator;
    }
    return left;
  }

  /** An operand with its prefixes: each prefix takes the operators that bind tighter than itself. */
  private operand(index: number): Expression {
    const cst = this.operands[index];
    if (cst === undefined) {
      const last = this.operators.at(-1)!;
      return { kind: "broken", span: { start: spanOf(last).end, end: spanOf(last).end } };
    }
    const prefixes = prefixesOf(cst);
    let result = this.builder.operand(cst, false);
    if (prefixes.length > 100) this.builder.mayBeDeep = true;
    for (let i = prefixes.length - 1; i >= 0; i--) {
      result = this.from((prefixes[i]!.tokenType.name === "Not" ? notLevel : unaryLevel) + 1, result);
      result = prefixed(prefixes[i]!, result);
    }
    return result;
  }
}
