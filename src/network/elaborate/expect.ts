/** `expect`: facts that are checked when the whole network is known. */
import * as errors from "../../diagnostics/catalogue/evaluate.js";
import type * as ast from "../../syntax/ast.js";
import { type Dim, constantValue, equalOn, everySize, formula, intersect, sameFunction, sameSet, showShape } from "../../tensor/index.js";
import { equal } from "./arithmetic.js";
import { asDim } from "./coerce.js";
import { constraints } from "./constraints.js";
import { type Context, type Expectation, placeOf } from "./context.js";
import { evaluate } from "./evaluate.js";
import { type Value, describe, write } from "./values.js";

export function expectation(statement: ast.Expect, ctx: Context): Expectation {
  const place = placeOf(ctx, statement);
  return {
    place,
    check(facts) {
      const late: Context = { ...ctx, facts };
      const { what } = statement;
      if (what.kind === "shape") shapeHolds(what.subject, what.shape, late);
      else if (what.kind === "fact") factHolds(what.condition, late);
      else alignmentHolds(what.constraints, facts, late);
    },
  };
}

const source = (ctx: Context, at: ast.Expression): string => ctx.module.file.text.slice(at.span.start, at.span.end).replace(/\s+/g, " ");

function shapeHolds(subject: ast.Expression, shape: readonly ast.Expression[], ctx: Context): void {
  const { session } = ctx;
  const value = evaluate(subject, ctx);
  if (value.kind === "unknown") return;
  if (value.kind !== "tensor") {
    session.report(errors.notATensor, placeOf(ctx, subject), { what: "what has a shape", given: describe(value) });
    return;
  }
  const truth = session.values[value.id]!.type.shape;
  const wanted: Dim[] = [];
  for (const expression of shape) {
    const size = evaluate(expression, ctx);
    if (size.kind === "unknown") return;
    const dim = asDim(size);
    if (dim === undefined) {
      session.report(errors.badInputShape, placeOf(ctx, expression), { what: `a size is a number or an expression of the input's symbols, this is ${describe(size)}` });
      return;
    }
    wanted.push(dim);
  }
  const agrees = truth.length === wanted.length && truth.every((dim, axis) => sameFunction(dim, wanted[axis]!) || equalOn(session.legal, dim, wanted[axis]!) === true);
  if (!agrees)
    session.report(errors.expectFailed, placeOf(ctx, subject), {
      expectation: `\`${source(ctx, subject)}: ${showShape(wanted, session.legal)}\``, truth: `it is ${showShape(truth, session.legal)}`,
    });
}

function factHolds(condition: ast.Expression, ctx: Context): void {
  const { session } = ctx;
  if (condition.kind !== "binary" || !["==", "!=", "<", "<=", ">", ">="].includes(condition.operator)) {
    const value = evaluate(condition, ctx);
    if (value.kind === "bool" && !value.value) session.report(errors.expectFailed, placeOf(ctx, condition), { expectation: `\`${source(ctx, condition)}\``, truth: "it is false" });
    else if (value.kind !== "bool" && value.kind !== "unknown") session.report(errors.notABool, placeOf(ctx, condition), { given: describe(value) });
    return;
  }
  const [left, right] = [evaluate(condition.left, ctx), evaluate(condition.right, ctx)];
  if (left.kind === "unknown" || right.kind === "unknown") return;
  const holds = compare(left, condition.operator, right, ctx);
  if (holds === undefined)
    session.report(errors.badOperands, placeOf(ctx, condition), { operator: condition.operator, left: describe(left), right: describe(right) });
  else if (!holds) {
    const shown = (value: Value): string => (value.kind === "int" ? value.value.toLocaleString("en-US") : write(value, session.legal));
    session.report(errors.expectFailed, placeOf(ctx, condition), {
      expectation: `\`${source(ctx, condition)}\``,
      truth: `${source(ctx, condition.left)} is ${shown(left)}${condition.right.kind === "int" ? "" : `, ${source(ctx, condition.right)} is ${shown(right)}`}`,
    });
  }
}

function compare(left: Value, operator: ast.BinaryOperator, right: Value, ctx: Context): boolean | undefined {
  if (operator === "==" || operator === "!=") {
    const dims = [asDim(left), asDim(right)] as const;
    const same = dims[0] && dims[1] ? constantValue(dims[0]) === undefined || constantValue(dims[1]) === undefined ? equalOn(ctx.session.legal, dims[0], dims[1]) === true : constantValue(dims[0]) === constantValue(dims[1]) : equal(left, right);
    // A measure that has no bound equals no number.
    if (same === undefined && (left.kind === "word" || right.kind === "word")) return operator === "!=";
    return same === undefined ? undefined : same === (operator === "==");
  }
  const number = (value: Value): number | undefined => (value.kind === "int" || value.kind === "float" ? value.value : value.kind === "word" ? Infinity : undefined);
  const [a, b] = [number(left), number(right)];
  if (a === undefined || b === undefined) return undefined;
  return operator === "<" ? a < b : operator === "<=" ? a <= b : operator === ">" ? a > b : a >= b;
}

function alignmentHolds(expressions: readonly ast.Expression[], facts: NonNullable<Context["facts"]>, ctx: Context): void {
  const wanted = new Map<string, { set: ReturnType<typeof everySize>; bounded: boolean; at: ast.Expression }>();
  const found = constraints(expressions, ctx);
  for (const [index, { symbol, set, bounded }] of found.entries()) {
    const before = wanted.get(symbol);
    wanted.set(symbol, { set: intersect(before?.set ?? everySize(), set), bounded: bounded || (before?.bounded ?? false), at: before?.at ?? expressions[index]! });
  }
  for (const [symbol, { set, bounded, at }] of wanted) {
    // Of the sizes that the author accepts.
    const accepted = ctx.session.claimed.get(symbol) ?? everySize();
    const truth = intersect(facts.alignment.get(symbol) ?? everySize(), accepted);
    const stated = intersect(set, accepted);
    // Without a bound, only the residues are stated.
    const least = Math.max(1, ...truth.classes.map((interval) => interval?.low ?? 1));
    const agrees = bounded ? sameSet(stated, truth) : sameSet(intersect(stated, everySize(least)), intersect(truth, everySize(least)));
    if (!agrees)
      ctx.session.report(errors.expectFailed, placeOf(ctx, at), { expectation: `\`alignment ${source(ctx, at)}\``, truth: `${symbol} fits for ${formula(truth)}` });
  }
}
