import type { Span } from "../source/source.js";
import type { File } from "./ast.js";

/** The first node that stands more than `most` nodes deep. A loop with a stack of its own, since recursion is what it guards. */
export function heightAbove(tree: File, most: number): Span | undefined {
  const open: { readonly value: object; readonly depth: number }[] = [{ value: tree, depth: 0 }];
  for (let at = open.pop(); at !== undefined; at = open.pop()) {
    const { value, depth } = at;
    const isNode = "kind" in value;
    const inside = isNode ? depth + 1 : depth;
    if (inside > most && "span" in value) return value.span as Span;
    for (const child of Object.values(value)) if (typeof child === "object" && child !== null) open.push({ value: child as object, depth: inside });
  }
  return undefined;
}
