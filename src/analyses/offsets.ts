/**
 * The third level of alignment. A network *runs* at a size when there is no shape error; it is *lossless* when no pooling drops
 * a row and no crop is lopsided; it is *centred* when, besides, everything that is put together element by element lies on the
 * same pixel grid, and every head of the image's resolution lies on the image's.
 *
 * Offsets are a property of the network; that an interpolation by `like` has exactly the step that the grids have is one of the size.
 */
import { type Network, type NetworkNode, type ValueId, shapeOf, valueOf } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorOf } from "../operators/index.js";
import type { Reach } from "../operators/reach.js";
import { type Condition, type Domain, add, affineOn, constant, show, sub, times } from "../tensor/index.js";
import { solveDemands } from "./alignment.js";
import { type Fraction, type Geometry, fraction, strideOf } from "./geometry.js";
import { type Constraint, type Level, type Limit, type Solved, leaveNone, narrow } from "./limits.js";

export interface Offset {
  /** The step that puts them together, or the head. */
  readonly path: string;
  readonly node: NetworkNode | undefined;
  readonly left: string;
  readonly right: string;
  /** How far right lies behind left: pixels of the image, and elements of the map; [height, width]. */
  readonly pixels: readonly [number, number];
  readonly elements: readonly [number, number];
}

/** The same of two operands, where their grids may have different steps at a fixed size: an axis is then undefined. */
export interface Join {
  readonly node: NetworkNode;
  readonly left: ValueId;
  readonly right: ValueId;
  readonly apart: readonly [Apart | undefined, Apart | undefined];
}

interface Apart {
  readonly pixels: number;
  readonly elements: number;
}

/** What lies apart, in the order of the network; empty where all grids agree. */
export function offsets(network: Network, geometry: Geometry): readonly Offset[] {
  const apart = joins(network, geometry).flatMap(({ node, left, right, apart: [height, width] }): readonly Offset[] => {
    const pixels = [height?.pixels ?? 0, width?.pixels ?? 0] as const;
    if (pixels.every((one) => one === 0)) return [];
    return [{ path: node.path, node, left: valueOf(network, left).name, right: valueOf(network, right).name, pixels, elements: [height?.elements ?? 0, width?.elements ?? 0] }];
  });
  return [...apart, ...network.outputs.flatMap((_, at) => headOffset(network, at, geometry))];
}

/** What is put together element by element: the first operand of each step with each other one that has a grid. */
export function joins(network: Network, geometry: Geometry): readonly Join[] {
  return network.nodes.flatMap((node) => {
    const [left, ...others] = pointwiseInputs(network, node).filter((id) => axes.every((axis) => typeof geometry.get(id)?.[axis] === "object"));
    if (left === undefined) return [];
    return others.map((right) => ({ node, left, right, apart: [between(geometry, left, right, 0), between(geometry, left, right, 1)] as const }));
  });
}

const axes = [0, 1] as const;

function between(geometry: Geometry, left: ValueId, right: ValueId, axis: 0 | 1): Apart | undefined {
  const [a, b] = [geometry.get(left)![axis], geometry.get(right)![axis]];
  if (typeof a === "string" || typeof b === "string" || strideOf(a) !== strideOf(b)) return undefined;
  const pixels = b.centre - a.centre;
  return { pixels, elements: pixels / strideOf(a)! };
}

/** Tensors that are read at the same place as the result. */
export function pointwiseInputs(network: Network, node: NetworkNode): readonly ValueId[] {
  return reaches(network, node, 0).filter(({ reach }) => reach.kind === "shift").map(({ id }) => id);
}

function reaches(network: Network, node: NetworkNode, axis: 0 | 1): readonly { readonly id: ValueId; readonly reach: Reach }[] {
  const operator = operatorOf(node);
  const a = argumentsOf(node, (id) => valueOf(network, id).type);
  return Object.entries(node.inputs).flatMap(([name, input]) => {
    const reach = input === undefined ? undefined : operator.reach(a, axis, name);
    return reach === undefined || reach.kind === "none" ? [] : [input!].flat().map((id) => ({ id, reach }));
  });
}

/** A head of the image's resolution: its first element lies behind half of the border that is lost. */
function headOffset(network: Network, at: number, geometry: Geometry): readonly Offset[] {
  const { role, value, name } = network.outputs[at]!;
  const input = network.inputs[0];
  const seen = geometry.get(value);
  if (role === "loss" || input === undefined || seen === undefined || shapeOf(network, value).length !== 4 || shapeOf(network, input.value).length !== 4) return [];
  const pixels = axes.map((axis) => {
    const one = seen[axis];
    if (typeof one === "string" || strideOf(one) !== 1) return 0;
    const border = affineOn(sub(shapeOf(network, input.value)[2 + axis]!, shapeOf(network, value)[2 + axis]!), network.legal);
    return border === undefined || border.numerator !== 0 ? 0 : one.centre - border.offset / border.denominator / 2;
  });
  if (pixels.every((one) => one === 0)) return [];
  return [{ path: name, node: undefined, left: input.name, right: name, pixels: [pixels[0]!, pixels[1]!], elements: [pixels[0]!, pixels[1]!] }];
}

/** Conditions under which each interpolation has the step that the strides say: half-pixel n*s = m*t, corners (n-1)*s = (m-1)*t. */
export function gridConstraints(network: Network): readonly (Constraint & { readonly axis: 0 | 1 })[] {
  return network.nodes.flatMap((node) =>
    axes.flatMap((axis) =>
      reaches(network, node, axis).flatMap(({ id, reach }) => {
        if (reach.kind !== "resample" || reach.step === "given" || shapeOf(network, node.outputs[0]!).length !== 4) return [];
        const [n, m] = [shapeOf(network, id)[2 + axis]!, shapeOf(network, node.outputs[0]!)[2 + axis]!];
        const less = constant(reach.step === "corners" ? -1 : 0);
        const { numerator, denominator } = reach;
        const { path, place, trace } = node;
        const condition: Condition = { kind: "equal", left: times(add(n, less), constant(denominator)), right: times(add(m, less), constant(numerator)) };
        const step = shownStep(fraction(numerator, denominator));
        const tell = (within: Domain): string => `interpolating ${show(n, within)} ${axis === 0 ? "rows" : "columns"} to ${show(m, within)} does not step by exactly ${step}`;
        return [{ condition, strictness: "centred" as const, tell, path, place, trace, axis }];
      }),
    ),
  );
}

const shownStep = ({ numerator, denominator }: Fraction): string => (denominator === 1 ? String(numerator) : `${numerator}/${denominator}`);

/** The sizes at which everything is centred: none, where something lies apart at every size. */
export function centredSizes(network: Network, geometry: Geometry): Solved {
  const lossless = solveDemands(network, "lossless");
  const [apart] = offsets(network, geometry);
  const found = apart === undefined ? narrow(lossless.domain, gridConstraints(network)) : leaveNone(lossless.domain, constraintOf(network, apart));
  return { domain: found.domain, limits: [...lossless.limits, ...found.limits] };
}

/** Sizes by level: each is a part of the one before. */
export const levels = (network: Network, geometry: Geometry): Readonly<Record<Level, Solved>> => ({
  runs: solveDemands(network, "runs"),
  lossless: solveDemands(network, "lossless"),
  centred: centredSizes(network, geometry),
});

function constraintOf(network: Network, { path, node, left, right, pixels }: Offset): Limit["constraint"] {
  const [height, width] = pixels.map(Math.abs);
  const apart = height === width ? `${height} pixel${height === 1 ? "" : "s"}` : `${height} x ${width} pixels`;
  const tell = (): string => `\`${left}\` and \`${right}\` lie ${apart} apart at every size`;
  const output = network.outputs.find(({ name }) => name === path);
  const at = node ?? network.nodes.find(({ outputs }) => output !== undefined && outputs.includes(output.value));
  return { strictness: "centred", tell, path, place: at?.place ?? network.place, trace: at?.trace ?? [] };
}
