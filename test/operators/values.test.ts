/** Operators that no oracle file covers, against plain loops. */
import { expect, test } from "vitest";
import type { Value } from "../../src/runtime/session.js";
import { noise, runSpec } from "./run-spec.js";

const x = noise([2, 6, 5, 7]);

/** The value of a map; 0 outside. */
const at = ({ shape, data }: Value, n: number, c: number, i: number, j: number): number => {
  const [, channels, height, width] = shape as [number, number, number, number];
  return c < 0 || i < 0 || j < 0 || c >= channels || i >= height || j >= width ? 0 : Number(data[((n * channels + c) * height + i) * width + j]);
};

/** Runs `head y = ...` on x and compares each element with what `wanted` gives. */
async function compare(statement: string, shape: readonly number[], wanted: (n: number, c: number, i: number, j: number) => number): Promise<void> {
  const { y } = await runSpec(`model M() {\n  input x: [N, 6, H, W]\n  head y = ${statement}\n}\n`, { x });
  expect(y!.value.shape).toEqual(shape);
  expect(y!.derived).toEqual(shape);
  const [, channels, height, width] = shape as [number, number, number, number];
  y!.value.data.forEach((value, k) => {
    const place = [Math.floor(k / (channels * height * width)), Math.floor(k / (height * width)) % channels, Math.floor(k / width) % height, k % width] as const;
    expect(Math.abs(Number(value) - wanted(...place)), `${statement} at ${place.join()}`).toBeLessThan(1e-5);
  });
}

const range = (from: number, to: number): number[] => Array.from({ length: to - from + 1 }, (_, i) => from + i);
const mean = (values: readonly number[]): number => values.reduce((a, b) => a + b, 0) / values.length;

test("lrn divides by the neighbouring channels", () =>
  compare("x -> lrn(3, alpha: 0.3, beta: 0.5, k: 2)", [2, 6, 5, 7], (n, c, i, j) =>
    at(x, n, c, i, j) / Math.sqrt(2 + 0.1 * range(c - 1, c + 1).reduce((sum, k) => sum + at(x, n, k, i, j) ** 2, 0))));

test("pad mirrors without the border, repeats it, or fills", async () => {
  const inside = (value: number, last: number): number => Math.min(last, Math.max(0, value));
  const mirrored = (value: number, last: number): number => last - Math.abs(last - Math.abs(value));
  await compare("x -> pad([1, 2, 3, 4], mode: reflect)", [2, 6, 9, 13], (n, c, i, j) => at(x, n, c, mirrored(i - 1, 4), mirrored(j - 2, 6)));
  await compare("x -> pad([1, 2], mode: edge, channels: 2, value: 7)", [2, 8, 7, 11], (n, c, i, j) => (c > 5 ? 7 : at(x, n, c, inside(i - 1, 4), inside(j - 2, 6))));
  await compare("x -> pad([0, 1, 2, 0], channels: 1)", [2, 7, 7, 8], (n, c, i, j) => at(x, n, c, i, j - 1));
});

test("crop takes the centre, or what follows the offset", async () => {
  await compare("x -> crop(like: x -> maxpool(3, stride: 1) -> slice(axis: 3, to: W - 4))", [2, 6, 3, 3], (n, c, i, j) => at(x, n, c, i + 1, j + 2));
  await compare("x -> crop(like: x -> maxpool(3, stride: 1), offset: [2, 0])", [2, 6, 3, 5], (n, c, i, j) => at(x, n, c, i + 2, j));
});

test("elementwise operators repeat an axis of size 1", async () => {
  const pooled = (n: number, c: number): number => mean(range(0, 4).flatMap((i) => range(0, 6).map((j) => at(x, n, c, i, j))));
  await compare("x - (x -> global_avgpool)", [2, 6, 5, 7], (n, c, i, j) => at(x, n, c, i, j) - pooled(n, c));
  await compare("(x -> global_avgpool) * x", [2, 6, 5, 7], (n, c, i, j) => at(x, n, c, i, j) * pooled(n, c));
  await compare("(x -> slice(axis: 1, to: 1)) / (3 + x)", [2, 6, 5, 7], (n, c, i, j) => at(x, n, 0, i, j) / (3 + at(x, n, c, i, j)));
  await compare("x + (x -> reduce_sum([0, 1, 2, 3], keep: false))", [2, 6, 5, 7], (n, c, i, j) => at(x, n, c, i, j) + (x.data as Float32Array).reduce((a, b) => a + b, 0));
});

test("numbers scale and shift", async () => {
  await compare("2 - x / 4", [2, 6, 5, 7], (n, c, i, j) => 2 - at(x, n, c, i, j) / 4);
  await compare("-x", [2, 6, 5, 7], (n, c, i, j) => -at(x, n, c, i, j));
  await compare("1 - x", [2, 6, 5, 7], (n, c, i, j) => 1 - at(x, n, c, i, j));
  await compare("x -> scale(3, offset: -1)", [2, 6, 5, 7], (n, c, i, j) => 3 * at(x, n, c, i, j) - 1);
});

test("reductions go along the axes that are named", async () => {
  await compare("x -> reduce_mean", [2, 6, 1, 1], (n, c) => mean(range(0, 4).flatMap((i) => range(0, 6).map((j) => at(x, n, c, i, j)))));
  await compare("x -> reduce_max([3, 1])", [2, 1, 5, 1], (n, _, i) => Math.max(...range(0, 5).flatMap((c) => range(0, 6).map((j) => at(x, n, c, i, j)))));
  await compare("x -> reduce_sum([1])", [2, 1, 5, 7], (n, _, i, j) => range(0, 5).reduce((sum, c) => sum + at(x, n, c, i, j), 0));
});

test("normalisations have mean 0 and variance 1 over what they look at", async () => {
  const normal = (values: readonly number[], value: number): number => (value - mean(values)) / Math.sqrt(mean(values.map((v) => (v - mean(values)) ** 2)) + 1e-5);
  const plane = (n: number, c: number): number[] => range(0, 4).flatMap((i) => range(0, 6).map((j) => at(x, n, c, i, j)));
  await compare("x -> instancenorm", [2, 6, 5, 7], (n, c, i, j) => normal(plane(n, c), at(x, n, c, i, j)));
  await compare("x -> groupnorm(2, affine: false)", [2, 6, 5, 7], (n, c, i, j) => normal([0, 1, 2].flatMap((k) => plane(n, 3 * Math.floor(c / 3) + k)), at(x, n, c, i, j)));
  await compare("x -> layernorm(affine: false)", [2, 6, 5, 7], (n, c, i, j) => normal(range(0, 5).map((k) => at(x, n, k, i, j)), at(x, n, c, i, j)));
});

test("concat along the height stacks maps", () =>
  compare("concat(x, x -> slice(axis: 2, from: 3), axis: 2)", [2, 6, 7, 7], (n, c, i, j) => at(x, n, c, i < 5 ? i : i - 2, j)));

test("matmul pairs columns with rows, for every element of the batch", () =>
  compare("matmul(x, x -> transpose([0, 1, 3, 2]))", [2, 6, 5, 5], (n, c, i, j) => range(0, 6).reduce((sum, k) => sum + at(x, n, c, i, k) * at(x, n, c, j, k), 0)));
