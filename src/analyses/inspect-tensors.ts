/** Where every tensor looks in the image, and how the operands of every join lie to each other, as plain data. */
import { type Network, type NetworkNode, type ValueId, shapeOf, valueOf } from "../network/network.js";
import { positionOf } from "../source/source.js";
import { type Geometry, type Seen, fieldSize, strideOf } from "./geometry.js";
import { type PlaceReport, placeReport } from "./inspect-sizes.js";
import { joins } from "./offsets.js";

/** One value where both axes agree, else [height, width]. */
export type Axis<T> = T | readonly [height: T, width: T];

export interface FieldReport {
  /** Input pixels that an element sees, the most over all phases; null: the whole image, or no single number. */
  readonly size: Axis<number | null>;
  /** Input pixels between neighbouring elements. */
  readonly stride: Axis<number | null>;
  /** Input coordinate of the centre of element 0. */
  readonly centre: Axis<number | null>;
}

export interface TensorReport {
  readonly name: string;
  /** What makes it; null for an input. */
  readonly operator: string | null;
  readonly shape: readonly (number | string)[];
  /** Null where it does not depend on the first input, or is no map. */
  readonly receptive_field: FieldReport | null;
  readonly span: PlaceReport | null;
  /** The line of the model's file that leads there. */
  readonly line: number | null;
}

export interface JoinReport {
  readonly path: string;
  readonly operator: string;
  readonly left: string;
  readonly right: string;
  /** How far right lies behind left; null: their grids have different steps. */
  readonly pixels: Axis<number | null>;
  readonly elements: Axis<number | null>;
  readonly span: PlaceReport;
  readonly line: number | null;
}

export function tensorReports(network: Network, geometry: Geometry, shape: (id: ValueId) => readonly (number | string)[]): readonly TensorReport[] {
  const report = (id: ValueId, node: NetworkNode | undefined): TensorReport => {
    const seen = shapeOf(network, id).length === 4 ? geometry.get(id) : undefined;
    return {
      name: valueOf(network, id).name, operator: node?.operator ?? null, shape: shape(id), receptive_field: seen ? fieldReport(seen) : null,
      span: node ? placeReport(node.place) : null, line: node ? lineOf(network, node) : null,
    };
  };
  return [...network.inputs.map(({ value }) => report(value, undefined)), ...network.nodes.flatMap((node) => node.outputs.map((id) => report(id, node)))];
}

export const fieldReport = (seen: readonly [Seen, Seen]): FieldReport => ({
  size: both(seen, (axis) => fieldSize(axis) ?? null),
  stride: both(seen, (axis) => strideOf(axis) ?? null),
  centre: both(seen, (axis) => (typeof axis === "string" ? null : axis.centre)),
});

export function joinReports(network: Network, geometry: Geometry): readonly JoinReport[] {
  return joins(network, geometry).map(({ node, left, right, apart }) => ({
    path: node.path, operator: node.operator, left: valueOf(network, left).name, right: valueOf(network, right).name,
    pixels: both(apart, (axis) => axis?.pixels ?? null), elements: both(apart, (axis) => axis?.elements ?? null),
    span: placeReport(node.place), line: lineOf(network, node),
  }));
}

/** The innermost place in the model's own file. */
function lineOf(network: Network, { place, trace }: NetworkNode): number | null {
  const own = [place, ...trace.map((frame) => frame.place)].find(({ file }) => file.path === network.file);
  return own === undefined ? null : positionOf(own.file, own.span.start).line;
}

export function both<T, R>([height, width]: readonly [T, T], read: (axis: T) => R): Axis<R> {
  const [a, b] = [read(height), read(width)];
  return a === b ? a : [a, b];
}
