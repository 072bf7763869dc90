/** Functions of compile-time values: `floor(H / 8)`, `len(filters)`. */
import * as errors from "../../diagnostics/catalogue/evaluate.js";
import type { Expression } from "../../syntax/ast.js";
import { ceilDiv, floorDiv, maximum, minimum } from "../../tensor/index.js";
import { dimValue, number } from "./arithmetic.js";
import { asDim } from "./coerce.js";
import { type Context, placeOf } from "./context.js";
import { type Value, describe, int, list, unknown } from "./values.js";

type Builtin = (args: readonly Value[], ctx: Context, at: Expression) => Value | undefined;

const numeric = (value: Value): number | undefined => (value.kind === "int" || value.kind === "float" ? value.value : undefined);

const rounding = (name: string, round: (x: number) => number): Builtin => ([value], ctx, at) => {
  const x = value && numeric(value);
  return x === undefined ? (value?.kind === "dim" ? value : undefined) : number(ctx, name, round(x), true, at);
};

/** One list, or several numbers. */
const items = (args: readonly Value[]): readonly Value[] => (args.length === 1 && args[0]!.kind === "list" ? args[0]!.items : args);

const extreme = (name: string, pick: (a: number, b: number) => number, onSizes: typeof minimum): Builtin => (args, ctx, at) => {
  const all = items(args);
  if (all.length === 0) return undefined;
  const numbers = all.map(numeric);
  if (numbers.every((x) => x !== undefined)) return number(ctx, name, numbers.reduce((a, b) => pick(a, b)), all.every((item) => item.kind === "int"), at);
  const dims = all.map(asDim);
  if (!dims.every((dim) => dim !== undefined)) return undefined;
  const found = dims.reduce<ReturnType<typeof minimum>>((a, b) => a && b && onSizes(a, b), dims[0]);
  return found && dimValue(found);
};

/** A size of a feature map: `channels(x)`, `height(x)`. */
const sizeOf = (axis: number): Builtin => ([value], ctx) => {
  const dim = value?.kind === "tensor" ? ctx.session.values[value.id]!.type.shape[axis] : undefined;
  return dim && dimValue(dim);
};

export const builtins: Readonly<Record<string, Builtin>> = {
  floor: rounding("floor", Math.floor),
  ceil: rounding("ceil", Math.ceil),
  round: rounding("round", (x) => Math.floor(x + 0.5)),
  min: extreme("min", Math.min, minimum),
  max: extreme("max", Math.max, maximum),
  /** `cycle([1, 2, 3], 5)` is [1, 2, 3, 1, 2]. */
  cycle: ([value, count]) => {
    if (value?.kind !== "list" || count?.kind !== "int" || count.value < 0 || count.value > 1_000_000 || value.items.length === 0) return undefined;
    return list(Array.from({ length: count.value }, (_, i) => value.items[i % value.items.length]!));
  },
  channels: sizeOf(1),
  height: sizeOf(2),
  width: sizeOf(3),
  len: ([value]) => (value?.kind === "list" ? int(value.items.length) : undefined),
  sum: (args, ctx, at) => {
    const all = items(args).map(numeric);
    return all.every((x) => x !== undefined) ? number(ctx, "sum", all.reduce((a, b) => a + b, 0), items(args).every((item) => item.kind === "int"), at) : undefined;
  },
};

const kinds: Readonly<Record<string, string>> = {
  len: "lists", cycle: "a list and a length", channels: "feature maps", height: "feature maps", width: "feature maps", sum: "numbers, lists of numbers and lists of tensors",
};

/** Calls a function; sizes are divided before they are rounded, so `ceil(H / 8)` needs H to be no multiple. */
export function callBuiltin(ctx: Context, name: string, at: Expression & { kind: "call" }, evaluate: (expression: Expression) => Value, add: (a: Value, b: Value) => Value): Value {
  const first = at.arguments[0]?.value;
  const inner = first?.kind === "chain" && first.steps.length === 0 ? first.head : first;
  if ((name === "floor" || name === "ceil") && inner?.kind === "binary" && inner.operator === "/") {
    const [left, right] = [evaluate(inner.left), evaluate(inner.right)];
    if (left.kind === "dim" && right.kind === "int" && right.value > 0) {
      const result = (name === "floor" ? floorDiv : ceilDiv)(left.dim, right.value);
      if (result !== undefined) return dimValue(result);
    }
  }
  const args = at.arguments.map((argument) => evaluate(argument.value));
  if (args.some((value) => value.kind === "unknown")) return unknown;
  // `sum` of tensors is a chain of additions.
  const parts = items(args);
  if (name === "sum" && parts.length > 0 && parts.every((part) => part.kind === "tensor")) return parts.slice(1).reduce<Value>((a, b) => add(a, b), parts[0]!);
  const result = builtins[name]!(args, ctx, at);
  if (result !== undefined) return result;
  const [one, other] = [args[0], args[1]];
  ctx.session.report(errors.badOperands, placeOf(ctx, at), {
    operator: name, left: one ? describe(one) : "nothing", right: other ? describe(other) : "nothing else",
  }, { help: `\`${name}\` is for ${kinds[name] ?? "numbers, lists of numbers and sizes"}` });
  return unknown;
}

