/** Works out the lookahead table of the grammar. Used by the generator and by the test that its result is up to date. */
import { Alternation, NonTerminal, Option, Repetition, Terminal, type ILookaheadStrategy, type IProduction, type Rule } from "chevrotain";
import { SegGrammar } from "./grammar.js";
import type { LookaheadTable } from "./lookahead.js";

/** A production with others inside: everything but terminals and references to rules. */
interface Inner extends IProduction {
  readonly definition: IProduction[];
  readonly idx?: number;
}

/** The names of the token types that a production can start with; a category stands for its members. */
function first(production: IProduction): string[] {
  if (production instanceof Terminal) return [production.terminalType.name];
  if (production instanceof NonTerminal) return firstOfAll(production.referencedRule.definition);
  const { definition } = production as Inner;
  return production instanceof Alternation ? definition.flatMap(first) : firstOfAll(definition);
}

function firstOfAll(sequence: readonly IProduction[]): string[] {
  const all: string[] = [];
  for (const each of sequence) {
    all.push(...first(each));
    if (!(each instanceof Option || each instanceof Repetition)) break;
  }
  return all;
}

function find(within: Rule, occurrence: number, wanted: (each: IProduction) => boolean): Inner {
  const open: IProduction[] = [...within.definition];
  for (let each = open.pop(); each !== undefined; each = open.pop()) {
    if (each instanceof Terminal || each instanceof NonTerminal) continue;
    const inner = each as Inner;
    if (wanted(inner) && inner.idx === occurrence) return inner;
    open.push(...inner.definition);
  }
  throw new Error("the grammar has no such production");
}

const names = (all: readonly string[]): string => [...new Set(all)].join(" ");

/** Instead of functions this strategy builds rows of the table. Chevrotain stores what it builds under the key of the place. */
class Rows implements ILookaheadStrategy {
  validate(): never[] {
    return [];
  }

  buildLookaheadForAlternation(options: { prodOccurrence: number; rule: Rule; hasPredicates: boolean }): never {
    const { definition } = find(options.rule, options.prodOccurrence, (each) => each instanceof Alternation);
    return [options.hasPredicates ? "or with predicates" : "or", definition.map((each) => names(first(each)))] as never;
  }

  buildLookaheadForOptional(options: { prodOccurrence: number; prodType: string; rule: Rule }): never {
    const Kind = options.prodType === "Option" ? Option : Repetition;
    const inner = find(options.rule, options.prodOccurrence, (each) => each instanceof Kind);
    return ["optional", [names(firstOfAll(inner.definition))]] as never;
  }
}

class Analysis extends SegGrammar {
  readonly rows: (readonly [number, ...Row])[] = [];

  constructor() {
    super({ recoveryEnabled: false, lookaheadStrategy: new Rows() });
    this.performSelfAnalysis();
  }

  /** @internal Chevrotain calls this with what the strategy built. */
  protected setLaFuncCache(key: number, row: Row): void {
    this.rows.push([key, ...row]);
  }
}

type Row = readonly [kind: LookaheadTable[number][1], alternatives: readonly string[]];

export const lookaheadTable = (): LookaheadTable => new Analysis().rows;
