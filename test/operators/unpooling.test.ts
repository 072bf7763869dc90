/** Unpooling with indices and without them against plain loops: ties, odd sizes, padding, open and fixed sizes. */
import { describe, expect, test } from "vitest";
import type { Value } from "../../src/runtime/session.js";
import { compileSpec, floats, noise, runSpec } from "./run-spec.js";

interface Window {
  readonly kernel: readonly [number, number];
  readonly stride: readonly [number, number];
  readonly dilation: number;
  /** Top, left, bottom, right. */
  readonly padding: readonly [number, number, number, number];
  readonly ceil: boolean;
}

const window = (kernel: readonly [number, number], more: Partial<Window> = {}): Window => ({ kernel, stride: kernel, dilation: 1, padding: [0, 0, 0, 0], ceil: false, ...more });
const call = ({ kernel, stride, dilation, padding, ceil }: Window): string =>
  `[${kernel.join(", ")}], stride: [${stride.join(", ")}], dilation: ${dilation}, padding: [${padding.join(", ")}], ceil: ${ceil}`;

/** The values that come back are not the maxima: a decoder has worked on them. 0 is among them. */
const body = (w: Window): string => `p = x -> maxpool_indices(${call(w)})\n  v = p.output * -3 + 6\n  head pooled = p.output\n  head y = v -> unpool(p.indices, like: x)`;
const spec = (w: Window, keepIndices: boolean): string => `model Unpooling() {\n  input x: [N, 2, H, W]\n  ${body(w)}\n${keepIndices ? "  head indices = p.indices\n" : ""}}\n`;

const windowsOf = (n: number, k: number, s: number, d: number, before: number, after: number, ceil: boolean): number => {
  const count = Math[ceil ? "ceil" : "floor"]((n + before + after - d * (k - 1) - 1) / s) + 1;
  return ceil && (count - 1) * s >= n + before ? count - 1 : count;
};

/** Scans every window in row-major order and keeps what is strictly greater; later windows overwrite. */
function unpooled(x: Value, w: Window): readonly number[] {
  const [n, c, height, width] = x.shape as [number, number, number, number];
  const [top, left, bottom, right] = w.padding;
  const rows = windowsOf(height, w.kernel[0], w.stride[0], w.dilation, top, bottom, w.ceil);
  const columns = windowsOf(width, w.kernel[1], w.stride[1], w.dilation, left, right, w.ceil);
  const out = new Array<number>(n * c * height * width).fill(0);
  for (let plane = 0; plane < n * c; plane++)
    for (let row = 0; row < rows; row++)
      for (let column = 0; column < columns; column++) {
        let [best, at] = [-Infinity, -1];
        for (let i = 0; i < w.kernel[0]; i++)
          for (let j = 0; j < w.kernel[1]; j++) {
            const [y, z] = [row * w.stride[0] - top + i * w.dilation, column * w.stride[1] - left + j * w.dilation];
            if (y < 0 || z < 0 || y >= height || z >= width) continue;
            const value = Number(x.data[(plane * height + y) * width + z]);
            if (value > best) [best, at] = [value, (plane * height + y) * width + z];
          }
        out[at] = Math.fround(Math.fround(best * -3) + 6);
      }
  return out;
}

const shaped = (shape: readonly number[], value: (i: number) => number): Value => floats(shape, Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => value(i)));
const maps: Readonly<Record<string, (shape: readonly number[]) => Value>> = {
  noise: (shape) => noise(shape, 3),
  "all negative": (shape) => floats(shape, (noise(shape, 5).data as Float32Array).map((value) => -Math.abs(value) - 1)),
  constant: (shape) => shaped(shape, () => 2),
  zeros: (shape) => shaped(shape, (i) => (i % 2 === 0 ? 0 : -0)),
  "after a ReLU": (shape) => floats(shape, (noise(shape, 7).data as Float32Array).map((value) => Math.max(0, value))),
  "three levels": (shape) => shaped(shape, (i) => ((i * 7919) >>> 3) % 3),
};

const tiling: Readonly<Record<string, Window>> = {
  "2x2": window([2, 2]),
  "2x2, rounded up": window([2, 2], { ceil: true }),
  "3x3": window([3, 3]),
  "3x3, rounded up": window([3, 3], { ceil: true }),
  "2x3": window([2, 3]),
  "1x2, rounded up": window([1, 2], { ceil: true }),
  "2x2, padded": window([2, 2], { padding: [1, 1, 1, 1] }),
  "2x2, padded above and left": window([2, 2], { padding: [1, 1, 0, 0] }),
  "3x3, padded, rounded up": window([3, 3], { padding: [1, 0, 1, 2], ceil: true }),
  "1x1": window([1, 1]),
};
const others: Readonly<Record<string, Window>> = {
  "3x3 with stride 2": window([3, 3], { stride: [2, 2], padding: [1, 1, 1, 1] }),
  "3x3 with stride 2, rounded up": window([3, 3], { stride: [2, 2], ceil: true }),
  "2x2 with stride 3": window([2, 2], { stride: [3, 3] }),
  "2x2 with gaps": window([2, 2], { dilation: 2 }),
};

const ops = (w: Window, keep: boolean, size = {}): readonly string[] => compileSpec(spec(w, keep), size).onnx.nodes.map(({ op }) => op);

describe.each(Object.entries({ ...tiling, ...others }))("windows of %s", (name, w) => {
  test("without indices where windows tile the map, with them elsewhere or where they are read", () => {
    expect(ops(w, false).includes("MaxUnpool")).toBe(!(name in tiling));
    expect(ops(w, true)).toContain("MaxUnpool");
  });

  test.each(Object.keys(maps))("%s", async (kind) => {
    for (const [height, width] of [[6, 6], [7, 5], [8, 9], [5, 12]] as const) {
      const x = maps[kind]!([2, 2, height, width]);
      const wanted = unpooled(x, w);
      for (const keep of [false, true])
        for (const size of [undefined, { batch: 2, height, width }]) {
          const { y } = await runSpec(spec(w, keep), { x }, size && { size });
          const about = `${height}x${width}${keep ? ", indices" : ""}${size ? ", fixed" : ""}`;
          expect(y!.value.shape, about).toEqual([2, 2, height, width]);
          expect(y!.derived, about).toEqual([2, 2, height, width]);
          expect([...(y!.value.data as Float32Array)].map((value) => value + 0), about).toEqual(wanted.map((value) => value + 0));
        }
    }
  });
});

test("sizes that are known to divide need neither padding nor arithmetic", () => {
  const divided = "model Divided() {\n  input x: [N, 2, H, W] where H = 2*k, W = 2*m\n  p = x -> maxpool_indices(2)\n  head y = p.output -> unpool(p.indices, like: x)\n}\n";
  const nodes = ["MaxPool", "Slice", "Equal", "Where", "Where", "Slice", "Equal", "Where", "Where", "Slice", "Equal", "Where", "Where", "Concat", "DepthToSpace"];
  expect(compileSpec(divided).onnx.nodes.map(({ op }) => op)).toEqual(nodes);
  expect(compileSpec(divided, { size: { height: 4, width: 6 } }).onnx.nodes.map(({ op }) => op)).toEqual(nodes);
});

test("another map of the same size can lend its size, a map of another size keeps the indices", () => {
  const like = (statement: string): string => `model Like() {\n  input x: [N, 2, H, W]\n  other = ${statement}\n  p = x -> maxpool_indices(2, ceil: true)\n  head y = p.output -> unpool(p.indices, like: other)\n}\n`;
  const uses = (statement: string): boolean => compileSpec(like(statement)).onnx.nodes.some(({ op }) => op === "MaxUnpool");
  expect(uses("x -> conv(2, 3)")).toBe(false);
  expect(uses("x -> pad([0, 0, 1, 0])")).toBe(true);
});

test("a NaN hides nothing of the other windows", async () => {
  const x = floats([1, 2, 2, 2], [1, NaN, 3, 4, 5, 9, 7, 8]);
  const { y } = await runSpec(spec(window([2, 2]), false), { x });
  expect([...(y!.value.data as Float32Array)].slice(4)).toEqual([0, -21, 0, 0]);
});
