import { DimLimit } from "./arithmetic.js";

/** The values of one symbol that a grid visits. */
export interface Axis {
  readonly symbol: string;
  readonly points: readonly number[];
}

const maxPoints = 1 << 18;

/** The first assignment, in grid order, that passes the test. `DimLimit` when there are too many to look at. */
export function findPoint(axes: readonly Axis[], test: (at: Readonly<Record<string, number>>) => boolean): Record<string, number> | undefined {
  let count = 1;
  for (const { points } of axes) count *= points.length;
  if (count > maxPoints) throw new DimLimit("the periods of the symbols multiply to too many cases to decide");
  const at: Record<string, number> = {};
  const walk = (index: number): boolean => {
    const axis = axes[index];
    if (axis === undefined) return test(at);
    for (const point of axis.points) {
      at[axis.symbol] = point;
      if (walk(index + 1)) return true;
    }
    return false;
  };
  return walk(0) ? at : undefined;
}
