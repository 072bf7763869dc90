/** Coordinates: lines that share a corridor or a gap get a track each, and columns and rows move apart to make room for them. */
import type { Box, Diagram, Link } from "./diagram.js";
import { gridOf } from "./grid.js";
import { type Routed, routesOf } from "./route.js";
import { type Extent, type Style, round } from "./style.js";

export interface Point {
  readonly x: number;
  readonly y: number;
}

export interface PlacedBox {
  readonly box: Box;
  readonly extent: Extent;
  /** Top left of the front face. */
  readonly x: number;
  readonly y: number;
}

export interface PlacedLink {
  readonly link: Link;
  readonly points: readonly Point[];
}

export interface Layout {
  readonly boxes: readonly PlacedBox[];
  readonly links: readonly PlacedLink[];
  /** The strips of equal resolution. */
  readonly rows: readonly { readonly level: number | undefined; readonly y: number; readonly height: number }[];
  readonly width: number;
  readonly height: number;
}

export function layOut(diagram: Diagram, style: Style): Layout {
  const grid = gridOf(diagram, style);
  const routed = routesOf(grid, diagram.links);
  // Rows lie at fixed places while tracks in gaps are handed out: only their order matters.
  const rough = (row: number, y: number): number => row * 10_000 + y;
  const port = (one: Routed): number => rough(one.to.row, one.to.y + one.port);
  const start = (one: Routed): number => rough(one.from.row, one.from.y);

  const gaps = new Tracks(14);
  const corridors = new Tracks(0);
  const corridorY = (row: number): number => row * 10_000 - 5000;
  for (const one of routed) {
    const { route } = one;
    if (route.kind === "elbow") gaps.add(route.gap, netOf(one), start(one), port(one), [start(one)]);
    if (route.kind === "corridor") {
      gaps.add(route.leave, netOf(one), start(one), corridorY(route.row), [start(one)]);
      gaps.add(route.enter, netOf(one), corridorY(route.row), port(one), [corridorY(route.row)]);
      // Tracks count upwards from the row below.
      corridors.add(route.row, netOf(one), route.leave, route.enter, [...(one.from.row >= route.row ? [route.leave] : []), ...(one.to.row >= route.row ? [route.enter] : [])]);
    }
  }
  gaps.assign();
  corridors.assign();

  // Columns from left to right.
  const lefts: number[] = [];
  const gapStarts: number[] = [];
  let x = 0;
  for (const [column, { width }] of grid.columns.entries()) {
    lefts.push(x);
    x += width;
    gapStarts.push(x);
    if (column < grid.columns.length - 1) x += style.gap + Math.max(0, gaps.count(column) - 1) * style.track;
  }
  const width = x;
  const gapX = (gap: number, net: string): number => gapStarts[gap]! + style.gap / 2 + gaps.of(gap, net) * style.track;

  // Rows from top to bottom, each with its corridor above.
  const axes: number[] = [];
  const corridorEnds: number[] = [];
  const rows: { level: number | undefined; y: number; height: number }[] = [];
  let y = 0;
  for (const [row, { level, above, below }] of grid.rows.entries()) {
    const top = y;
    y += style.row + corridors.count(row) * style.track;
    corridorEnds.push(y - style.row / 2);
    axes.push(y + above);
    y += above + below + style.row / 2;
    rows.push({ level, y: round(top), height: round(y - top) });
  }
  const trackY = (row: number, net: string): number => corridorEnds[row]! - corridors.of(row, net) * style.track;

  const boxes = grid.cells.map(({ box, extent, column, row, y: offset }): PlacedBox => ({
    box, extent,
    x: round(lefts[column]! + (grid.columns[column]!.width - extent.width - extent.side) / 2),
    y: round(axes[row]! + offset - extent.height / 2),
  }));
  const links = routed.map((one): PlacedLink => {
    const { route, from, to } = one;
    const [a, b] = [boxes[from.box.id]!, boxes[to.box.id]!];
    const begin = { x: a.x + from.extent.width + from.extent.side, y: axes[from.row]! + from.y };
    const end = { x: b.x, y: axes[to.row]! + to.y + one.port };
    const net = netOf(one);
    const between = (): readonly Point[] => {
      if (route.kind === "straight") return [];
      if (route.kind === "elbow") return [{ x: gapX(route.gap, net), y: begin.y }, { x: gapX(route.gap, net), y: end.y }];
      const [leave, enter] = [gapX(route.leave, net), gapX(route.enter, net)];
      const track = trackY(route.row, net);
      return [{ x: leave, y: begin.y }, { x: leave, y: track }, { x: enter, y: track }, { x: enter, y: end.y }];
    };
    return { link: one.link, points: [begin, ...between(), end].map((point) => ({ x: round(point.x), y: round(point.y) })) };
  });
  return { boxes, links, rows, width: round(width), height: round(y) };
}

/** Links from one box of one kind share their way as far as they can. */
const netOf = ({ link }: Routed): string => `${link.from} ${link.kind}`;

interface Interval {
  from: number;
  to: number;
  /** Where lines come to it: from the side of track 0, and from the other. */
  readonly near: number[];
  readonly far: number[];
  track: number;
}

/** Channel routing: intervals of different nets that overlap lie on different tracks, in an order that crosses little. */
class Tracks {
  private readonly channels = new Map<number, Map<string, Interval>>();

  /** Lines on one track that end closer than `apart` would look like one. */
  constructor(private readonly apart: number) {}

  /** A line along the channel from `a` to `b`; `near`: those of its ends that come from the side of track 0. */
  add(channel: number, net: string, a: number, b: number, near: readonly number[]): void {
    const nets = this.channels.get(channel) ?? new Map<string, Interval>();
    this.channels.set(channel, nets);
    const interval = nets.get(net) ?? { from: a, to: a, near: [], far: [], track: 0 };
    nets.set(net, interval);
    interval.from = Math.min(interval.from, a, b);
    interval.to = Math.max(interval.to, a, b);
    for (const end of [a, b]) (near.includes(end) ? interval.near : interval.far).push(end);
  }

  assign(): void {
    for (const nets of this.channels.values()) {
      const order = [...nets.values()].sort((a, b) => a.from - b.from || a.to - b.to);
      // Neighbours change places while that saves a crossing.
      for (let round = 0; round < order.length; round++)
        for (let at = 0; at + 1 < order.length; at++) {
          const [a, b] = [order[at]!, order[at + 1]!];
          if (crossings(b, a) < crossings(a, b)) [order[at], order[at + 1]] = [b, a];
        }
      for (const [at, interval] of order.entries())
        interval.track = Math.max(0, ...order.slice(0, at).filter((other) => other.from <= interval.to + this.apart && interval.from <= other.to + this.apart).map((other) => other.track + 1));
    }
  }

  count(channel: number): number {
    return Math.max(0, ...[...(this.channels.get(channel)?.values() ?? [])].map(({ track }) => track + 1));
  }

  of(channel: number, net: string): number {
    return this.channels.get(channel)!.get(net)!.track;
  }
}

/** With `a` on the track nearer to 0: its lines to the far side cross `b`, and those of `b` to the near side cross `a`. */
const crossings = (a: Interval, b: Interval): number =>
  a.far.filter((at) => at > b.from && at < b.to).length + b.near.filter((at) => at > a.from && at < a.to).length;
