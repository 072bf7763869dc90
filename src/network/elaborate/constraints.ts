/**
 * `where H = 16*k + 124, H >= 188, W % 32 == 0`: conditions on the symbols of an input. A name that nothing defines stands for
 * any whole number, so an equation names a residue class.
 */
import * as errors from "../../diagnostics/catalogue/evaluate.js";
import type { Expression } from "../../syntax/ast.js";
import { type Condition, type Dim, type SizeSet, constant, everySize, sizeSet, solve, sub, symbol, symbolsOf } from "../../tensor/index.js";
import { limited } from "./call.js";
import { asDim } from "./coerce.js";
import { type Context, placeOf } from "./context.js";
import { evaluate, lookUp } from "./evaluate.js";
import { Scope } from "./scope.js";
import type { Value } from "./values.js";

export interface Constrained {
  readonly symbol: string;
  readonly set: SizeSet;
  /** The author wrote a lower bound. */
  readonly bounded: boolean;
}

/** One set for each condition that makes sense; the others are reported. */
export function constraints(expressions: readonly Expression[], ctx: Context): readonly Constrained[] {
  const found: Constrained[] = [];
  const counters: Counters = new Map();
  for (const expression of expressions) {
    const made = limited(ctx, placeOf(ctx, expression), () => constraint(expression, ctx, counters));
    if (made === "settled") continue;
    if (made) found.push(made);
    else
      ctx.session.report(errors.badConstraint, placeOf(ctx, expression), {
        text: ctx.module.file.text.slice(expression.span.start, expression.span.end).slice(0, 80),
      });
  }
  return found;
}

/** `k` of an equation, as the residue class that it counts: symbol = modulus*k + offset. */
interface Counter {
  readonly symbol: string;
  readonly modulus: number;
  readonly offset: number;
}

type Counters = Map<string, Counter>;

function constraint(expression: Expression, ctx: Context, counters: Counters): Constrained | "settled" | undefined {
  if (expression.kind !== "binary") return undefined;
  const { operator } = expression;
  // Names that nothing defines are counters.
  const scope = new Scope(ctx.scope);
  const fresh: string[] = [];
  for (const name of namesIn(expression)) {
    if (counters.has(name) || lookUp(name, ctx) === undefined) {
      fresh.push(name);
      scope.set(name, { kind: "dim", dim: symbol(name) });
    }
  }
  const inner = { ...ctx, scope };
  const left = asDim(evaluate(expression.left, inner));
  const given = evaluate(expression.right, inner);
  if (operator === "in") return left && fresh.length === 0 ? remainders(left, given) : undefined;
  const right = asDim(given);
  if (left === undefined || right === undefined) return undefined;
  const [name, ...others] = fresh;
  if (others.length > 0) return undefined;
  if (name !== undefined && !counters.has(name)) return operator === "=" || operator === "==" ? equation(left, right, name, counters) : undefined;
  if (name !== undefined && (operator === "=" || operator === "==")) {
    ctx.session.report(errors.counterReused, placeOf(ctx, expression), { counter: name, symbol: counters.get(name)!.symbol });
    return "settled";
  }
  if (name !== undefined) return bound(left, operator, right, counters.get(name)!, name);
  const condition = comparison(left, operator, right);
  const solution = condition && solve(condition);
  const bounded = operator === ">" || operator === ">=" || operator === "<" || operator === "<=";
  const [of, ...more] = [...new Set([...symbolsOf(left), ...symbolsOf(right)])];
  // A remainder by 1 and the like: true whatever the input.
  if (of === undefined && solution?.kind === "always") return "settled";
  // `H >= 1` says nothing, but it says it of H.
  if (solution?.kind === "always" && of !== undefined && more.length === 0) return { symbol: of, set: everySize(), bounded };
  return solution?.kind === "sizes" ? { symbol: solution.symbol, set: solution.set, bounded } : undefined;
}

/** `H % 32 in {0, 29, 30, 31}` */
function remainders(left: Dim, given: Value): Constrained | undefined {
  if (left.kind !== "quasi" || left.slope !== 0 || given.kind !== "list") return undefined;
  const allowed = given.items.map((item) => (item.kind === "int" ? item.value : undefined));
  if (!allowed.every((value) => value !== undefined)) return undefined;
  return { symbol: left.symbol, set: sizeSet(left.period, (r) => (allowed.includes(left.offsets[r]!) ? { low: 1, high: Infinity } : undefined)), bounded: false };
}

/** `H = 16*k + 124` */
function equation(left: Dim, right: Dim, counter: string, counters: Counters): Constrained | undefined {
  const [of, by] = symbolsOf(left).includes(counter) ? [right, left] : [left, right];
  if (of.kind !== "quasi" || of.period !== 1 || of.slope !== 1 || of.offsets[0] !== 0) return undefined;
  if (by.kind !== "quasi" || by.symbol !== counter || by.period !== 1 || by.slope < 1) return undefined;
  const [modulus, offset] = [by.slope, by.offsets[0]!];
  counters.set(counter, { symbol: of.symbol, modulus, offset });
  const residue = ((offset % modulus) + modulus) % modulus;
  return { symbol: of.symbol, set: sizeSet(modulus, (r) => (r === residue ? { low: 1, high: Infinity } : undefined)), bounded: false };
}

/** `k >= 4` after `H = 16*k + 124` */
function bound(left: Dim, operator: string, right: Dim, counted: Counter, counter: string): Constrained | undefined {
  const condition = comparison(left, operator, right);
  if (condition?.kind !== "atLeast") return undefined;
  const room = sub(condition.left, condition.right);
  if (room.kind !== "quasi" || room.symbol !== counter || room.period !== 1) return undefined;
  // slope*k + offset >= 0
  const edge = -room.offsets[0]! / room.slope;
  const size = (k: number): number => counted.modulus * k + counted.offset;
  const range = room.slope > 0 ? { low: Math.max(1, size(Math.ceil(edge))), high: Infinity } : { low: 1, high: size(Math.floor(edge)) };
  return { symbol: counted.symbol, set: sizeSet(1, () => range), bounded: true };
}

function comparison(left: Dim, operator: string, right: Dim): Condition | undefined {
  switch (operator) {
    case "=":
    case "==": return { kind: "equal", left, right };
    case ">=": return { kind: "atLeast", left, right };
    case ">": return { kind: "atLeast", left: sub(left, constant(1)), right };
    case "<=": return { kind: "atLeast", left: right, right: left };
    case "<": return { kind: "atLeast", left: sub(right, constant(1)), right: left };
    default: return undefined;
  }
}

function* namesIn(expression: Expression): Iterable<string> {
  switch (expression.kind) {
    case "name": return yield expression.name;
    case "binary":
      yield* namesIn(expression.left);
      return yield* namesIn(expression.right);
    case "unary": return yield* namesIn(expression.operand);
    case "call":
      for (const argument of expression.arguments) yield* namesIn(argument.value);
      return;
    case "chain":
      if (expression.steps.length === 0) yield* namesIn(expression.head);
      return;
    default:
  }
}
