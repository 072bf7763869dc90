import { reachesOf } from "../../analyses/reaches.js";
import type { Geometry } from "../../analyses/geometry.js";
import { lintOffGrid } from "../../diagnostics/catalogue/lint.js";
import type { PlaceLabel } from "../../diagnostics/problem.js";
import { type Network, type NetworkNode, type ValueId, valueOf } from "../../network/network.js";
import { oncePerCall } from "../calls.js";
import { graphOf, onlyInput } from "../graph.js";
import type { NetworkRule } from "../rule.js";
import { offCentre } from "./crop-off-centre.js";

/** Operands that are put together pixel by pixel though their pixels lie half an element or more apart in the image. */
export const offGrid: NetworkRule = {
  entry: lintOffGrid,
  check(network, { geometry }, problems) {
    const found = network.nodes.flatMap((node) => {
      const one = apart(network, node, geometry);
      // A crop from the wrong place has its own finding.
      const told = one && [one.left, one.right].some((id) => behindCrop(network, id, geometry));
      return one && !told ? [{ node, ...one }] : [];
    });
    for (const { first: { node, left, right, elements, pixels }, notes } of oncePerCall(found))
      problems.report(lintOffGrid, node.place, { left: valueOf(network, left).name, right: valueOf(network, right).name, elements, pixels }, {
        trace: node.trace, notes,
        labels: gridLabels(network, left, right),
        help: cure(network, left, right, geometry),
      });
  },
};

/** The two operands farthest apart, along the worse axis. */
function apart(network: Network, node: NetworkNode, geometry: Geometry) {
  let worst: { readonly left: ValueId; readonly right: ValueId; readonly elements: number; readonly pixels: number } | undefined;
  for (const axis of [0, 1] as const) {
    const operands = reachesOf(network, node, axis).filter(({ reach }) => reach.kind === "shift");
    if (operands.length < 2) continue;
    const grids = operands.flatMap(({ id }) => {
      const seen = geometry.get(id)?.[axis];
      return typeof seen === "object" ? [{ id, centre: seen.centre, stride: seen.stride.numerator / seen.stride.denominator }] : [];
    });
    for (const one of grids) {
      const first = grids[0]!;
      if (one.stride !== first.stride) continue;
      const pixels = Math.abs(one.centre - first.centre);
      const elements = pixels / one.stride;
      if (elements >= 0.5 && elements > (worst?.elements ?? 0)) worst = { left: first.id, right: one.id, elements, pixels };
    }
  }
  return worst;
}

function behindCrop(network: Network, id: ValueId, geometry: Geometry): boolean {
  const { producer } = graphOf(network);
  for (let node = producer.get(id); node !== undefined;) {
    if (offCentre(network, node, geometry)) return true;
    const input = onlyInput(network, node);
    node = input && input.reach.kind === "shift" ? producer.get(input.id) : undefined;
  }
  return false;
}

/** The last step that changed the grid of an operand, going back along the first tensor. */
function lastResampling(network: Network, id: ValueId): NetworkNode | undefined {
  const { producer } = graphOf(network);
  for (let node = producer.get(id); node !== undefined;) {
    const [first] = reachesOf(network, node, 0);
    if (first === undefined) return undefined;
    const { reach } = first;
    if (reach.kind === "resample" || reach.kind === "spread" || (reach.kind === "window" && reach.stride > 1)) return node;
    node = producer.get(first.id);
  }
  return undefined;
}

const gridLabels = (network: Network, left: ValueId, right: ValueId): readonly PlaceLabel[] =>
  [left, right].flatMap((id) => {
    const node = lastResampling(network, id);
    return node ? [{ place: node.place, text: `the grid of \`${valueOf(network, id).name}\` comes from here` }] : [];
  });

/** The other convention of a resize, where that brings the two nearer than half an element. */
function cure(network: Network, left: ValueId, right: ValueId, geometry: Geometry): string | undefined {
  for (const [moving, standing] of [[right, left], [left, right]] as const) {
    const node = lastResampling(network, moving);
    if (node === undefined || typeof node.attributes["align_corners"] !== "boolean" || node.attributes["mode"] === "nearest") continue;
    const [input] = reachesOf(network, node, 0);
    const [before, at, target] = [geometry.get(input!.id)?.[0], geometry.get(moving)?.[0], geometry.get(standing)?.[0]];
    if (typeof before !== "object" || typeof at !== "object" || typeof target !== "object") continue;
    const stride = at.stride.numerator / at.stride.denominator;
    const half = (stride - before.stride.numerator / before.stride.denominator) / 2;
    const moved = at.centre + (node.attributes["align_corners"] ? half : -half);
    if (Math.abs(moved - target.centre) < stride / 2) return `\`align_corners: ${String(!node.attributes["align_corners"])}\` in the resize of \`${valueOf(network, moving).name}\` brings them together`;
  }
  return undefined;
}
