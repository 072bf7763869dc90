/** The rules of the grammar as plain trees, for everything that shows them: the EBNF and the railroad diagrams. */
import type { ISerializedGast } from "chevrotain";
import { SegGrammar } from "./grammar.js";
import * as t from "./tokens.js";

export type Shape =
  | { readonly kind: "sequence" | "choice"; readonly parts: readonly Shape[] }
  | { readonly kind: "optional" | "repeated"; readonly part: Shape }
  | { readonly kind: "rule"; readonly name: string }
  /** A sign or word, as it is written. */
  | { readonly kind: "text"; readonly text: string }
  /** A token with a pattern, such as a name or a number. */
  | { readonly kind: "token"; readonly name: string };

/** Chevrotain's serialised productions, with what its types leave to a union. */
interface Serialised {
  readonly type: ISerializedGast["type"];
  readonly name?: string;
  readonly definition?: readonly Serialised[];
}

export interface RuleShape {
  readonly name: string;
  readonly shape: Shape;
}

/** Tokens whose text varies, with their patterns. */
export const patterns: readonly { readonly name: string; readonly pattern: string }[] = [t.Identifier, t.Int, t.Float, t.String_, t.LineComment, t.BlockComment].map(
  (type) => ({ name: tokenName(type.name), pattern: (type.PATTERN as RegExp).source }),
);

/** Every rule in the order of the grammar, then the categories of words and signs as rules of their own. */
export function ruleShapes(): readonly RuleShape[] {
  class Recorded extends SegGrammar {
    constructor() {
      super({ recoveryEnabled: false });
      this.performSelfAnalysis();
    }
  }
  const recorded = new Recorded().getSerializedGastProductions() as readonly unknown[] as readonly Serialised[];
  const rules = recorded.map((rule): RuleShape => ({ name: rule.name!, shape: sequence(rule.definition!) }));
  const category = (name: string, members: readonly Shape[]): RuleShape => ({ name, shape: { kind: "choice", parts: members } });
  const membersOf = (type: typeof t.Role): Shape[] => t.vocabulary.filter((each) => each.CATEGORIES?.includes(type)).map((each) => terminal(each.name));
  return [
    ...rules,
    category("role", membersOf(t.Role)),
    category("binaryOperator", membersOf(t.BinaryOperator)),
    category("word", [{ kind: "token", name: tokenName("Identifier") }, ...[...t.reservedWords.keys()].map((text): Shape => ({ kind: "text", text }))]),
  ];
}

function sequence(definition: readonly Serialised[]): Shape {
  const parts = definition.map(shapeOf);
  return parts.length === 1 ? parts[0]! : { kind: "sequence", parts };
}

function shapeOf(node: Serialised): Shape {
  const inside = node.definition ?? [];
  switch (node.type) {
    case "NonTerminal": return { kind: "rule", name: node.name! };
    case "Terminal": return terminal(node.name!);
    case "Alternation": return { kind: "choice", parts: inside.map((each) => sequence(each.definition ?? [])) };
    case "Option": return { kind: "optional", part: sequence(inside) };
    case "Repetition": return { kind: "repeated", part: sequence(inside) };
    default: return sequence(inside);
  }
}

const rulesOfCategories: Readonly<Record<string, string>> = { Role: "role", BinaryOperator: "binaryOperator", Word: "word" };

function terminal(name: string): Shape {
  if (name === "EOF") return { kind: "token", name: "END_OF_FILE" };
  const rule = rulesOfCategories[name];
  if (rule !== undefined) return { kind: "rule", name: rule };
  const type = t.vocabulary.find((each) => each.name === name)!;
  return patterns.some((each) => each.name === tokenName(name)) ? { kind: "token", name: tokenName(name) } : { kind: "text", text: type.LABEL!.slice(1, -1) };
}

function tokenName(name: string): string {
  return name.replace(/(?<=[a-z])(?=[A-Z])/g, "_").toUpperCase();
}
