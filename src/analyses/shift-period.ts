/**
 * By how many input pixels an image must move for the outputs to move exactly with it: the least common multiple of all
 * strides on the way (a U-Net: 2^depth). Tiles cut at other distances do not reproduce the whole image.
 *
 * An interpolation to another map's size follows the image only where its step is the one that the strides say. Half pixels have it
 * where the sizes divide; `align_corners` where they divide less one: from 65 rows to 513 the step is 64/512 = 1/8, from 64 to 512 it
 * is 63/511, and a shift by 8 pixels is no whole number of steps. So the period holds at certain sizes, and `align_corners` by a
 * factor, of n rows to 2n, has it at none. (Nearest may agree at a few more, where another step rounds to the same pixels.)
 */
import { type Network, type NetworkNode, shapeOf, valueOf } from "../network/network.js";
import { type Domain, type SizeSet, intersect, isEmpty, lcm, sizeSet, sizesOf, symbolsOf } from "../tensor/index.js";
import { type Geometry, strideOf } from "./geometry.js";
import { narrow } from "./limits.js";
import { gridConstraints, pointwiseInputs } from "./offsets.js";

/** No image moves further. */
const longest = 1_000_000;

export interface Shift {
  /** Input pixels, [height, width]. Undefined where nothing moves exactly: something sees the whole image, or a grid has its step at no size. */
  readonly period: readonly [number | undefined, number | undefined];
  /** The legal sizes at which the periods hold, by symbol. */
  readonly sizes: Domain;
}

export function shift(network: Network, geometry: Geometry): Shift {
  const sizes = new Map<string, SizeSet>();
  const period = ([0, 1] as const).map((axis) => {
    const symbols = symbolsAlong(network, axis);
    const exact = gridSizes(network, axis);
    const found = symbols.length > 0 && symbols.every((symbol) => isEmpty(sizesOf(exact, symbol))) ? undefined : strides(network, geometry, axis);
    for (const symbol of symbols) sizes.set(symbol, found === undefined ? none : intersect(sizesOf(exact, symbol), sizes.get(symbol) ?? sizesOf(network.legal, symbol)));
    return found;
  });
  return { period: [period[0], period[1]], sizes };
}

const none = sizeSet(1, () => undefined);

const symbolsAlong = (network: Network, axis: 0 | 1): readonly string[] => network.inputs.flatMap(({ value }) => shapeOf(network, value).slice(2 + axis, 3 + axis).flatMap(symbolsOf));

/** The legal sizes at which every interpolation along the axis has the step that the strides say. */
export function gridSizes(network: Network, axis: 0 | 1): Domain {
  const every = new Map(symbolsAlong(network, axis).map((symbol) => [symbol, sizesOf(network.legal, symbol)]));
  return narrow(every, gridConstraints(network).filter((constraint) => constraint.axis === axis)).domain;
}

function strides(network: Network, geometry: Geometry, axis: 0 | 1): number | undefined {
  if (network.nodes.some((node) => strideConflict(network, node, geometry, axis))) return undefined;
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
}

/** Maps of one size that do not move together: at a fixed size, 8 rows that `align_corners` takes to 64 have the stride 8 * 7/63. */
function strideConflict(network: Network, node: NetworkNode, geometry: Geometry, axis: 0 | 1): boolean {
  const found = pointwiseInputs(network, node).flatMap((id) => strideOf(geometry.get(id)?.[axis] ?? "unknown") ?? []);
  return found.some((stride) => stride !== found[0]);
}
