/** Pooling by hand, for every combination of window, step, padding and rounding, at many sizes. */
import { describe, expect, test } from "vitest";
import { type Value, createSession } from "../../src/runtime/session.js";
import { evaluateShape } from "../../src/tensor/index.js";
import { compileSpec, fileOf, floats, noise, runSpec } from "./run-spec.js";

interface Window {
  readonly kernel: number;
  readonly stride: number;
  readonly dilation: number;
  readonly before: number;
  readonly after: number;
  readonly ceil: boolean;
}

/** PyTorch's rule: a window begins inside the input or the padding in front of it. */
function windows(n: number, w: Window): readonly (readonly number[])[] {
  const room = n + w.before + w.after - w.dilation * (w.kernel - 1) - 1;
  let count = Math.floor((room + (w.ceil ? w.stride - 1 : 0)) / w.stride) + 1;
  if (w.ceil && (count - 1) * w.stride >= n + w.before) count--;
  return Array.from({ length: count }, (_, j) => Array.from({ length: w.kernel }, (_, t) => j * w.stride - w.before + w.dilation * t));
}

const inside = (n: number) => (at: number) => at >= 0 && at < n;

const kinds: Readonly<Record<string, (column: readonly number[], taps: readonly number[], w: Window) => number>> = {
  maxpool: (column, taps) => Math.max(...taps.filter(inside(column.length)).map((at) => column[at]!)),
  avgpool: (column, taps, w) => {
    const real = taps.filter(inside(column.length));
    return real.reduce((sum, at) => sum + column[at]!, 0) / taps.filter((at) => at >= -w.before && at < column.length + w.after).length;
  },
  exclusive: (column, taps) => {
    const real = taps.filter(inside(column.length));
    return real.reduce((sum, at) => sum + column[at]!, 0) / real.length;
  },
};

const all: readonly Window[] = [1, 2, 3].flatMap((kernel) => [1, 2, 3].flatMap((stride) => [1, 2].flatMap((dilation) =>
  [0, 1].flatMap((before) => [0, 1, 2].flatMap((after) => [false, true].map((ceil) => ({ kernel, stride, dilation, before, after, ceil })))))))
  .filter((w) => w.before < w.kernel && w.after < w.kernel);

describe.each(Object.keys(kinds))("%s", (kind) => {
  const chosen = kind === "maxpool" ? all : all.filter((w) => w.dilation === 1);
  const call = (w: Window): string => {
    const common = `[${w.kernel}, 1], stride: [${w.stride}, 1], padding: [${w.before}, 0, ${w.after}, 0], ceil: ${w.ceil}`;
    return kind === "maxpool" ? `maxpool(${common}, dilation: [${w.dilation}, 1])` : `avgpool(${common}, count_include_pad: ${kind === "avgpool"})`;
  };
  const text = `model Pools() {\n  input x: [N, 1, H, W]\n${chosen.map((w, i) => `  head y${i} = x -> ${call(w)}\n`).join("")}}\n`;

  test(`has the size and the values of ${chosen.length} windows`, async () => {
    const model = compileSpec(text);
    const session = await createSession(fileOf(model), { threads: 1 });
    for (const n of [5, 6, 7, 8, 9]) {
      const column = Array.from({ length: n }, (_, i) => Math.sin(5 * i + n) - 3);
      const results = await session.run({ x: floats([1, 1, n, 1], column) });
      for (const [i, w] of chosen.entries()) {
        const expected = windows(n, w).map((taps) => kinds[kind]!(column, taps, w));
        const out = model.network.outputs[i]!;
        expect(evaluateShape(model.network.values[out.value]!.type.shape, { N: 1, H: n, W: 1 })).toEqual([1, 1, expected.length, 1]);
        const found = results[out.name]!.data as Float32Array;
        expect(found.length).toBe(expected.length);
        expected.forEach((value, at) => expect(found[at]).toBeCloseTo(value, 5));
      }
    }
    await session.release();
  });
});

test("adaptive pooling is exact for every size, smaller than the grid as well", async () => {
  const model = compileSpec("model Adaptive() {\n  input x: [N, 2, H, W]\n  head y = x -> adaptive_avgpool([3, 6])\n  head z = x -> adaptive_avgpool([4, 1])\n}\n");
  const session = await createSession(fileOf(model), { threads: 1 });
  const mean = (x: Value, plane: number, [rows, columns]: readonly [number, number], i: number, j: number): number => {
    const [, , height, width] = x.shape as [number, number, number, number];
    const cell = (n: number, cells: number, at: number): number[] => {
      const begin = Math.floor((at * n) / cells);
      return Array.from({ length: Math.ceil(((at + 1) * n) / cells) - begin }, (_, k) => begin + k);
    };
    const values = cell(height, rows, i).flatMap((y) => cell(width, columns, j).map((at) => Number(x.data[(plane * height + y) * width + at])));
    return values.reduce((a, b) => a + b) / values.length;
  };
  for (let height = 1; height <= 14; height++)
    for (const width of [1, 4, 6, 11, 12, 25]) {
      const x = noise([1, 2, height, width]);
      const results = await session.run({ x });
      for (const [name, grid] of [["y", [3, 6]], ["z", [4, 1]]] as const) {
        expect(results[name]!.shape).toEqual([1, 2, ...grid]);
        results[name]!.data.forEach((value, at) => {
          const [plane, i, j] = [Math.floor(at / (grid[0] * grid[1])), Math.floor(at / grid[1]) % grid[0], at % grid[1]];
          expect(Number(value)).toBeCloseTo(mean(x, plane, grid, i, j), 5);
        });
      }
    }
  await session.release();
});

test("adaptive pooling of known sizes is one node where they divide", () => {
  const ops = (height: number, width: number) => compileSpec("model A() {\n  input x: [1, 2, H, W]\n  head y = x -> adaptive_avgpool([3, 6])\n}\n", { size: { height, width } }).onnx.nodes.map(({ op }) => op);
  expect(ops(9, 12)).toEqual(["AveragePool"]);
  expect(ops(9, 13)).toEqual(["MatMul", "MatMul"]);
  expect(ops(3, 13)).toEqual(["MatMul"]);
  expect(ops(3, 6)).toEqual(["Identity"]);
});

test("a window that would have only padding limits the sizes", async () => {
  const text = "model P() {\n  input x: [N, 1, H, W]\n  head y = x -> maxpool(2, stride: 1, dilation: 2, padding: 1)\n}\n";
  const model = compileSpec(text);
  expect([...model.network.legal].map(([symbol, set]) => [symbol, set.classes[0]!.low])).toEqual([["H", 2], ["W", 2]]);
  const { y } = await runSpec(text, { x: floats([1, 1, 2, 2], [1, 2, 3, 4]) });
  expect([...(y!.value.data as Float32Array)]).toEqual([4, 3, 2, 1]);
});
