/**
 * The effective receptive field with the network's own initial weights (Luo, Li, Urtasun, Zemel 2016, section 2): how far the middle element moves when a row of
 * an image of noise is replaced by other noise. With uniform weights (see the probe) all influence is positive and nothing cancels; here it does, which is why
 * the two differ.
 */
import { evaluateShape } from "../tensor/index.js";
import { shapeOf } from "../network/network.js";
import type { Value } from "../runtime/session.js";
import { type Axis, Prober, along, axisName, highOf, lengthFor, lowOf, probeSizes } from "./prober.js";
import { type Sizes, type Subject, type Tensor, noise } from "./subject.js";

/** Influence of rows (or columns) of the box, evenly spaced. */
export interface OwnProfile {
  /** Pixels from one value to the next. */
  readonly step: number;
  /** Root mean square over channels and positions, beginning with the first row of the box. */
  readonly values: readonly number[];
}

const mostRows = 65;
const leastRows = 9;
/** Multiply-accumulates of a profile: a second or so. */
const mostMacs = 5e9;
const mostBatch = 8;

/** The profile, or why there is none. */
export async function ownProfile(subject: Subject, head: Tensor, axis: Axis): Promise<OwnProfile | string> {
  const seen = along(subject, head, axis);
  const length = lengthFor(subject, [head], axis);
  const square = subject.sizes(length, length);
  // An image that is narrow along the other axis loses what comes from the sides; it is better than nothing.
  const sizes = square && subject.macs(square) * leastRows <= mostMacs ? square : probeSizes(subject, axis, length);
  if (seen === undefined || sizes === undefined) return "no legal size holds the receptive field";
  const [j] = (await Prober.open(subject, "linear", sizes, axis)).middle(head, 1);
  if (j === undefined) return `the receptive field of ${head.name} does not fit into an image`;
  const [low, high] = [lowOf(seen, j), highOf(seen, j)];
  const affordable = Math.floor(mostMacs / subject.macs(sizes)) - 1;
  const wanted = Math.min(mostRows, high - low + 1, affordable);
  if (wanted < Math.min(leastRows, high - low + 1)) return `an image that holds it takes ${Math.round(subject.macs(sizes) / 1e9)} G multiply-accumulates`;
  const step = Math.ceil((high - low + 1) / wanted);
  const rows = Array.from({ length: Math.ceil((high - low + 1) / step) }, (_, i) => low + i * step);
  subject.say(`effective field of ${head.name}, ${axisName[axis]}`);
  const moved = await movements(subject, head, sizes, axis, rows, j);
  return moved.every((value) => value === 0) ? "the head gives one value everywhere with its initial weights" : { step, values: moved };
}

/** How far element j moves, along the axis, when each of the rows is replaced. */
async function movements(subject: Subject, head: Tensor, sizes: Sizes, axis: Axis, rows: readonly number[], j: number): Promise<readonly number[]> {
  const session = await subject.compiled();
  const [, channels, height, width] = subject.imageShape(sizes) as readonly number[] as readonly [number, number, number, number];
  const one = channels * height * width;
  const shape = evaluateShape(shapeOf(subject.network, subject.network.inputs[0]!.value), sizes);
  const [image, other] = [0, 1].map((seed) => (noise("float32", [1, ...shape.slice(1)], "own field", seed).data as Float32Array));
  const batch = subject.imageShape(subject.batched(sizes, mostBatch))[0]!;
  const run = async (replaced: readonly (number | undefined)[]): Promise<readonly Float32Array[]> => {
    const data = new Float32Array(batch * one);
    for (let n = 0; n < batch; n++) {
      const row = replaced[n];
      for (let i = 0; i < one; i++) data[n * one + i] = (axis === 0 ? Math.floor(i / width) % height : i % width) === row ? other![i]! : image![i]!;
    }
    const value: Value = { type: "float32", shape: [batch, channels, height, width], data };
    const { outputs } = await session.run({ ...subject.feeds({ ...subject.batched(sizes, batch) }), [subject.imageName]: value }, { fetch: [head.name] });
    const { shape: [, c = 1, h = 1, w = 1], data: all } = outputs[head.name]!;
    return replaced.map((_, n) => line(all as Float32Array, n * c * h * w, [c, h, w], axis, j));
  };
  const [still] = await run([undefined]);
  const found: number[] = [];
  for (let from = 0; from < rows.length; from += batch) for (const after of await run(rows.slice(from, from + batch))) found.push(distance(still!, after));
  return found;
}

/** The elements of one image with index j along the axis, over channels and the other axis. */
function line(data: Float32Array, start: number, [channels, height, width]: readonly [number, number, number], axis: Axis, j: number): Float32Array {
  const others = axis === 0 ? width : height;
  return Float32Array.from({ length: channels * others }, (_, i) => {
    const [c, k] = [Math.floor(i / others), i % others];
    return data[start + (axis === 0 ? (c * height + j) * width + k : (c * height + k) * width + j)]!;
  });
}

const distance = (a: Float32Array, b: Float32Array): number => Math.sqrt(a.reduce((sum, value, i) => sum + (value - b[i]!) ** 2, 0) / a.length);
