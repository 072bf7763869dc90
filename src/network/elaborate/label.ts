import * as errors from "../../diagnostics/catalogue/evaluate.js";
import type { Label } from "../../syntax/ast.js";
import { type Context, placeOf } from "./context.js";
import { evaluate } from "./evaluate.js";
import { describe } from "./values.js";

/** The dotted path of a label: `downsample[0]` is `downsample.0`, `_` is empty. Undefined after a complaint. */
export function labelPath(ctx: Context, label: Label): string | undefined {
  const parts: string[] = [];
  for (const part of label.parts) {
    if (part.kind === "word") {
      if (part.name.text !== "_") parts.push(part.name.text);
      continue;
    }
    const value = evaluate(part.value, { ...ctx, whole: false });
    if (value.kind === "unknown") return undefined;
    if (value.kind !== "int" && value.kind !== "string" && value.kind !== "word") {
      ctx.session.report(errors.badIndex, placeOf(ctx, part.value), { what: `a label is made of words and whole numbers, this is ${describe(value)}` });
      return undefined;
    }
    parts.push(String(value.value));
  }
  return parts.join(".");
}
