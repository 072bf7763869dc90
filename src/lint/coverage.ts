/**
 * Which elements stacked windows of stride 1 really read, exactly. Along one axis an element of a tensor reads a set of offsets
 * of the tensor at which the resolution last changed. A window of dilation d takes that set at several steps of d; branches
 * that meet again take the union.
 *
 *   image -> conv(3, dilation: 2) -> conv(3, dilation: 2)        reads -4 -2 0 2 4: every other element is missing
 */
import { reachesOf } from "../analyses/reaches.js";
import { type Network, type NetworkNode, type ValueId, valueOf } from "../network/network.js";
import { operatorOf } from "../operators/index.js";
import { affineOn } from "../tensor/index.js";
import { graphOf } from "./graph.js";

type Interval = readonly [low: number, high: number];

export interface Coverage {
  /** The tensor that is read. */
  readonly source: ValueId;
  /** Sorted, with gaps between them; undefined where there are too many to keep. */
  readonly read: readonly Interval[] | undefined;
  /** Windows on the way along the longest branch, last first. */
  readonly windows: Windows | undefined;
}

/** A list that shares its tail: a chain of n windows costs n, not n squared. */
export interface Windows {
  readonly node: NetworkNode;
  readonly before: Windows | undefined;
  readonly length: number;
  /** How many of them are dilated convolutions, and the last of those. */
  readonly dilated: number;
  readonly last: NetworkNode | undefined;
}

const mostIntervals = 256;

/** By value, along height (0) or width (1). */
export function coverage(network: Network, axis: 0 | 1): ReadonlyMap<ValueId, Coverage> {
  const found = new Map<ValueId, Coverage>();
  const fresh = (id: ValueId): Coverage => ({ source: id, read: [[0, 0]], windows: undefined });
  const of = (id: ValueId): Coverage => found.get(id) ?? fresh(id);
  for (const node of network.nodes) {
    const parts = reachesOf(network, node, axis).flatMap(({ id, reach }): (Coverage | undefined)[] => {
      // A gate that looks at everything (squeeze and excite) reads no place in particular.
      if (reach.kind === "all") return [];
      const before = of(id);
      if (reach.kind === "window" && reach.stride === 1) {
        const dilated = reach.dilation > 1 && reach.kernel > 1 && operatorOf(node).convolution !== undefined;
        return [{ source: before.source, read: slid(before.read, reach.kernel, reach.dilation, reach.before), windows: reach.kernel > 1 ? longer(before.windows, node, dilated) : before.windows }];
      }
      if (reach.kind === "shift") {
        const line = affineOn(reach.by, network.legal);
        if (line?.numerator !== 0) return [undefined];
        const by = line.offset / line.denominator;
        return [by === 0 ? before : { ...before, read: before.read?.map(([low, high]) => [low + by, high + by] as const) }];
      }
      return [undefined];
    });
    const whole = parts.length > 0 && parts.every((part) => part !== undefined && part.source === parts[0]!.source) ? together(parts as Coverage[]) : undefined;
    for (const id of node.outputs) found.set(id, whole ?? fresh(id));
  }
  return found;
}

const longer = (before: Windows | undefined, node: NetworkNode, dilated: boolean): Windows =>
  ({ node, before, length: 1 + (before?.length ?? 0), dilated: (dilated ? 1 : 0) + (before?.dilated ?? 0), last: dilated ? node : before?.last });

function slid(read: readonly Interval[] | undefined, kernel: number, dilation: number, before: number): readonly Interval[] | undefined {
  if (read === undefined || kernel * read.length > 4 * mostIntervals) return undefined;
  return united(Array.from({ length: kernel }, (_, tap) => read.map(([low, high]): Interval => [low + tap * dilation - before, high + tap * dilation - before])).flat());
}

function together(parts: readonly Coverage[]): Coverage {
  const [first, ...others] = parts as readonly [Coverage, ...Coverage[]];
  if (others.length === 0) return first;
  const reads = parts.map(({ read }) => read);
  return {
    source: first.source,
    read: reads.every((read) => read !== undefined) ? united(reads.flat()) : undefined,
    windows: parts.reduce((longest, { windows }) => ((windows?.length ?? 0) > (longest?.length ?? 0) ? windows : longest), first.windows),
  };
}

function united(intervals: readonly Interval[]): readonly Interval[] | undefined {
  const sorted = [...intervals].sort((a, b) => a[0] - b[0]);
  const out: [number, number][] = [];
  for (const [low, high] of sorted) {
    const last = out.at(-1);
    if (last !== undefined && low <= last[1] + 1) last[1] = Math.max(last[1], high);
    else out.push([low, high]);
  }
  return out.length > mostIntervals ? undefined : out;
}

/** Tensors at which a stretch of one resolution ends: an output, or what a step of another resolution reads. */
export function stretchEnds(network: Network, covered: ReadonlyMap<ValueId, Coverage>): readonly ValueId[] {
  const { readers } = graphOf(network);
  const outputs = new Set(network.outputs.map(({ value }) => value));
  return [...covered.keys()].filter((id) => {
    const next = readers.get(id) ?? [];
    if (outputs.has(id)) return true;
    return next.length > 0 && next.every((node) => covered.get(node.outputs[0]!)?.source === node.outputs[0] && !merges(network, node));
  });
}

/** Branches of different origin meet: what is missing in one may come with the other. */
const merges = (network: Network, node: NetworkNode): boolean => reachesOf(network, node, 0).filter(({ reach }) => reach.kind === "shift").length > 1;

export const missing = (read: readonly Interval[]): number => read.slice(1).reduce((sum, [low], at) => sum + low - read[at]![1] - 1, 0);
export const span = (read: readonly Interval[]): number => read.at(-1)![1] - read[0]![0] + 1;
/** First to last, the most that a message can take. */
export function listed(windows: Windows | undefined, most = 12): readonly NetworkNode[] {
  const nodes: NetworkNode[] = [];
  for (let at = windows; at !== undefined && nodes.length < most; at = at.before) nodes.unshift(at.node);
  return nodes;
}
export const rateOf = (node: NetworkNode, axis: 0 | 1): number => (node.attributes["dilation"] as readonly number[] | undefined)?.[axis] ?? 1;
export const nameOf = (network: Network, id: ValueId): string => valueOf(network, id).name;
