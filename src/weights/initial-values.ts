import type { Initial } from "../tensor/initial.js";
import { bilinearAlong, fillChannelKernel, identityAlong, separableKernel } from "./fill-channel-kernel.js";
import { fillNormal, fillUniform } from "./fill-random.js";

/**
 * Fills `target` with the initial values of a parameter, from the flat index `offset` on (row-major, `shape` is the whole
 * tensor's). Values depend on (initial, shape, name, seed, flat index) alone, not on how the tensor is divided.
 * `seed` is an integer, of which the low 32 bits count; seed 0 gives the `u` of the project's oracle data.
 */
export function fillInitial(
  target: Float32Array,
  initial: Initial,
  shape: readonly number[],
  name: string,
  seed: number,
  offset: number,
): void {
  switch (initial.kind) {
    case "constant":
      target.fill(initial.value);
      return;
    case "uniform":
      return fillUniform(target, initial.bound, name, seed, offset);
    case "normal":
      return fillNormal(target, initial.std, name, seed, offset);
    case "bilinear":
      return fillChannelKernel(target, shape, separableKernel(shape.slice(2), bilinearAlong), offset);
    case "identity":
      return fillChannelKernel(target, shape, separableKernel(shape.slice(2), identityAlong), offset);
  }
}
