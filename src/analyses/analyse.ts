/** Everything that is known of a network before it runs. */
import type { Network } from "../network/network.js";
import { type Domain, sizesOf, smallest, symbolsOf } from "../tensor/index.js";
import { type Alignment, alignment, nearestLegal } from "./alignment.js";
import { type Counts, counts } from "./counts.js";
import { outputStride } from "./facts.js";
import { type Geometry, geometry } from "./geometry.js";
import { shift } from "./shift-period.js";

export interface Analysis {
  readonly counts: Counts;
  readonly geometry: Geometry;
  readonly alignment: readonly Alignment[];
  /** Input pixels, [height, width]; undefined where no shift is exact. */
  readonly shiftPeriod: readonly [number | undefined, number | undefined];
  /** The legal sizes at which it holds: interpolations to another map's size have the right step at some only. */
  readonly shiftSizes: Domain;
  readonly outputStride: number | undefined;
  /** A size for every symbol: the author's natural size, or the lossless one nearest to 512. */
  readonly typical: Readonly<Record<string, number>>;
}

export function analyse(network: Network): Analysis {
  const seen = geometry(network);
  const aligned = alignment(network, seen);
  const moved = shift(network, seen);
  return {
    counts: counts(network),
    geometry: seen,
    alignment: aligned,
    shiftPeriod: moved.period,
    shiftSizes: moved.sizes,
    outputStride: outputStride(seen),
    typical: typicalSizes(network, aligned),
  };
}

function typicalSizes(network: Network, aligned: readonly Alignment[]): Readonly<Record<string, number>> {
  const sizes: Record<string, number> = {};
  for (const input of network.inputs) {
    const dims = network.values[input.value]!.type.shape;
    for (const [axis, dim] of dims.entries())
      for (const symbol of symbolsOf(dim)) {
        if (symbol in sizes) continue;
        const wish = axis < 2 ? 1 : (input.image.natural?.[axis - 2] ?? 512);
        const lossless = aligned.find((one) => one.symbol === symbol)?.set;
        const legal = sizesOf(network.legal, symbol);
        sizes[symbol] = (lossless && nearestLegal(lossless, wish)) ?? nearestLegal(legal, wish) ?? smallest(legal) ?? 1;
      }
  }
  return sizes;
}
