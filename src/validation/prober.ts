/** Asks the probe: which elements of a tensor feel these pixels? */
import { type AxisGeometry, type Fraction, fieldSize } from "../analyses/geometry.js";
import { gridSizes } from "../analyses/shift-period.js";
import { above, contains, evaluate, intersect, sizesOf, smallest, symbolsOf } from "../tensor/index.js";
import { type NetworkNode, type ValueId, inputsOf, shapeOf, valueOf } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorOf } from "../operators/index.js";
import type { DeviceSession } from "../runtime/device.js";
import type { ProbeKind } from "./probe.js";
import type { Sizes, Subject, Tensor } from "./subject.js";

export type Axis = 0 | 1;
export const axes: readonly Axis[] = [0, 1];
export const axisName = ["rows", "columns"] as const;

/** Pixels of one axis (all along the other) that are 1, the rest 0. */
export type Stimulus = (pixel: number) => number;

/** The response of one tensor to one stimulus, [height, width]. */
export interface Response {
  readonly height: number;
  readonly width: number;
  readonly values: Float32Array;
}

/** The geometry of a tensor that sees a part of the axis only. */
export type Bounded = AxisGeometry & { readonly field: NonNullable<AxisGeometry["field"]> };

/** What is derived for a tensor along an axis; undefined where it is everything or unknown. */
export function along(subject: Subject, tensor: { readonly id: number }, axis: Axis): Bounded | undefined {
  const seen = subject.geometry.get(tensor.id)?.[axis];
  return seen === undefined || typeof seen === "string" || seen.field === undefined ? undefined : (seen as Bounded);
}

export const lowOf = (seen: Bounded, j: number): number => evaluate(seen.field.low, { j });
export const highOf = (seen: Bounded, j: number): number => evaluate(seen.field.high, { j });
export const ratio = ({ numerator, denominator }: Fraction): number => numerator / denominator;

/** Whole elements after which the pattern of an upsampled map repeats. */
export function phases(subject: Subject, seen: AxisGeometry): number {
  const coarsest = Math.max(1, ...[...subject.geometry.values()].flatMap((both) => both.map((one) => (typeof one === "string" ? 1 : ratio(one.stride)))));
  return Math.max(1, Math.round(coarsest / ratio(seen.stride)));
}

const largestSide = 4096;

/** Sizes with a long side along the axis, so that the boxes of these tensors lie inside; the other side as small as it can be. */
export function probeSizes(subject: Subject, axis: Axis, length: number): Sizes | undefined {
  const wish = exactLength(subject, axis, Math.min(largestSide, length));
  const image = shapeOf(subject.network, subject.network.inputs[0]!.value);
  const own = new Set(symbolsOf(image[2 + axis]!));
  const other = symbolsOf(image[3 - axis]!);
  // One symbol for both sides: a square.
  if (other.some((symbol) => own.has(symbol))) return subject.sizes(wish, wish);
  const least = smallest(sizesOf(subject.network.legal, other[0] ?? ""));
  const small = other.length === 0 ? wish : (least ?? 1);
  return axis === 0 ? subject.sizes(wish, small) : subject.sizes(small, wish);
}

/** The next length at which maps keep their grids: elsewhere an interpolation to another map's size has a step that is a little off. */
function exactLength(subject: Subject, axis: Axis, length: number): number {
  const [symbol, ...others] = symbolsOf(shapeOf(subject.network, subject.network.inputs[0]!.value)[2 + axis]!);
  if (symbol === undefined || others.length > 0) return length;
  const grid = intersect(sizesOf(subject.network.legal, symbol), sizesOf(gridSizes(subject.network, axis), symbol));
  const aligned = subject.options.model.analysis.alignment.find((one) => one.symbol === symbol)?.set;
  return (aligned && above(intersect(aligned, grid), length - 1)) ?? above(grid, length - 1) ?? length;
}

/** How long an image has to be to hold what the tensors see. */
export function lengthFor(subject: Subject, tensors: readonly { readonly id: number }[], axis: Axis): number {
  let most = 1;
  for (const tensor of tensors) most = Math.max(most, fieldSize(subject.geometry.get(tensor.id)?.[axis] ?? "unknown") ?? 1);
  const period = subject.options.model.analysis.outputStride ?? 1;
  return Math.ceil(most * 1.2 + 6 * period + 16);
}

/**
 * By value: how many pixels of the input a map may lie from the derived place because the step of a resize is another one at this size. The derived step is
 * that of the long run: exact where sizes divide (or sizes less one, with `align_corners`), and within one source pixel elsewhere.
 */
export function stepSlack(subject: Subject, sizes: Sizes, axis: Axis): ReadonlyMap<ValueId, number> {
  const { network } = subject;
  const found = new Map<ValueId, number>();
  for (const node of network.nodes) {
    const [input] = inputsOf(node);
    const own = input === undefined ? 0 : drift(subject, node, input, sizes, axis);
    const slack = own + Math.max(0, ...inputsOf(node).map((id) => found.get(id) ?? 0));
    for (const id of node.outputs) found.set(id, slack);
  }
  return found;
}

function drift(subject: Subject, node: NetworkNode, input: ValueId, sizes: Sizes, axis: Axis): number {
  const reach = operatorOf(node).reach(argumentsOf(node, (id) => valueOf(subject.network, id).type), axis, Object.keys(node.inputs)[0]!);
  const seen = along(subject, { id: input }, axis);
  // With a factor the step is its inverse, whatever the size.
  if (reach.kind !== "resample" || seen === undefined || (node.attributes["scale"] !== undefined && node.attributes["align_corners"] !== true)) return 0;
  const [from, to] = [input, node.outputs[0]!].map((id) => subject.shape(id, sizes)[2 + axis]! - (node.attributes["align_corners"] === true ? 1 : 0)) as [number, number];
  const far = to === 0 ? 0 : Math.abs(from / to - reach.numerator / reach.denominator) * to;
  // Beside the drift itself, another pair of source elements may be the nearest.
  return far < 1e-9 ? 0 : (far + 1) * ratio(seen.stride);
}

export class Prober {
  private constructor(private readonly subject: Subject, private readonly session: DeviceSession, readonly sizes: Sizes, readonly axis: Axis) {}

  static async open(subject: Subject, kind: ProbeKind, sizes: Sizes, axis: Axis): Promise<Prober> {
    return new Prober(subject, await subject.probeSession(kind), sizes, axis);
  }

  get length(): number {
    return this.subject.imageShape(this.sizes)[2 + this.axis]!;
  }

  /** Responses of the tensors to each stimulus, several at a time where the batch is free. */
  async ask(stimuli: readonly Stimulus[], tensors: readonly string[]): Promise<readonly ReadonlyMap<string, Response>[]> {
    return this.askImages(stimuli.map((stimulus) => (at: readonly [number, number]) => stimulus(at[this.axis])), tensors);
  }

  async askImages(images: readonly ((at: readonly [number, number]) => number)[], tensors: readonly string[]): Promise<readonly ReadonlyMap<string, Response>[]> {
    const [, , height, width] = this.subject.imageShape(this.sizes) as [number, number, number, number];
    const batchDim = shapeOf(this.subject.network, this.subject.network.inputs[0]!.value)[0]!;
    const [symbol] = symbolsOf(batchDim);
    const fits = (n: number): boolean => symbol !== undefined && contains(sizesOf(this.subject.network.legal, symbol), n);
    const most = Math.max(1, Math.min(16, Math.floor(400_000 / (height * width))));
    const fixedBatch = this.subject.imageShape(this.sizes)[0]!;
    const answers: ReadonlyMap<string, Response>[] = [];
    for (let from = 0; from < images.length; ) {
      const wanted = Math.min(most, images.length - from);
      const count = fits(wanted) ? wanted : fits(1) ? 1 : fixedBatch;
      const data = new Float32Array(count * height * width);
      for (let n = 0; n < Math.min(count, images.length - from); n++) {
        const image = images[from + n]!;
        for (let y = 0, i = n * height * width; y < height; y++) for (let x = 0; x < width; x++, i++) data[i] = image([y, x]);
      }
      const { outputs } = await this.session.run({ [this.subject.imageName]: { type: "float32", shape: [count, 1, height, width], data } }, { fetch: tensors, data: tensors, want: "shape" });
      const used = Math.min(count, images.length - from);
      for (let n = 0; n < used; n++)
        answers.push(new Map(tensors.map((name) => {
          const { shape, data: values } = outputs[name]!;
          const [, , h = 1, w = 1] = shape;
          return [name, { height: h, width: w, values: (values as Float32Array).subarray(n * h * w, (n + 1) * h * w) }];
        })));
      from += used;
    }
    return answers;
  }

  /** Sum over the other axis: one number for each element along this one. */
  profile({ height, width, values }: Response): Float64Array {
    const sums = new Float64Array(this.axis === 0 ? height : width);
    for (let y = 0, i = 0; y < height; y++) for (let x = 0; x < width; x++, i++) sums[this.axis === 0 ? y : x]! += values[i]!;
    return sums;
  }

  /** The elements around the middle of the image (or another share of it) whose boxes lie inside. */
  middle(tensor: Tensor | { readonly id: number }, count: number, share = 0.5): readonly number[] {
    const seen = along(this.subject, tensor, this.axis);
    if (seen === undefined) return [];
    const n = this.subject.shape(tensor.id, this.sizes)[2 + this.axis] ?? 1;
    const centre = Math.round((this.length * share - seen.centre) / ratio(seen.stride));
    const inside = (j: number): boolean => j >= 0 && j < n && lowOf(seen, j) >= 0 && highOf(seen, j) < this.length;
    const found: number[] = [];
    for (let away = 0; away < n && found.length < count; away++) for (const j of away === 0 ? [centre] : [centre - away, centre + away]) if (found.length < count && inside(j)) found.push(j);
    return found.sort((a, b) => a - b);
  }
}
