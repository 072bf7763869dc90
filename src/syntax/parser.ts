/**
 * The parser that runs: the grammar plus where to go on after an error. Chevrotain's own recovery resumes at the first token that
 * could follow, and in a language without separators nearly every name could, so one slip would be reported five times.
 * Here an error ends the innermost bracket that is closed properly, or else its statement: the next token pair that starts
 * a statement in the same block.
 */
import { EOF, isRecognitionException, MismatchedTokenException, NoViableAltException, type CstElement, type CstNode, type IToken, type TokenType } from "chevrotain";
import { lookahead } from "../../grammar/generated/lookahead.js";
import { SegGrammar, startsStatement } from "../../grammar/grammar.js";
import { lookaheadFunctions, type LookaheadFunction } from "../../grammar/lookahead.js";
import * as t from "../../grammar/tokens.js";
import type { Brackets } from "./brackets.js";

/** Something that the parser did not expect. */
export interface Failure {
  /** Index of the token that was found; the number of tokens at the end of the file. */
  readonly at: number;
  /** The rule in which it was found, and those around it, outermost first. */
  readonly rules: readonly string[];
  /** The token that was expected; undefined where there were several. */
  readonly expected: TokenType | undefined;
}

interface Read {
  readonly cst: CstNode | undefined;
  readonly failures: readonly Failure[];
}

/** Thrown out of the parser when a text is so broken that going on would help nobody. */
class GiveUp extends Error {}

const mostFailures = 100;
const bracketed = new Set(["useNames", "parameters", "arguments", "list", "listType", "bracesType", "braces", "parentheses", "index", "shape"]);

/** The parts of chevrotain's parser that recovery works on; its type declarations leave them out. */
interface Internals {
  selfAnalysisDone: boolean;
  currIdx: number;
  readonly CST_STACK: CstNode[];
  getCurrRuleFullName(): string;
  getHumanReadableRuleStack(): string[];
  setLaFuncCache(key: number, decide: LookaheadFunction): void;
  attemptInRepetitionRecovery: (again: (...args: unknown[]) => void, args: unknown[], ahead: unknown, kind: unknown, occurrence: unknown, walker: unknown, notStuck?: boolean) => void;
}

export class SegParser extends SegGrammar {
  private brackets!: Brackets;
  private failures: Failure[] = [];
  private gaveUp = false;

  constructor() {
    super();
    // In place of `performSelfAnalysis()`: its result, worked out beforehand.
    for (const [key, decide] of lookaheadFunctions(lookahead)) this.inside.setLaFuncCache(key, decide);
    this.inside.selfAnalysisDone = true;
    this.inside.attemptInRepetitionRecovery = (again, args, _ahead, _kind, _occurrence, _walker, notStuck) => {
      if (notStuck !== false) this.afterRepetition(again, args);
    };
  }

  parse(tokens: IToken[], brackets: Brackets): Read {
    return this.read(tokens, brackets, () => this.file());
  }

  /** One expression and nothing behind it. */
  parseExpression(tokens: IToken[], brackets: Brackets): Read {
    return this.read(tokens, brackets, () => this.expression());
  }

  private read(tokens: IToken[], brackets: Brackets, rule: () => CstNode): Read {
    this.input = tokens;
    this.brackets = brackets;
    this.failures = [];
    this.gaveUp = false;
    try {
      return { cst: rule(), failures: this.failures };
    } catch (error) {
      // Only a file goes on after an error; out of a single expression it comes here.
      if (!(error instanceof GiveUp) && !isRecognitionException(error as Error)) throw error;
      return { cst: undefined, failures: this.failures };
    } finally {
      this.input = []; // do not keep a large file alive
    }
  }

  private get inside(): Internals {
    return this as unknown as Internals;
  }

  private get position(): number {
    return this.inside.currIdx + 1;
  }

  // ---- what chevrotain calls ----------------------------------------------------------------------------------------

  /** @internal Called with every error. */
  protected SAVE_ERROR<T extends Error>(error: T): T {
    this.fail(undefined);
    return error;
  }

  /** @internal */
  protected raiseNoAltException(): never {
    this.fail(undefined);
    throw new NoViableAltException("", this.LA(1), this.LA(0));
  }

  /** @internal */
  protected consumeInternalError(expected: TokenType, found: IToken): never {
    this.fail(expected);
    throw new MismatchedTokenException("", found, this.LA(0));
  }

  protected override canTokenTypeBeInsertedInRecovery(): boolean {
    return false;
  }

  protected override canTokenTypeBeDeletedInRecovery(): boolean {
    return false;
  }

  /** @internal */
  protected getFollowsForInRuleRecovery(): TokenType[] {
    return [];
  }

  /** Called after each repetition. Has a list of statements or declarations stopped where it may end? If not, skips what is none. */
  private afterRepetition(again: (...args: unknown[]) => void, args: unknown[]): void {
    const rule = this.inside.getCurrRuleFullName();
    if (rule !== "body" && rule !== "file") return;
    const expected = rule === "file" ? EOF : t.RCurly;
    if (this.LA(1).tokenType === expected) return;
    // At such a place only the `}` is missing, and the caller says so.
    if (rule === "body" && (this.atEnd(this.position) || this.startsDeclaration(this.position))) return;
    this.fail(expected);
    const start = this.position;
    const next = rule === "file" ? this.nextDeclaration(start) : this.nextStatement(start, this.brackets.owner[start]!);
    this.goTo(next);
    if (next > start) again.apply(this, args);
  }

  /** @internal Unused, since the two methods below decide. */
  protected findReSyncTokenType(): TokenType {
    return EOF;
  }

  /** @internal Whether the current rule is one that can end here. */
  protected isInCurrentRuleReSyncSet(): boolean {
    const rule = this.inside.getCurrRuleFullName();
    if (rule === "statement" || rule === "declaration" || rule === "file") return true;
    if (!bracketed.has(rule)) return false;
    const start = this.startOfRule();
    const close = this.brackets.partner[start] ?? -1;
    return close > start && close >= this.position;
  }

  /** @internal */
  protected reSyncTo(): IToken[] {
    const rule = this.inside.getCurrRuleFullName();
    const start = this.startOfRule();
    if (bracketed.has(rule)) this.goTo(this.brackets.partner[start]! + 1);
    else if (rule === "statement") this.goTo(this.nextStatement(this.position, this.brackets.owner[start] ?? -1));
    else this.goTo(this.nextDeclaration(this.position));
    return [];
  }

  // ---- where to go on -------------------------------------------------------------------------------------------------

  private fail(expected: TokenType | undefined): void {
    if (this.gaveUp) return;
    const at = this.position;
    // After an error the rules around it often stumble over the same token; that is no news.
    if (this.failures.at(-1)?.at === at) return;
    this.failures.push({ at, rules: this.inside.getHumanReadableRuleStack(), expected });
    if (this.failures.length < mostFailures) return;
    this.gaveUp = true;
    throw new GiveUp();
  }

  private goTo(index: number): void {
    this.inside.currIdx = index - 1;
  }

  private atEnd(index: number): boolean {
    return index >= this.brackets.partner.length;
  }

  private typeAt(index: number): TokenType {
    return this.atEnd(index) ? EOF : this.input[index]!.tokenType;
  }

  /** Words that start a declaration wherever they stand: they show that the braces before them do not match. */
  private startsDeclaration(index: number): boolean {
    const type = this.typeAt(index);
    const next = this.typeAt(index + 1);
    if (type === t.Use) return next === t.String_ || (isName(next) && index > 0 && this.typeAt(index - 1) !== t.As);
    return (type === t.Model || type === t.Block) && isName(next) && this.typeAt(index + 2) === t.LParen && this.typeAt(index - 1) !== t.As;
  }

  private nextStatement(from: number, block: number): number {
    const { partner, owner } = this.brackets;
    let i = from;
    while (!this.atEnd(i)) {
      if (this.startsDeclaration(i)) return i;
      const around = owner[i]!;
      if (around <= block && (startsStatement(this.typeAt(i), this.typeAt(i + 1)) || (this.typeAt(i) === t.RCurly && partner[i]! >= 0))) return i;
      // A bracket that is closed properly is skipped as a whole.
      i = partner[i]! > i ? partner[i]! + 1 : i + 1;
    }
    return i;
  }

  private nextDeclaration(from: number): number {
    const { partner } = this.brackets;
    let i = from;
    while (!this.atEnd(i)) {
      const type = this.typeAt(i);
      if (this.startsDeclaration(i) || (type === t.Let && this.brackets.owner[i] === -1 && isName(this.typeAt(i + 1)))) return i;
      i = partner[i]! > i ? partner[i]! + 1 : i + 1;
    }
    return i;
  }

  /** Index of the first token of the rule that is being parsed. */
  private startOfRule(): number {
    let element: CstElement | undefined = this.inside.CST_STACK.at(-1);
    while (element !== undefined && "children" in element) {
      const children: CstElement[][] = Object.values(element.children);
      element = children[0]?.[0];
    }
    if (element === undefined) return this.position;
    return indexAt(this.input, element.startOffset);
  }
}

const isName = (type: TokenType): boolean => type === t.Identifier || t.Identifier.categoryMatchesMap?.[type.tokenTypeIdx!] === true;

/** Index of the first token that starts at or after this offset. */
export function indexAt(tokens: readonly IToken[], offset: number): number {
  let low = 0;
  let high = tokens.length;
  while (low < high) {
    const middle = (low + high) >> 1;
    const start = tokens[middle]!.startOffset;
    if (start < offset) low = middle + 1;
    else high = middle;
  }
  return low;
}

let parser: SegParser | undefined;

/** One parser for the process: building it costs more than parsing a small file. */
export const theParser = (): SegParser => (parser ??= new SegParser());
