/** What is inside of a string: text, and expressions in braces. */
import type { IToken } from "chevrotain";
import type { Span } from "../source/source.js";
import { spanOf } from "./lex.js";

/** A string without its quotes; undefined where it has no end. */
export function insideOf(word: IToken): Span | undefined {
  const { image } = word;
  const { start, end } = spanOf(word);
  return image.length > 1 && image.at(-1) === image[0] ? { start: start + 1, end: end - 1 } : undefined;
}

/** Braces with what is between them. One that is not closed reaches to the end. */
export function bracesIn(text: string, { start, end }: Span): readonly Span[] {
  const found: Span[] = [];
  let depth = 0;
  let opened = start;
  for (let at = start; at < end; at++) {
    const c = text[at];
    if (c === "\\") at++;
    else if (c === "{" && depth++ === 0) opened = at;
    else if (c === "}" && depth > 0 && --depth === 0) found.push({ start: opened, end: at + 1 });
  }
  return depth === 0 ? found : [...found, { start: opened, end }];
}
