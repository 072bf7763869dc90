import { reachesOf } from "../../analyses/reaches.js";
import type { Geometry } from "../../analyses/geometry.js";
import { lintCropOffCentre } from "../../diagnostics/catalogue/lint.js";
import type { Fix } from "../../diagnostics/problem.js";
import type { Network, NetworkNode } from "../../network/network.js";
import { affineOn } from "../../tensor/index.js";
import type { NetworkRule } from "../rule.js";
import { addArgument, argumentValue } from "../text-edits.js";

/** A crop after which the map lies on another place of the image than the map that it is cropped to. */
export const cropOffCentre: NetworkRule = {
  entry: lintCropOffCentre,
  check(network, { geometry }, problems) {
    for (const node of network.nodes) {
      const aligned = offCentre(network, node, geometry);
      if (aligned === undefined) continue;
      const worst = aligned.findIndex((one) => one !== undefined && Math.abs(one.off) > 0.5);
      const { start, off, pixels } = aligned[worst]!;
      const wanted = aligned.map((one) => (one === undefined ? undefined : one.start + Math.round(one.off)));
      const known = wanted.every((one) => one !== undefined && one >= 0) ? (wanted as number[]) : undefined;
      const offset = known && (known[0] === known[1] ? String(known[0]) : `[${known.join(", ")}]`);
      problems.report(lintCropOffCentre, node.place, { axis: worst === 0 ? "rows" : "columns", start, off: Math.abs(off), pixels: Math.abs(pixels) }, {
        trace: node.trace,
        help: offset === undefined ? "no crop brings them together: pad the map first" : `the aligned offset is ${offset}: \`offset: ${offset}\``,
        fix: offset === undefined ? undefined : fixOf(node, offset),
      });
    }
  },
};

interface Aligned {
  /** Rows or columns cut before the part that stays. */
  readonly start: number;
  /** How many more would bring the two together. */
  readonly off: number;
  readonly pixels: number;
}

/** By axis, for a crop that lies more than half an element beside its `like`; an axis that is not known is undefined. */
export function offCentre(network: Network, node: NetworkNode, geometry: Geometry): readonly (Aligned | undefined)[] | undefined {
  const { like } = node.inputs;
  if (typeof like !== "number") return undefined;
  const aligned = ([0, 1] as const).map((axis): Aligned | undefined => {
    const start = startOf(network, node, axis);
    const [cropped, target] = [geometry.get(node.outputs[0]!)?.[axis], geometry.get(like)?.[axis]];
    if (start === undefined || typeof cropped !== "object" || typeof target !== "object") return undefined;
    const stride = cropped.stride.numerator / cropped.stride.denominator;
    if (stride !== target.stride.numerator / target.stride.denominator) return undefined;
    return { start, off: (target.centre - cropped.centre) / stride, pixels: target.centre - cropped.centre };
  });
  return aligned.some((one) => one !== undefined && Math.abs(one.off) > 0.5) ? aligned : undefined;
}

/** Rows or columns cut before the part that stays, where that is one number. */
function startOf(network: Network, node: NetworkNode, axis: 0 | 1): number | undefined {
  const [only, ...others] = reachesOf(network, node, axis);
  if (only === undefined || others.length > 0 || only.reach.kind !== "shift") return undefined;
  const line = affineOn(only.reach.by, network.legal);
  return line?.numerator === 0 ? line.offset / line.denominator : undefined;
}

function fixOf(node: NetworkNode, offset: string): Fix | undefined {
  const span = argumentValue(node.place, "offset");
  const edit = span ? { place: { file: node.place.file, span }, text: offset } : addArgument(node.place, `offset: ${offset}`);
  return edit && { title: `crop from ${offset} on`, edits: [edit], safe: false };
}
