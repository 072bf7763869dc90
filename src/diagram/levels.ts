/** How coarse every map is: the log2 of its stride, to which the rows of the drawing belong. */
import type { Analysis } from "../analyses/analyse.js";
import { strideOf } from "../analyses/geometry.js";
import { type Network, type ValueId, valueOf } from "../network/network.js";
import { type Dim, constantValue, evaluate } from "../tensor/index.js";

/** Undefined for what has no place in the image, such as a map pooled to 6 x 6 or a matrix of attention. */
export type Levels = ReadonlyMap<ValueId, number | undefined>;

export function levelsOf(network: Network, analysis: Analysis, sizes: Readonly<Record<string, number>>): Levels {
  const byHeight = new Map<string, number>();
  const key = (dim: Dim): string => JSON.stringify(dim);
  const heightOf = (id: ValueId): Dim | undefined => {
    const { shape } = valueOf(network, id).type;
    return shape.length === 4 ? shape[2] : undefined;
  };
  const exact = new Map<ValueId, number>();
  for (const { id } of network.values) {
    const height = heightOf(id);
    const stride = strideOf(analysis.geometry.get(id)?.[0] ?? "unknown");
    if (height === undefined || stride === undefined) continue;
    const level = Math.round(Math.log2(stride));
    exact.set(id, level);
    if (!byHeight.has(key(height))) byHeight.set(key(height), level);
  }
  const first = network.inputs[0];
  const full = first === undefined ? undefined : heightOf(first.value);
  const guess = (id: ValueId): number | undefined => {
    const height = heightOf(id);
    if (height === undefined) return undefined;
    // After a step that sees everything, the height still tells: it is that of a map whose stride is known.
    const same = byHeight.get(key(height));
    if (same !== undefined) return same;
    if (full === undefined || (constantValue(height) !== undefined && constantValue(full) === undefined)) return undefined;
    return Math.round(Math.log2(evaluate(full, sizes) / Math.max(1, evaluate(height, sizes))));
  };
  return new Map(network.values.map(({ id }) => [id, exact.get(id) ?? guess(id)]));
}
