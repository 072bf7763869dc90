/** The edit that brings two tensors of different size together. */
import type { Fix } from "../../diagnostics/problem.js";
import type { Place } from "../../source/source.js";
import { constantValue, evaluate, rate, sameFunction, sub, symbolsOf } from "../../tensor/index.js";
import type { ValueId } from "../network.js";
import type { Session } from "./session.js";

export interface Origin {
  readonly id: ValueId;
  /** Where the argument is written, when it is one tensor. */
  readonly place: Place | undefined;
}

/** Text that can stand after `like:` without being worked out twice. */
const isReference = (text: string): boolean => /^[A-Za-z_][\w.]*(\[[^[\]]*\])*$/.test(text);

/** Any size large enough to tell which of two maps is the larger. */
const large = 4096;

/**
 * Maps of the same stride differ by a border: the larger is cropped. Maps of different strides are resized to the finer one.
 * Undefined where channels or batch differ, or where no text of the call can be changed.
 */
export function sizeFix(session: Session, a: Origin, b: Origin, infix: boolean): Fix | undefined {
  const [first, second] = [session.values[a.id]!.type.shape, session.values[b.id]!.type.shape];
  if (first.length !== 4 || second.length !== 4) return undefined;
  const axis = [2, 3].find((at) => !sameFunction(first[at]!, second[at]!));
  if (axis === undefined) return undefined;
  const at = Object.fromEntries([...symbolsOf(first[axis]!), ...symbolsOf(second[axis]!)].map((symbol) => [symbol, large]));
  const firstIsLarger = evaluate(first[axis]!, at) > evaluate(second[axis]!, at);
  const [larger, smaller] = firstIsLarger ? [a, b] : [b, a];
  const sameStride = constantValue(sub(first[axis]!, second[axis]!)) !== undefined || sameRate(first[axis]!, second[axis]!);
  const [changed, like, operator] = sameStride ? [larger, smaller, "crop"] : [smaller, larger, "resize"];
  if (!changed.place || !like.place) return undefined;
  const text = ({ file, span }: Place): string => file.text.slice(span.start, span.end);
  if (!isReference(text(like.place))) return undefined;
  const step = `${text(changed.place)} -> ${operator}(like: ${text(like.place)})`;
  // `->` binds weaker than `+`.
  const written = infix ? `(${step})` : step;
  return { title: `write \`${written}\``, edits: [{ place: changed.place, text: written }], safe: false };
}

function sameRate(a: Parameters<typeof rate>[0], b: Parameters<typeof rate>[0]): boolean {
  const [x, y] = [rate(a), rate(b)];
  return x !== undefined && y !== undefined && x.numerator === y.numerator && x.denominator === y.denominator;
}
