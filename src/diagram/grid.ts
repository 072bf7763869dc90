/**
 * Where boxes stand: columns by the longest way from the input, rows by resolution, so that an encoder falls to the right and a
 * decoder rises again. Boxes of one row and column stand above each other around the row's axis.
 */
import type { Box, Diagram } from "./diagram.js";
import { type Extent, type Style, extentOf } from "./style.js";

export interface Cell {
  readonly box: Box;
  readonly extent: Extent;
  readonly column: number;
  readonly row: number;
  /** Centre of the front face, from the row's axis. */
  readonly y: number;
}

export interface Grid {
  readonly cells: readonly Cell[];
  /** The level of each row; undefined where nothing has a level. */
  readonly rows: readonly { readonly level: number | undefined; readonly above: number; readonly below: number }[];
  readonly columns: readonly { readonly width: number }[];
}

export function gridOf(diagram: Diagram, style: Style): Grid {
  const { boxes } = diagram;
  const image = boxes.find((box) => box.kind === "input")?.size?.[0] ?? 512;
  const levels = rowLevels(diagram);
  const columns = columnsOf(diagram, levels);
  const used = [...new Set(levels)].sort((a, b) => a - b);
  const rows = levels.map((level) => used.indexOf(level));
  const extents = boxes.map((box) => extentOf(box, image, style, diagram.sized));

  const ys = new Map<number, number>();
  for (const here of grouped(boxes, (box) => `${rows[box.id]} ${columns[box.id]}`).values()) {
    const importance = Math.min(...here.map(rankOf));
    // Peers, such as the branches of a pyramid, share the axis; what only leaves the network stands below.
    const peers = here.filter((box) => rankOf(box) === importance);
    for (const [id, y] of stacked(peers, extents, style)) ys.set(id, y);
    let below = Math.max(...peers.map((box) => ys.get(box.id)! + extents[box.id]!.height / 2 + extents[box.id]!.labelHeight));
    for (const box of here.filter((one) => rankOf(one) !== importance)) {
      const { height, top, labelHeight } = extents[box.id]!;
      const y = below + style.stack + top + height / 2;
      ys.set(box.id, y);
      below = y + height / 2 + labelHeight;
    }
  }
  const cells = boxes.map((box): Cell => ({ box, extent: extents[box.id]!, column: columns[box.id]!, row: rows[box.id]!, y: ys.get(box.id)! }));
  const byRow = grouped(cells, (cell) => cell.row);
  const inRow = (row: number): readonly Cell[] => byRow.get(row)!;
  const byColumn = grouped(cells, (cell) => cell.column);
  return {
    cells,
    rows: used.map((level, row) => ({
      level: Number.isFinite(level) ? level : undefined,
      above: Math.max(...inRow(row).map(({ y, extent }) => extent.height / 2 + extent.top - y)),
      below: Math.max(...inRow(row).map(({ y, extent }) => y + extent.height / 2 + extent.labelHeight)),
    })),
    columns: Array.from({ length: Math.max(0, ...columns) + 1 }, (_, column) => ({
      width: Math.max(0, ...(byColumn.get(column) ?? []).map(({ extent }) => Math.max(extent.width + extent.side, extent.labelWidth))),
    })),
  };
}

export function grouped<Item, Key>(items: readonly Item[], keyOf: (item: Item) => Key): ReadonlyMap<Key, Item[]> {
  const found = new Map<Key, Item[]>();
  for (const item of items) {
    const list = found.get(keyOf(item));
    if (list) list.push(item);
    else found.set(keyOf(item), [item]);
  }
  return found;
}

/** What a row's axis is for: the way through the network before what hangs on it. */
const rankOf = (box: Box): number => (box.kind === "input" && box.id > 0 ? 3 : box.kind === "output" || box.role === "aux" || box.role === "head" || box.role === "loss" ? 2 : box.role === "skip" ? 1 : 0);

function stacked(boxes: readonly Box[], extents: readonly Extent[], style: Style): readonly (readonly [id: number, y: number])[] {
  const centres: number[] = [];
  let end = 0;
  for (const box of boxes) {
    const { height, top, labelHeight } = extents[box.id]!;
    const centre = (centres.length === 0 ? 0 : end + style.stack + top) + height / 2;
    centres.push(centre);
    end = centre + height / 2 + labelHeight;
  }
  const axis = boxes.length === 0 ? 0 : (centres[0]! + centres.at(-1)!) / 2;
  return boxes.map((box, at) => [box.id, centres[at]! - axis]);
}

function columnsOf({ boxes, links }: Diagram, levels: readonly number[]): readonly number[] {
  const columns = boxes.map(() => 0);
  const to = grouped(links, (link) => link.to);
  for (const { id } of boxes) for (const { from } of to.get(id) ?? []) columns[id] = Math.max(columns[id]!, columns[from]! + 1);
  // A skip waits for whom it serves, and so does an input that is needed late.
  for (const box of [...boxes].reverse()) {
    if (box.role !== "skip" && box.kind !== "input") continue;
    const readers = links.filter((link) => link.from === box.id).map((link) => columns[link.to]!);
    if (readers.length > 0) columns[box.id] = Math.max(columns[box.id]!, Math.min(...readers) - 1);
  }
  // Outputs that would stand above each other stand side by side.
  for (const box of boxes) {
    if (box.kind !== "output") continue;
    while (boxes.some((other) => other.id !== box.id && (other.kind !== "output" || other.id < box.id) && levels[other.id] === levels[box.id] && columns[other.id] === columns[box.id])) columns[box.id]!++;
  }
  return columns;
}

/** What has no resolution of its own stands where it comes from. */
function rowLevels({ boxes, links }: Diagram): readonly number[] {
  const levels: (number | undefined)[] = boxes.map((box) => box.level);
  for (const { id } of boxes) levels[id] ??= links.filter((link) => link.to === id).map((link) => levels[link.from]).find((level) => level !== undefined);
  for (const { id } of [...boxes].reverse()) levels[id] ??= links.filter((link) => link.from === id).map((link) => levels[link.to]).find((level) => level !== undefined);
  return levels.map((level) => level ?? Number.POSITIVE_INFINITY);
}
