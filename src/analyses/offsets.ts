/**
 * The third level of alignment. A network *runs* at a size when there is no shape error; it is *lossless* when no pooling drops
 * a row and no crop is lopsided; it is *centred* when, besides, everything that is put together element by element lies on the
 * same pixel grid, and every head of the image's resolution lies on the image's.
 *
 * Offsets are a property of the network; that an interpolation by `like` has exactly the step that the grids have is one of the size.
 */
import { type Network, type NetworkNode, type ValueId, shapeOf, valueOf } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorNamed } from "../operators/index.js";
import type { Reach } from "../operators/reach.js";
import { type Condition, type Domain, add, affineOn, constant, restrict, sizeSet, sub, times } from "../tensor/index.js";
import { legalSizes, spatialSymbols } from "./alignment.js";
import { type Geometry, strideOf } from "./geometry.js";

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

/** What lies apart, in the order of the network; empty where all grids agree. */
export function offsets(network: Network, geometry: Geometry): readonly Offset[] {
  return [...network.nodes.flatMap((node) => apart(network, node, geometry)), ...network.outputs.flatMap((_, at) => headOffset(network, at, geometry))];
}

const axes = [0, 1] as const;

function apart(network: Network, node: NetworkNode, geometry: Geometry): readonly Offset[] {
  const operands = pointwiseInputs(network, node).filter((id) => axes.every((axis) => typeof geometry.get(id)?.[axis] === "object"));
  const [first, ...others] = operands;
  if (first === undefined) return [];
  return others.flatMap((id): readonly Offset[] => {
    const found = axes.map((axis) => {
      const [a, b] = [geometry.get(first)![axis], geometry.get(id)![axis]];
      if (typeof a === "string" || typeof b === "string" || strideOf(a) !== strideOf(b)) return { pixels: 0, elements: 0 };
      const pixels = b.centre - a.centre;
      return { pixels, elements: pixels / strideOf(a)! };
    });
    if (found.every(({ pixels }) => pixels === 0)) return [];
    return [{
      path: node.path, node, left: valueOf(network, first).name, right: valueOf(network, id).name,
      pixels: [found[0]!.pixels, found[1]!.pixels], elements: [found[0]!.elements, found[1]!.elements],
    }];
  });
}

/** Tensors that are read at the same place as the result. */
function pointwiseInputs(network: Network, node: NetworkNode): readonly ValueId[] {
  return reaches(network, node, 0).filter(({ reach }) => reach.kind === "shift").map(({ id }) => id);
}

function reaches(network: Network, node: NetworkNode, axis: 0 | 1): readonly { readonly id: ValueId; readonly reach: Reach }[] {
  const operator = operatorNamed.get(node.operator)!;
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
export function gridConditions(network: Network): readonly Condition[] {
  return network.nodes.flatMap((node) =>
    axes.flatMap((axis) =>
      reaches(network, node, axis).flatMap(({ id, reach }): readonly Condition[] => {
        if (reach.kind !== "resample" || shapeOf(network, node.outputs[0]!).length !== 4) return [];
        // A factor is its own step, whatever the size is rounded to; corners never have it.
        const corners = node.attributes["align_corners"] === true;
        if (node.attributes["scale"] !== undefined && !corners) return [];
        const [n, m] = [shapeOf(network, id)[2 + axis]!, shapeOf(network, node.outputs[0]!)[2 + axis]!];
        const less = constant(corners ? -1 : 0);
        return [{ kind: "equal", left: times(add(n, less), constant(reach.denominator)), right: times(add(m, less), constant(reach.numerator)) }];
      }),
    ),
  );
}

/** The sizes at which everything is centred: none, where something lies apart at every size. */
export function centredSizes(network: Network, geometry: Geometry): Domain {
  const symbols = spatialSymbols(network);
  const none: Domain = new Map(symbols.map((symbol) => [symbol, sizeSet(1, () => undefined)]));
  if (offsets(network, geometry).length > 0) return none;
  let domain: Domain = legalSizes(network, "lossless");
  for (const condition of gridConditions(network)) {
    const restricted = restrict(domain, condition);
    if (restricted.outcome === "empty" || restricted.outcome === "undecided") return none;
    domain = restricted.domain;
  }
  return domain;
}

/** Sizes by level: each is a part of the one before. */
export const levels = (network: Network, geometry: Geometry) => ({
  runs: legalSizes(network, "runs"),
  lossless: legalSizes(network, "lossless"),
  centred: centredSizes(network, geometry),
});

