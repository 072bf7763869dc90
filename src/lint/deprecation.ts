/**
 * What an author takes out of use, and when a rename is all that a caller has to do.
 *
 *   /// deprecated: use `double_conv`           before a block, a `let` or a parameter
 *   /// deprecated linear: use `bilinear`       before a parameter: one of its words
 */
import { matchArguments, signatureOfBlock } from "../bind/signature.js";
import { Problems } from "../diagnostics/problem.js";
import type { SourceFile } from "../source/source.js";
import type * as ast from "../syntax/ast.js";
import { namesIn } from "./names.js";

export interface Deprecation {
  /** As the author has it: `use double_conv`, or a sentence. */
  readonly says: string;
  /** The name to write instead, where that is all that is said. */
  readonly replacement: string | undefined;
}

export const deprecation = (says: string): Deprecation => ({ says, replacement: /^use `(\w+)`\.?$/.exec(says)?.[1] });

/** `word`: of the parameter's words, this one. */
export function deprecationIn(doc: string | undefined, word?: string): Deprecation | undefined {
  for (const line of doc?.split("\n") ?? []) {
    const [, of, says] = /^deprecated(?: (\w+))?:\s*(\S.*)$/.exec(line.trim()) ?? [];
    if (says !== undefined && of === word) return deprecation(says.trim());
  }
  return undefined;
}

/**
 * Whether the block does nothing but call the other one of its file with the same parameters, without a path of its own:
 *
 *   block pair(x: tensor, channels: int) { return x -> double_conv(channels) as _ }
 */
export function forwards(block: ast.Block, to: ast.Block, { text }: SourceFile): boolean {
  const [only, ...others] = block.body;
  if (only?.kind !== "return" || others.length > 0 || only.value.kind !== "chain") return false;
  const { head, headLabel, steps: [step, ...more] } = only.value;
  if (step === undefined || more.length > 0 || headLabel !== undefined || !isName(head, block.parameters[0]?.name.text) || !isName(step.callee, to.name.text)) return false;
  // `as _` has no parts.
  if (step.label?.parts.length !== 0) return false;
  const { given, ok } = matchArguments(signatureOfBlock(to), step.arguments, { carries: true, complete: true }, { file: { path: "", text }, span: step.span }, new Problems());
  const handsOn = [...given].every(([name, [argument, ...rest]]) => rest.length === 0 && isName(argument!.value, name));
  return ok && handsOn && given.size === to.parameters.length - 1 && sameFace(block, to, text);
}

function sameFace(a: ast.Block, b: ast.Block, text: string): boolean {
  const face = ({ parameters, result }: ast.Block): string =>
    JSON.stringify([parameters.map(({ name, type, allowed, default: value }) => [name.text, ...[type, allowed, value].map((part) => part && slice(text, part))]), result && slice(text, result)]);
  return face(a) === face(b);
}

/** Whether giving the one is giving the other: `old` is only the default of `new`, as in `width: int = 8, channels: int = width`. */
export function renamed(block: ast.Block | ast.Model, old: string, now: string): boolean {
  const [before, after] = [old, now].map((name) => block.parameters.find((parameter) => parameter.name.text === name));
  if (before?.default === undefined || after?.default === undefined || !isName(after.default, old)) return false;
  const others = block.parameters.filter((parameter) => parameter !== after).flatMap(({ allowed, default: value }) => [allowed, value]);
  return !namesIn([...others, after.allowed, block.body]).has(old);
}

const isName = (expression: ast.Expression, name: string | undefined): boolean => expression.kind === "name" && expression.name === name;

const slice = (text: string, { span }: { readonly span: ast.Name["span"] }): string => text.slice(span.start, span.end);
