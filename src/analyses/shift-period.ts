/**
 * By how many input pixels an image must move for the outputs to move exactly with it: the least common multiple of all
 * strides on the way (a U-Net: 2^depth). Tiles cut at other distances do not reproduce the whole image.
 */
import { type Network, valueOf } from "../network/network.js";
import { lcm } from "../tensor/index.js";
import type { Geometry } from "./geometry.js";

/** No image moves further. */
const longest = 1_000_000;

/** Undefined where nothing moves exactly: something sees the whole image, or a grid depends on its size. */
export function shiftPeriod(network: Network, geometry: Geometry): readonly [number | undefined, number | undefined] {
  const along = (axis: 0 | 1): number | undefined => {
    let period = 1;
    for (const [id, axes] of geometry) {
      if (valueOf(network, id).type.shape.length !== 4) return undefined;
      const seen = axes[axis];
      if (typeof seen === "string" || !seen.field) return undefined;
      const { numerator } = seen.stride;
      if (numerator > longest) return undefined;
      period = lcm(period, numerator);
      if (period > longest) return undefined;
    }
    return period;
  };
  return [along(0), along(1)];
}
