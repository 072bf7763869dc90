/**
 * Where each tensor looks in the input, exactly. For one axis, element j of a tensor sees the input elements
 * low(j) .. high(j); both are quasi-affine in j, so that the phases of upsampled maps come out as they are
 * (a U-Net pixel sees 188 or 204 rows, by its position modulo 16). Borders are not cut off.
 */
import type { Network, NetworkNode, ValueId } from "../network/network.js";
import type { Reach } from "../operators/reach.js";
import { type Dim, DimLimit, affineOn, add, ceilDiv, constant, floorDiv, gcd, maximum, minimum, sub, substitute, symbol, times } from "../tensor/index.js";
import { reachesOf } from "./reaches.js";

const index = symbol("j");

/** A rational number in lowest terms. */
export interface Fraction {
  readonly numerator: number;
  readonly denominator: number;
}

export interface AxisGeometry {
  /** First and last input element that is seen; undefined where it is the whole axis, as behind a squeeze-and-excite gate. */
  readonly field: { readonly low: Dim; readonly high: Dim } | undefined;
  /** Input elements between neighbouring elements of the tensor. */
  readonly stride: Fraction;
  /** Input coordinate of the centre of element 0. */
  readonly centre: number;
}

/** `everything`: the whole axis, on no grid of its own. `unknown`: depends on the input size in a way that has no single answer. */
export type Seen = AxisGeometry | "everything" | "unknown";

/** Geometry of every value that depends on the first input: [height, width]. Others have none. */
export type Geometry = ReadonlyMap<ValueId, readonly [Seen, Seen]>;

const start: AxisGeometry = { field: { low: index, high: index }, stride: { numerator: 1, denominator: 1 }, centre: 0 };

export function geometry(network: Network): Geometry {
  const found = new Map<ValueId, readonly [Seen, Seen]>();
  const first = network.inputs[0];
  if (first === undefined) return found;
  found.set(first.value, [start, start]);
  for (const node of network.nodes) {
    const axes = ([0, 1] as const).map((axis) => throughNode(network, node, axis, found));
    if (axes[0] === undefined || axes[1] === undefined) continue;
    for (const id of node.outputs) found.set(id, [axes[0], axes[1]]);
  }
  return found;
}

function throughNode(network: Network, node: NetworkNode, axis: 0 | 1, found: Geometry): Seen | undefined {
  let seen: Seen | undefined;
  for (const { id, reach } of reachesOf(network, node, axis)) {
    const before = found.get(id)?.[axis];
    if (before !== undefined) seen = within(() => together(seen, through(network, before, reach)));
  }
  return seen;
}

/** Numbers and periods beyond what is kept exactly are not guessed at. */
function within(work: () => Seen): Seen {
  try {
    return work();
  } catch (error) {
    if (error instanceof DimLimit) return "unknown";
    throw error;
  }
}

/** What an output element sees through one input. */
function through(network: Network, before: Seen, reach: Reach): Seen {
  if (before === "everything" || reach.kind === "all") return "everything";
  if (before === "unknown" || reach.kind === "none") return "unknown";
  switch (reach.kind) {
    case "window": {
      const first = add(times(index, constant(reach.stride)), constant(-reach.before));
      const span = reach.dilation * (reach.kernel - 1);
      return moved(before, first, add(first, constant(span)), fraction(reach.stride, 1), span / 2 - reach.before);
    }
    case "spread": {
      const span = reach.dilation * (reach.kernel - 1);
      const first = ceilDiv(add(index, constant(reach.before - span)), reach.stride);
      const last = floorDiv(add(index, constant(reach.before)), reach.stride);
      if (!first || !last) return "unknown";
      return moved(before, first, last, fraction(1, reach.stride), (reach.before - span / 2) / reach.stride);
    }
    case "shift": {
      const by = affineOn(reach.by, network.legal);
      if (by === undefined || by.numerator !== 0) return "unknown";
      const cut = by.offset / by.denominator;
      const at = add(index, constant(cut));
      return moved(before, at, at, fraction(1, 1), cut);
    }
    case "resample": {
      const at = add(times(index, constant(reach.numerator)), constant(reach.offset));
      const [left, right] = [floorDiv(at, reach.denominator), ceilDiv(at, reach.denominator)];
      if (!left || !right) return "unknown";
      const nearest = reach.taps[1] === 0;
      // Nearest repeats whole pixels, so blocks of results share the source's centre.
      const offset = nearest ? (reach.numerator - reach.denominator) / (2 * reach.denominator) : reach.offset / reach.denominator;
      return moved(
        before, add(left, constant(-reach.taps[0])), nearest ? left : add(right, constant(reach.taps[1] - 1)),
        fraction(reach.numerator, reach.denominator), offset,
      );
    }
  }
}

function moved(before: AxisGeometry, first: Dim, last: Dim, step: Fraction, offset: number): Seen {
  const { numerator, denominator } = before.stride;
  const [low, high] = before.field ? [substitute(before.field.low, "j", first), substitute(before.field.high, "j", last)] : [];
  if (before.field && (!low || !high)) return "unknown";
  return {
    field: low && high && { low, high },
    stride: fraction(numerator * step.numerator, denominator * step.denominator),
    centre: before.centre + (offset * numerator) / denominator,
  };
}

/** The union of what two branches see; the grid is that of the first. */
function together(a: Seen | undefined, b: Seen): Seen {
  if (a === undefined || a === b) return b;
  if (a === "unknown" || b === "unknown") return "unknown";
  if (a === "everything") return b === "everything" ? b : { ...b, field: undefined };
  if (b === "everything" || !a.field || !b.field) return { ...a, field: undefined };
  const [low, high] = [minimum(a.field.low, b.field.low), maximum(a.field.high, b.field.high)];
  return low && high ? { ...a, field: { low, high } } : "unknown";
}

/** In lowest terms. */
export function fraction(numerator: number, denominator: number): Fraction {
  const common = gcd(numerator, denominator) || 1;
  return { numerator: numerator / common, denominator: denominator / common };
}

/** Input elements that an element of the tensor sees: the most over all phases. */
export function fieldSize(seen: Seen): number | undefined {
  if (typeof seen === "string" || !seen.field) return undefined;
  const span = add(sub(seen.field.high, seen.field.low), constant(1));
  if (span.kind === "constant") return span.value;
  return span.kind === "quasi" && span.slope === 0 ? Math.max(...span.offsets) : undefined;
}

export const strideOf = (seen: Seen): number | undefined => (typeof seen === "string" ? undefined : seen.stride.numerator / seen.stride.denominator);

