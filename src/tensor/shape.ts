import { evaluate, type Dim } from "./dim.js";
import type { Domain } from "./domain.js";
import { show } from "./show.js";

export type ElementType = "float32" | "int64" | "bool";

/** What is known of a tensor before it runs. */
export interface TensorType {
  readonly type: ElementType;
  readonly shape: readonly Dim[];
}

/** The shape for people: `[N, 64, H/2, W/2]`. */
export function showShape(shape: readonly Dim[], domain?: Domain): string {
  return `[${shape.map((d) => show(d, domain)).join(", ")}]`;
}

/** The shape in numbers, with these numbers for the symbols. */
export function evaluateShape(shape: readonly Dim[], env: Readonly<Record<string, number>>): number[] {
  return shape.map((d) => evaluate(d, env));
}
