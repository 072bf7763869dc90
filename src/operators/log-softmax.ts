import type { Emitter } from "./emitter.js";

/** x - max - log(sum(exp(x - max))) along one axis: finite where the logarithm of a softmax is minus infinity, and known to WebGPU. */
export function emitLogSoftmax(emit: Emitter, x: string, axis: number, outputs?: readonly string[]): string {
  const axes = emit.ints([axis]);
  const below = emit.node("Sub", [x, emit.node("ReduceMax", [x, axes], { keepdims: 1 })]);
  const sum = emit.node("ReduceSum", [emit.node("Exp", [below]), axes], { keepdims: 1 });
  return emit.node("Sub", [below, emit.node("Log", [sum])], {}, outputs);
}
