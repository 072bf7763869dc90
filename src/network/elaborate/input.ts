/** `input image: [N, 3, H, W] where ... with ...` */
import * as bindErrors from "../../diagnostics/catalogue/bind.js";
import * as errors from "../../diagnostics/catalogue/evaluate.js";
import { didYouMean } from "../../diagnostics/suggest.js";
import type * as ast from "../../syntax/ast.js";
import { type Dim, type ElementType, constantValue, everySize, intersect, isEmpty, symbol } from "../../tensor/index.js";
import type { ImageSettings } from "../network.js";
import { asDim } from "./coerce.js";
import { constraints } from "./constraints.js";
import { type Context, type ModelParts, placeOf } from "./context.js";
import { evaluate, lookUp } from "./evaluate.js";
import { type Value, describe, unknown } from "./values.js";

export function input(statement: ast.Input, ctx: Context, model: ModelParts): void {
  const { session, scope } = ctx;
  const name = statement.name.text;
  const shape: Dim[] = [];
  for (const expression of statement.shape) {
    const dim = axis(expression, ctx);
    if (dim === undefined) {
      scope.set(name, unknown);
      return;
    }
    shape.push(dim);
  }
  for (const { symbol: of, set, bounded } of constraints(statement.where, ctx)) {
    const both = intersect(session.claimed.get(of) ?? everySize(), set);
    if (isEmpty(both)) {
      session.report(errors.contradiction, placeOf(ctx, statement.name), { symbol: of });
      continue;
    }
    session.claimed = new Map(session.claimed).set(of, both);
    session.legal = new Map(session.legal).set(of, both);
    if (bounded) session.promised.add(of);
  }
  if (scope.has(name)) {
    session.report(bindErrors.duplicateName, placeOf(ctx, statement.name), { name });
    return;
  }
  const channels = shape[1] === undefined ? undefined : constantValue(shape[1]);
  const found = settings(statement.settings, ctx, channels ?? 0);
  const type = found.get("type");
  const id = session.addValue(name, { type: type?.kind === "word" ? (type.value as ElementType) : "float32", shape });
  scope.set(name, { kind: "tensor", id });
  model.inputs.push({ value: id, name, doc: statement.doc, image: imageSettings(found, channels ?? 0) });
}

/** One size of the shape; a name that nothing defines becomes a symbol. */
function axis(expression: ast.Expression, ctx: Context): Dim | undefined {
  if (expression.kind === "name" && lookUp(expression.name, ctx) === undefined) {
    const dim = symbol(expression.name);
    ctx.scope.set(expression.name, { kind: "dim", dim });
    return dim;
  }
  const value = evaluate(expression, ctx);
  if (value.kind === "unknown") return undefined;
  const dim = asDim(value);
  const known = dim && constantValue(dim);
  if (dim === undefined || (known !== undefined && known < 1)) {
    ctx.session.report(errors.badInputShape, placeOf(ctx, expression), { what: `a size must be a whole number of at least 1 or a symbol, this is ${describe(value)}` });
    return undefined;
  }
  return dim;
}

/** Settings whose value is one of these words. */
const words: Readonly<Record<string, readonly string[]>> = { order: ["rgb", "bgr"], type: ["float32", "int64", "bool"] };
/** An image has a few channels; an absurd number must not become an array. */
const mostChannels = 65_536;

const settingNames = [...Object.keys(words), "scale", "mean", "std", "natural"];

/** The settings that make sense; the others are reported. */
function settings(given: readonly ast.Argument[], ctx: Context, channels: number): ReadonlyMap<string, Value> {
  const found = new Map<string, Value>();
  for (const argument of given) {
    const name = argument.name?.text ?? "";
    if (!settingNames.includes(name)) {
      ctx.session.report(errors.badSetting, placeOf(ctx, argument.name ?? argument), { what: `there is no setting \`${name}\`` }, {
        help: didYouMean(name, settingNames) ?? `there are ${settingNames.join(", ")}`,
      });
      continue;
    }
    const value = evaluate(argument.value, ctx, words[name] ? { words: words[name] } : {});
    const wrong = value.kind === "unknown" ? undefined : complaint(name, value, channels);
    if (wrong === undefined) found.set(name, value);
    else ctx.session.report(errors.badSetting, placeOf(ctx, argument), { what: wrong });
  }
  return found;
}

/** Standard: RGB, 0..1, no normalisation. */
function imageSettings(found: ReadonlyMap<string, Value>, channels: number): ImageSettings {
  const perChannel = (name: string, standard: number): readonly number[] =>
    numbers(found.get(name)) ?? Array.from({ length: Math.min(channels, mostChannels) }, () => standard);
  const order = found.get("order");
  const natural = numbers(found.get("natural"));
  return {
    order: order?.kind === "word" && order.value === "bgr" ? "bgr" : "rgb",
    scale: numbers(found.get("scale"))?.[0] ?? 1,
    mean: perChannel("mean", 0),
    std: perChannel("std", 1),
    natural: natural && [natural[0]!, natural[1]!],
  };
}

function numbers(value: Value | undefined): readonly number[] | undefined {
  if (value?.kind === "int" || value?.kind === "float") return [value.value];
  if (value?.kind !== "list") return undefined;
  const all = value.items.map((item) => (item.kind === "int" || item.kind === "float" ? item.value : undefined));
  return all.every((item) => item !== undefined) ? all : undefined;
}

function complaint(name: string, value: Value, channels: number): string | undefined {
  if (words[name]) return value.kind === "word" && words[name].includes(value.value) ? undefined : `\`${name}\` is one of ${words[name].join(", ")}`;
  const all = numbers(value);
  if (all === undefined) return `\`${name}\` is made of numbers, this is ${describe(value)}`;
  if (name === "scale") return all.length === 1 && all[0]! > 0 ? undefined : "`scale` is one positive number: 1 or 255";
  if (name === "natural") return all.length === 2 && all.every((size) => Number.isSafeInteger(size) && size > 0) ? undefined : "`natural` is [height, width]";
  if (all.length !== channels) return `\`${name}\` has ${all.length} numbers for ${channels} channels`;
  return name === "std" && all.some((item) => item <= 0) ? "`std` must be positive" : undefined;
}

