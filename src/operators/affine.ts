/** Learned numbers that scale or shift whole channels. */
import type { Emitter } from "./emitter.js";
import type { Inference, Inferred, Lowering, NamedOperand, Operand, OwnedTensor } from "./operator.js";
import { channelsOf, sameType } from "./rules.js";

/** The weight and bias that follow a normalisation: one of each for `count` channels, which begin as 1 and 0. */
export const affinePair = (count: number): readonly OwnedTensor[] => [
  { name: "weight", shape: [count], initial: { kind: "constant", value: 1 }, trainable: true },
  { name: "bias", shape: [count], initial: { kind: "constant", value: 0 }, trainable: true },
];

export const affineParameter = { kind: "bool", default: true, doc: "a learned weight and bias for each channel" } as const;

/** A vector [C] in the form that broadcasts over axis 1 of a tensor of this rank: [C, 1, 1]. */
export function perChannel(emit: Emitter, vector: string, rank: number): string {
  const axes = Array.from({ length: Math.max(0, rank - 2) }, (_, i) => i + 1);
  return axes.length === 0 ? vector : emit.node("Unsqueeze", [vector, emit.ints(axes)]);
}

/** The call's weight and bias, or ones and zeros for nodes that cannot do without. */
export function affineInputs(emit: Emitter, call: Lowering, count: number): readonly [weight: string, bias: string] {
  const { weight, bias } = call.owned;
  return weight && bias ? [weight.name, bias.name] : [emit.floats(new Array<number>(count).fill(1)), emit.floats(new Array<number>(count).fill(0))];
}

/** An elementwise operator with one learned number, or one for each channel: `name`, [1] or [C]. */
export function inferLearnedNumber(a: { readonly x: Operand; readonly per_channel: boolean }, rule: Inference, name: string, value: number): Inferred | undefined {
  const count = a.per_channel ? channelsOf(a.x, rule) : 1;
  return count === undefined ? undefined : { ...sameType(a.x), owns: [{ name, shape: [count], initial: { kind: "constant", value }, trainable: true }] };
}

/** That number in the form that broadcasts over `x`. */
export const learnedNumber = (a: { readonly x: NamedOperand; readonly per_channel: boolean }, emit: Emitter, vector: string): string =>
  a.per_channel ? perChannel(emit, vector, a.x.shape.length) : vector;
