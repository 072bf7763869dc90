/**
 * The ways of the links, on a grid that leaves corridors between rows and gaps between columns, where no box stands:
 *
 *   straight   A --------> B                    nothing between them
 *   elbow      A ---+                           along the row of A or of B, where it is free
 *                   +----> B
 *   corridor   A +  +---+  + B                  above the lower of the two rows, over what stands between
 *                +--+   +--+
 */
import type { Link } from "./diagram.js";
import { type Cell, type Grid, grouped } from "./grid.js";

export type Route =
  | { readonly kind: "straight" }
  | { readonly kind: "elbow"; readonly gap: number }
  | { readonly kind: "corridor"; readonly leave: number; readonly row: number; readonly enter: number };

export interface Routed {
  readonly link: Link;
  readonly from: Cell;
  readonly to: Cell;
  readonly route: Route;
  /** Where it arrives, from the centre of the box. */
  readonly port: number;
}

export function routesOf(grid: Grid, links: readonly Link[]): readonly Routed[] {
  const { cells } = grid;
  const byRow = grouped(cells, (cell) => cell.row);
  const isFree = (row: number, y: number, after: number, before: number): boolean =>
    !byRow.get(row)!.some((cell) =>
      cell.column > after && cell.column < before
      && y > cell.y - cell.extent.height / 2 - cell.extent.top - 3 && y < cell.y + cell.extent.height / 2 + cell.extent.labelHeight + 3);
  const level = (a: Cell, b: Cell): boolean => a.row === b.row && Math.abs(a.y - b.y) < 0.5;

  const choose = (from: Cell, to: Cell): Route => {
    if (level(from, to) && isFree(from.row, from.y, from.column, to.column)) return { kind: "straight" };
    const late = isFree(from.row, from.y, from.column, to.column);
    const early = isFree(to.row, to.y, from.column, to.column);
    if (!level(from, to) && (late || early)) {
      // Along the row of the coarser map there is more room.
      const preferLate = late && (!early || from.row >= to.row);
      return { kind: "elbow", gap: preferLate ? to.column - 1 : from.column };
    }
    // Neighbours in one row: nothing is between them but the gap.
    if (to.column === from.column + 1) return { kind: "elbow", gap: from.column };
    return { kind: "corridor", leave: from.column, row: Math.max(from.row, to.row), enter: to.column - 1 };
  };

  const planned = links.map((link) => {
    const [from, to] = [cells[link.from]!, cells[link.to]!];
    return { link, from, to, route: choose(from, to) };
  });

  /** Order of arrival at a box: from above, straight, from below. */
  const height = ({ from, to, route }: (typeof planned)[number]): number =>
    route.kind === "straight" ? 0
    : route.kind === "corridor" ? (route.row <= to.row ? -1e6 + from.column : 1e6 - from.column)
    : (from.row - to.row) * 1e4 + (from.row === to.row ? from.y - to.y : 0);
  const arriving = grouped(planned, ({ to }) => to);
  const leavingRow = grouped(planned, ({ from }) => from.row);
  return planned.map((one) => {
    const others = arriving.get(one.to)!.toSorted((a, b) => height(a) - height(b) || a.link.from - b.link.from);
    const above = others.filter((other) => height(other) < 0);
    const straight = others.some((other) => height(other) === 0);
    // The centre is kept free for what comes straight, and where the line of the box to the left would seem to go on.
    const beside = (leavingRow.get(one.to.row) ?? []).some(({ from, to, route }) =>
      to !== one.to && from.column < one.to.column && level(from, one.to)
      && (from.column === one.to.column - 1 || (route.kind === "elbow" && from.column < route.gap && route.gap >= one.to.column - 1))
      && isFree(from.row, from.y, from.column, one.to.column));
    const centred = straight || !beside;
    const { extent } = one.to;
    if (straight || beside) {
      const below = others.length - above.length - (straight ? 1 : 0);
      const most = Math.max(above.length, below);
      const step = Math.min(9, (extent.height / 2 - 3) / Math.max(1, most));
      const at = others.indexOf(one);
      const port = height(one) === 0 ? 0 : height(one) < 0 ? -(above.length - at) * step : (at - above.length - (straight ? 1 : 0) + 1) * step;
      return { ...one, port };
    }
    const step = Math.min(9, (extent.height - 6) / Math.max(1, others.length - 1));
    return { ...one, port: centred ? (others.indexOf(one) - (others.length - 1) / 2) * step : 0 };
  });
}
