/**
 * Lookahead from a table. In this grammar the next token decides, or a predicate does, so what chevrotain would work out at every start
 * (recording each rule, then analysing the records: some 15 ms, a third of what a whole run may take) is worked out once
 * by `analyse.ts` and kept in `generated/lookahead.ts`. A test compares the two.
 */
import type { IOrAlt, IToken } from "chevrotain";
import { vocabulary } from "./tokens.js";

/**
 * For each place of the grammar where it must be decided how to go on, by chevrotain's key of that place: the alternatives,
 * each as the names of the token types it can start with. An option or a repetition has one alternative.
 */
export type LookaheadTable = readonly (readonly [key: number, kind: "or" | "or with predicates" | "optional", alternatives: readonly string[]])[];

/** What chevrotain binds `this` to when it calls a lookahead function. */
interface Looking {
  LA(ahead: number): IToken;
}

export type LookaheadFunction = (this: Looking, alternatives?: readonly IOrAlt<unknown>[]) => number | boolean | undefined;

/** The functions that chevrotain asks at each place. */
export function* lookaheadFunctions(table: LookaheadTable): Generator<readonly [key: number, decide: LookaheadFunction]> {
  // A token type together with those whose category it is.
  const members = new Map(vocabulary.map((type) => [type.name, [type.tokenTypeIdx!, ...(type.categoryMatches ?? [])]]));
  members.set("EOF", [1]);
  for (const [key, kind, alternatives] of table) {
    const first = alternatives.map((names) => names.split(" ").flatMap((name) => members.get(name)!));
    yield [key, kind === "optional" ? optional(first[0]!) : choice(first, kind === "or with predicates")];
  }
}

function optional(types: readonly number[]): LookaheadFunction {
  const starts: boolean[] = [];
  for (const type of types) starts[type] = true;
  return function () {
    return starts[this.LA(1).tokenTypeIdx] === true;
  };
}

function choice(alternatives: readonly (readonly number[])[], hasPredicates: boolean): LookaheadFunction {
  const starting: number[][] = [];
  alternatives.forEach((types, index) => {
    for (const type of types) (starting[type] ??= []).push(index);
  });
  return function (gated) {
    const candidates = starting[this.LA(1).tokenTypeIdx];
    if (candidates === undefined || !hasPredicates) return candidates?.[0];
    return candidates.find((index) => {
      const gate = gated![index]!.GATE;
      return gate === undefined || gate.call(this);
    });
  };
}
