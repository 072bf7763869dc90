/** Operators between compile-time values. Tensors are handled where nodes are made. */
import * as errors from "../../diagnostics/catalogue/evaluate.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import type { BinaryOperator, Expression } from "../../syntax/ast.js";
import { type Dim, DimLimit, add, constantValue, floorDiv, holds, modulo, sub, times } from "../../tensor/index.js";
import { asDim } from "./coerce.js";
import { type Context, placeOf } from "./context.js";
import { type Value, describe, int, list, unknown } from "./values.js";

export const bool = (value: boolean): Value => ({ kind: "bool", value });

const isNumber = (value: Value): value is Value & { kind: "int" | "float" } => value.kind === "int" || value.kind === "float";

/** A size that is the same for every input is a number. */
export const dimValue = (dim: Dim): Value => {
  const known = constantValue(dim);
  return known === undefined ? { kind: "dim", dim } : int(known);
};

export function number(ctx: Context, operator: string, value: number, whole: boolean, at: Expression): Value {
  if (!Number.isFinite(value) || (whole && !Number.isSafeInteger(value))) {
    ctx.session.report(errors.notANumber, placeOf(ctx, at), { operator });
    return unknown;
  }
  return whole ? int(value) : { kind: "float", value };
}

/** Values that compare equal; undefined when the two kinds cannot be compared. */
export function equal(a: Value, b: Value): boolean | undefined {
  if (isNumber(a) && isNumber(b)) return a.value === b.value;
  const [x, y] = [text(a), text(b)];
  if (x !== undefined && y !== undefined) return x === y;
  if (a.kind === "bool" && b.kind === "bool") return a.value === b.value;
  if (a.kind === "list" && b.kind === "list")
    return a === b || a.items.length === b.items.length && a.items.every((item, at) => equal(item, b.items[at]!) === true);
  if (a.kind === "callable" && b.kind === "callable")
    return (a.target.kind === "operator" ? a.target.operator : a.target.block) === (b.target.kind === "operator" ? b.target.operator : b.target.block);
  return undefined;
}

const text = (value: Value): string | undefined => (value.kind === "word" || value.kind === "string" ? value.value : undefined);

const longestList = 1_000_000;

export function arithmetic(ctx: Context, operator: BinaryOperator, left: Value, right: Value, at: Expression & { kind: "binary" }): Value {
  ctx.session.step(placeOf(ctx, at)); // a list of lists can hold more items than the file has characters
  if (left.kind === "unknown" || right.kind === "unknown") return unknown;
  const bad = (): Value => {
    ctx.session.report(errors.badOperands, placeOf(ctx, at), { operator, left: describe(left), right: describe(right) });
    return unknown;
  };
  switch (operator) {
    case "and":
    case "or":
      if (left.kind !== "bool" || right.kind !== "bool") return bad();
      return bool(operator === "and" ? left.value && right.value : left.value || right.value);
    case "==":
    case "!=": {
      const same = equal(left, right);
      return same === undefined ? bad() : bool(same === (operator === "=="));
    }
    case "in": {
      if (right.kind !== "list") return bad();
      return bool(right.items.some((item) => equal(left, item) === true));
    }
    case "<": case "<=": case ">": case ">=": {
      if (!isNumber(left) || !isNumber(right)) return bad();
      const [a, b] = [left.value, right.value];
      return bool(operator === "<" ? a < b : operator === "<=" ? a <= b : operator === ">" ? a > b : a >= b);
    }
    case "=":
      return bad();
    default:
  }
  if (left.kind === "list" && right.kind === "list" && operator === "+") {
    if (left.items.length + right.items.length <= longestList) return list([...left.items, ...right.items]);
    ctx.session.report(errors.tooMuchWork, placeOf(ctx, at), { limit: longestList });
    return unknown;
  }
  if (left.kind === "list" && isNumber(right) && (operator === "*" || operator === "/"))
    return list(left.items.map((item) => arithmetic(ctx, operator, item, right, at)));
  if (isNumber(left) && right.kind === "list" && operator === "*") return list(right.items.map((item) => arithmetic(ctx, operator, left, item, at)));
  if (isNumber(left) && isNumber(right)) return onNumbers(ctx, operator, left, right, at);
  const [a, b] = [asDim(left), asDim(right)];
  if (a === undefined || b === undefined) return bad();
  try {
    return onSizes(ctx, operator, a, b, at) ?? bad();
  } catch (error) {
    if (!(error instanceof DimLimit)) throw error;
    ctx.session.report(shape.tooLarge, placeOf(ctx, at), { what: "this size", limit: error.message });
    return unknown;
  }
}

function onNumbers(ctx: Context, operator: BinaryOperator, left: Value & { kind: "int" | "float" }, right: Value & { kind: "int" | "float" }, at: Expression): Value {
  const [a, b] = [left.value, right.value];
  const whole = left.kind === "int" && right.kind === "int";
  if ((operator === "/" || operator === "%") && b === 0) {
    ctx.session.report(errors.divisionByZero, placeOf(ctx, at), {});
    return unknown;
  }
  switch (operator) {
    case "+": return number(ctx, operator, a + b, whole, at);
    case "-": return number(ctx, operator, a - b, whole, at);
    case "*": return number(ctx, operator, a * b, whole, at);
    // Whole numbers that divide stay whole: 16 / output_stride is a rate.
    case "/": return number(ctx, operator, a / b, whole && a % b === 0, at);
    case "%": return number(ctx, operator, a - b * Math.floor(a / b), whole, at);
    default: return number(ctx, operator, a ** b, whole && b >= 0, at);
  }
}

function onSizes(ctx: Context, operator: BinaryOperator, a: Dim, b: Dim, at: Expression): Value | undefined {
  const by = constantValue(b);
  switch (operator) {
    case "+": return dimValue(add(a, b));
    case "-": return dimValue(sub(a, b));
    case "*": return dimValue(times(a, b));
    case "%": {
      const rest = by === undefined || by <= 0 ? undefined : modulo(a, by);
      return rest && dimValue(rest);
    }
    case "/": {
      if (by === undefined || by <= 0) return undefined;
      const result = floorDiv(a, by);
      if (result !== undefined && holds(ctx.session.legal, { kind: "divisible", dim: a, by }) === true) return dimValue(result);
      const size = ctx.session.show(a);
      ctx.session.report(errors.inexactDivision, placeOf(ctx, at), { size, by }, { help: `write \`floor(${size} / ${by})\` or \`ceil(${size} / ${by})\`` });
      return unknown;
    }
    default: return undefined;
  }
}
