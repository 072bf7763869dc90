import type { Dim } from "../tensor/index.js";
import type { Emitter } from "./emitter.js";
import type { NamedOperand } from "./operator.js";
import { sameSize } from "./rules.js";

/**
 * Regroups the elements of `x`. Reshape copies an axis where the size is 0, and works one size out where it is -1: these
 * forms need no arithmetic on sizes, so the node stays on the GPU.
 */
export function reshapeTo(emit: Emitter, x: Pick<NamedOperand, "name" | "shape">, dims: readonly Dim[], out?: string): string {
  const plain = dims.map((dim, axis) => emit.known(dim) ?? (x.shape[axis] && sameSize(dim, x.shape[axis]) ? 0 : undefined));
  const open = plain.filter((size) => size === undefined).length;
  const target = open <= 1 ? emit.ints(plain.map((size) => size ?? -1)) : emit.sizes(dims);
  return emit.node("Reshape", [x.name, target], {}, out === undefined ? undefined : [out]);
}
