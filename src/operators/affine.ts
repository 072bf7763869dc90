/** The learned weight and bias that follow a normalisation. */
import type { Emitter } from "./emitter.js";
import type { Lowering, OwnedTensor } from "./operator.js";

/** One weight and one bias for each of `count`, which begin as 1 and 0. */
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
