/** Comparing what a network says of a part of an image with what it says of another part. */
import { noise, type Sizes, type Subject, type Tensor } from "./subject.js";
import { type Axis, along, axes, axisName, highOf, lowOf, ratio } from "./prober.js";
import { elements } from "../network/network.js";
import type { DeviceSession } from "../runtime/device.js";
import type { Value } from "../runtime/session.js";

/** Relative to the largest value: rounding, and no more. */
export const exact = 2e-5;
/** One image that the compiled network itself may take. */
const mostMacs = 8e9;

/** What was measured along the axes that have a shift period, and why it could not be along others. */
export interface AlongAxes<T> {
  readonly outcomes: readonly { readonly axis: Axis; readonly outcome: T }[];
  readonly troubles: readonly string[];
}

/** `measure` gives a text where it cannot. */
export async function alongAxes<T extends object>(subject: Subject, head: Tensor, measure: (axis: Axis, period: number) => Promise<T | string>): Promise<AlongAxes<T>> {
  const periods = subject.options.model.analysis.shiftPeriod;
  const outcomes: { axis: Axis; outcome: T }[] = [];
  const troubles: string[] = [];
  for (const axis of axes) {
    const period = periods[axis];
    if (period === undefined || !along(subject, head, axis)) continue;
    const outcome = await measure(axis, period);
    if (typeof outcome === "string") troubles.push(`${axisName[axis]}: ${outcome}`);
    else outcomes.push({ axis, outcome });
  }
  return { outcomes, troubles };
}

/** The compiled network where it is fast enough, else the probe. */
export interface Runner {
  readonly session: DeviceSession;
  readonly channels: number;
  readonly what: string;
  readonly probe: boolean;
}

export async function runnerFor(subject: Subject, sizes: Sizes): Promise<Runner | string> {
  if (subject.macs(sizes) <= mostMacs) return { session: await subject.compiled(), channels: subject.imageShape(sizes)[1]!, what: "the compiled network", probe: false };
  if (typeof subject.probe("linear") === "string") return `one image takes ${(subject.macs(sizes) / 1e9).toFixed(0)} G multiply-accumulates`;
  return { session: await subject.probeSession("linear"), channels: 1, what: "the probe (one channel)", probe: true };
}

/** An image along one axis that parts are cut from: pixel p of the axis is the same in every part. */
export function strip(subject: Subject, sizes: Sizes, axis: Axis, channels: number, from: number): Float32Array {
  const shape = [...subject.imageShape(sizes)];
  const [batch, , height, width] = shape as [number, number, number, number];
  const across = axis === 0 ? width : height;
  const length = axis === 0 ? height : width;
  // Line by line from a source that does not depend on its length.
  const lines = Array.from({ length }, (_, i) => line(channels * across, from + i));
  const data = new Float32Array(elements([batch, channels, height, width]));
  for (let n = 0, at = 0; n < batch; n++)
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++)
        for (let x = 0; x < width; x++) data[at++] = axis === 0 ? lines[y]![c * across + x]! : lines[x]![c * across + y]!;
  return data;
}

const line = (count: number, number: number): Float32Array => noise("float32", [count], `line ${number}`, 0).data as Float32Array;

export interface Part {
  readonly values: Float32Array;
  readonly height: number;
  readonly width: number;
  readonly channels: number;
}

export async function runPart(subject: Subject, runner: Runner, sizes: Sizes, axis: Axis, from: number, head: Tensor): Promise<Part> {
  const shape = [...subject.imageShape(sizes)];
  shape[1] = runner.channels;
  const image: Value = { type: "float32", shape, data: strip(subject, sizes, axis, runner.channels, from) };
  const others = runner.probe ? {} : subject.feeds(sizes);
  const { outputs } = await runner.session.run({ ...others, [subject.imageName]: image }, { fetch: [head.name], data: [head.name], want: "shape" });
  const { shape: [, channels = 1, height = 1, width = 1], data } = outputs[head.name]!;
  return { values: (data as Float32Array).subarray(0, channels * height * width), channels, height, width };
}

/** Elements of the axis whose boxes lie inside a part of this length. */
export function trusted(subject: Subject, head: Tensor, axis: Axis, sizes: Sizes): { readonly first: number; readonly last: number } | undefined {
  const seen = along(subject, head, axis);
  if (!seen) return undefined;
  const length = subject.imageShape(sizes)[2 + axis]!;
  const count = subject.shape(head.id, sizes)[2 + axis]!;
  let [first, last] = [0, count - 1];
  while (first < count && lowOf(seen, first) < 0) first++;
  while (last >= 0 && highOf(seen, last) >= length) last--;
  return first <= last ? { first, last } : undefined;
}

/** Largest difference between element j of one part and j + by of the other, from first to last; and the largest magnitude. */
export function compareParts(a: Part, b: Part, axis: Axis, first: number, last: number, by: number): { readonly max: number; readonly scale: number } {
  let [max, scale] = [0, 0];
  const across = axis === 0 ? a.width : a.height;
  for (let c = 0; c < a.channels; c++)
    for (let j = first; j <= last; j++)
      for (let i = 0; i < across; i++) {
        const at = (part: Part, k: number): number => part.values[(axis === 0 ? c * part.height + k : c * part.height + i) * part.width + (axis === 0 ? i : k)]!;
        const [x, y] = [at(a, j), at(b, j + by)];
        max = Math.max(max, Math.abs(x - y));
        scale = Math.max(scale, Math.abs(y));
      }
  return { max, scale };
}

export const strideAlong = (subject: Subject, head: Tensor, axis: Axis): number => ratio(along(subject, head, axis)!.stride);
