/**
 * How tightly the binary operators bind. The grammar reads `a + b * c` as one flat list (a rule for every level would
 * make each name cost a dozen rule calls); this table turns the list into a tree, and the formatter sets parentheses by it.
 */

export type Associativity = "left" | "right" | "none";

export interface Precedence {
  /** Higher binds tighter. */
  readonly level: number;
  readonly associativity: Associativity;
}

const levels: readonly (readonly [operators: readonly string[], associativity: Associativity])[] = [
  [["or"], "left"],
  [["and"], "left"],
  [["not"], "left"], // prefix
  [["==", "!=", "<", "<=", ">", ">=", "in", "="], "none"],
  [["..", "downto"], "none"],
  [["+", "-"], "left"],
  [["*", "/", "%"], "left"],
  [["negate"], "left"], // prefix minus: -2^2 is -(2^2)
  [["^"], "right"],
];

const table = new Map<string, Precedence>(
  levels.flatMap(([operators, associativity], index) =>
    operators.map((operator): [string, Precedence] => [operator, { level: index + 1, associativity }]),
  ),
);

/** The precedence of an operator as it is written; `not` is the prefix, `negate` the prefix minus. */
export const precedenceOf = (operator: string): Precedence => table.get(operator)!;

/** From loosest to tightest, for the documentation and the tests. */
export const precedenceLevels = levels;
