import type { Span } from "../source/source.js";

/** A comment as it is written, with its slashes. The syntax tree does not hold comments; the formatter finds them by offset. */
export interface Comment {
  /** `doc` is a `///` that documents something; one that documents nothing is a plain `line`. */
  readonly kind: "line" | "block" | "doc";
  readonly text: string;
  readonly span: Span;
}
