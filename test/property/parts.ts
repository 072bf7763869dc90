/** What random specs are made of: tensors whose sizes are plain functions of numbers, steps, what a step demands, blocks. */
import { type Size, type Window, remembered } from "./naive.js";

export type Env = Readonly<{ N: number; H: number; W: number }>;

/** A demand on one side: 0 height, 1 width. */
export interface Demand {
  readonly side: 0 | 1;
  readonly strictness: "runs" | "lossless";
  readonly holds: (n: number) => boolean;
}

export interface Tensor {
  readonly ref: string;
  readonly channels: number;
  readonly sizes: readonly [Size, Size];
  /** How one writes the sizes, where that is simple. */
  readonly text?: readonly [string, string] | undefined;
}

export interface Step {
  /** Goes behind `->`; or the whole expression, where `whole` is set. */
  readonly text: string;
  readonly whole?: boolean;
  readonly channels: number;
  readonly sizes: readonly [Size, Size];
  readonly demands?: readonly Demand[];
  readonly keepsSize?: boolean;
}

export type Maker = (x: Tensor) => Step | undefined;

/** Every spec has them. */
export const blocks = `
block unit(x: tensor, channels: int, stride: int = 1, act: block = relu) {
  return x -> conv(channels, 3, stride: stride, bias: false) as conv -> batchnorm as bn -> act
}
block residual(x: tensor, channels: int) -> tensor {
  a = x -> conv(channels, 3) -> relu
  return a + (x -> conv(channels, 1, bias: false) as shortcut)
}
block deep(x: tensor, depth: int, width: int = 4) {
  h[0] = x
  for i in 1..depth { h[i] = h[i-1] -> conv(width, 3, padding: valid) as [i] -> relu }
  return h[depth]
}
block fork(x: tensor) -> {fine: tensor, coarse: tensor} {
  fine = x -> conv(3, 1)
  coarse = x -> maxpool(2, ceil: true)
  return {fine, coarse}
}
block normed(x: tensor, norm: block = batchnorm) {
  return x -> conv(4, 1) -> norm -> relu
}
`;

export const plain = (kernel: number, stride: number): Window => ({ kernel, stride, dilation: 1, before: 0, after: 0 });

export const along = (
  side: 0 | 1, kernel: readonly [number, number], stride: readonly [number, number], dilation: readonly [number, number], pads: readonly [number, number, number, number],
): Window => ({ kernel: kernel[side], stride: stride[side], dilation: dilation[side], before: pads[side], after: pads[(side + 2) as 2 | 3] });

export const show = ([h, w]: readonly [number, number]): string => (h === w ? String(h) : `[${h}, ${w}]`);

export const sidesOf = (x: Tensor, of: (size: Size, side: 0 | 1) => Size): readonly [Size, Size] => [remembered(of(x.sizes[0], 0)), remembered(of(x.sizes[1], 1))];

export const positive = (sizes: readonly [Size, Size]): Demand[] =>
  ([0, 1] as const).map((side) => ({ side, strictness: "runs", holds: (n) => sizes[side](n) >= 1 }));

export const constantOne = (size: Size): boolean => size(40) === 1 && size(200) === 1 && size(7) === 1;
