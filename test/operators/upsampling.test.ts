/** Every way to upsample, on small maps whose results are known by heart. */
import { describe, expect, test } from "vitest";
import type { Parameter } from "../../src/network/network.js";
import type { Value } from "../../src/runtime/session.js";
import { evaluate } from "../../src/tensor/index.js";
import { fillInitial } from "../../src/weights/initial-values.js";
import { compileSpec, floats, noise, runSpec } from "./run-spec.js";

type Rows = readonly (readonly number[])[];
type Weights = Readonly<Record<string, Rows>>;

const asMap = (rows: Rows): Value => floats([1, 1, rows.length, rows[0]!.length], rows.flat());
const rowsOf = ({ shape, data }: Value): Rows => {
  const width = shape[3]!;
  return Array.from({ length: shape[2]! }, (_, i) => [...(data as Float32Array).slice(i * width, (i + 1) * width)].map((value) => value + 0));
};
const spec = (statements: string): string => `model Upsampling() {\n  input x: [N, 1, H, W]\n  ${statements}\n}\n`;
const column = (...values: readonly number[]): Rows => values.map((value) => [value]);
const sixteen: Rows = [[1, 2, 3, 4], [5, 6, 7, 8], [9, 10, 11, 12], [13, 14, 15, 16]];

/** Runs `y` at open and at fixed sizes. */
async function result(statements: string, x: Rows, weights: Weights = {}): Promise<Rows> {
  const feeds = { x: asMap(x), ...Object.fromEntries(Object.entries(weights).map(([name, rows]) => [name, asMap(rows)])) };
  const [open, fixed] = await Promise.all([undefined, { batch: 1, height: x.length, width: x[0]!.length }].map((size) => runSpec(spec(statements), feeds, size && { size })));
  expect(open!["y"]!.derived).toEqual(open!["y"]!.value.shape);
  expect(fixed!["y"]!.value.data).toEqual(open!["y"]!.value.data);
  return rowsOf(open!["y"]!.value);
}

function agree(found: Rows, wanted: Rows, digits: number): void {
  expect(found.map((row) => row.length)).toEqual(wanted.map((row) => row.length));
  for (const [i, row] of wanted.entries()) for (const [j, value] of row.entries()) expect(found[i]![j], `row ${i}, column ${j}`).toBeCloseTo(value, digits);
}

describe("[[1, 2], [3, 4]]", () => {
  test.each<[string, string, Rows]>([
    ["nearest", "resize(scale: 2, mode: nearest)", [[1, 1, 2, 2], [1, 1, 2, 2], [3, 3, 4, 4], [3, 3, 4, 4]]],
    ["nearest to 3x3", "resize(size: [3, 3], mode: nearest)", [[1, 1, 2], [1, 1, 2], [3, 3, 4]]],
    ["bed of nails", "bed_of_nails(2)", [[1, 0, 2, 0], [0, 0, 0, 0], [3, 0, 4, 0], [0, 0, 0, 0]]],
    ["bed of nails, 1 and 3", "bed_of_nails([1, 3])", [[1, 0, 0, 2, 0, 0], [3, 0, 0, 4, 0, 0]]],
    ["bilinear", "resize(scale: 2)", [[1, 1.25, 1.75, 2], [1.5, 1.75, 2.25, 2.5], [2.5, 2.75, 3.25, 3.5], [3, 3.25, 3.75, 4]]],
    ["bilinear, corners in place", "resize(scale: 2, align_corners: true)", [[1, 4 / 3, 5 / 3, 2], [5 / 3, 2, 7 / 3, 8 / 3], [7 / 3, 8 / 3, 3, 10 / 3], [3, 10 / 3, 11 / 3, 4]]],
    ["bicubic", "resize(scale: 2, mode: bicubic)", [
      [0.68359375, 1.015625, 1.5625, 1.89453125], [1.34765625, 1.6796875, 2.2265625, 2.55859375],
      [2.44140625, 2.7734375, 3.3203125, 3.65234375], [3.10546875, 3.4375, 3.984375, 4.31640625],
    ]],
  ])("%s", async (_, call, wanted) => agree(await result(`head y = x -> ${call}`, [[1, 2], [3, 4]]), wanted, 5));

  test("bicubic, corners in place: the first row", async () => {
    const rows = await result("head y = x -> resize(scale: 2, mode: bicubic, align_corners: true)", [[1, 2], [3, 4]]);
    agree(rows.slice(0, 1), [[1, 1.314815, 1.685185, 2]], 5);
  });

  test("bed of nails is unpooling with every maximum at the top left, and a transposed convolution with the kernel 1, 0, 0, 0", async () => {
    const x: Rows = [[1, 2], [3, 4]];
    const nails = await result("head y = x -> bed_of_nails(2)", x);
    agree(await result("p = x -> resize(scale: 2, mode: nearest) -> maxpool_indices(2)\n  head y = x -> unpool(p.indices, like: x -> resize(scale: 2))", x), nails, 6);
    agree(await result("head y = x -> upconv(1, bias: false)", x, { "y.weight": [[1, 0], [0, 0]] }), nails, 6);
  });
});

describe("sizes and grids", () => {
  test.each<[string, string, readonly number[], readonly number[]]>([
    ["3 to 7, nearest", "resize(size: [7, 1], mode: nearest)", [1, 2, 3], [1, 1, 1, 2, 2, 3, 3]],
    ["4 to 1, corners in place", "resize(size: [1, 1], align_corners: true)", [1, 2, 3, 4], [1]],
    ["4 to 1, half pixel", "resize(size: [1, 1])", [1, 2, 3, 4], [2.5]],
  ])("%s", async (_, call, x, wanted) => agree(await result(`head y = x -> ${call}`, column(...x)), column(...wanted), 6));

  test("5 times 1.5 is 7", async () => expect(await result("head y = x -> resize(scale: [1.5, 1])", column(1, 2, 3, 4, 5))).toHaveLength(7));
});

describe("max unpooling", () => {
  const unpooling = "p = x -> maxpool_indices(2)\n  head y = p.output -> unpool(p.indices, like: x)";
  test("of 1 to 16", async () => {
    const { pooled, indices } = await runSpec(spec("p = x -> maxpool_indices(2)\n  head pooled = p.output\n  head indices = p.indices"), { x: asMap(sixteen) });
    expect([...pooled!.value.data].map(Number)).toEqual([6, 8, 14, 16]);
    expect([...indices!.value.data].map(Number)).toEqual([5, 7, 13, 15]);
    expect(await result(unpooling, sixteen)).toEqual([[0, 0, 0, 0], [0, 6, 0, 8], [0, 0, 0, 0], [0, 14, 0, 16]]);
  });
  test("the first of equal values wins", async () => {
    const tied: Rows = [[5, 5, 1, 2], [5, 5, 3, 0], [7, 8, 9, 9], [6, 4, 9, 2]];
    const flat = (await result(unpooling, tied)).flat();
    expect(flat.flatMap((value, at) => (value === 0 ? [] : [[at, value]]))).toEqual([[0, 5], [6, 3], [9, 8], [10, 9]]);
  });
  test("indices count over the whole tensor, not within a plane", async () => {
    const x = floats([2, 3, 4, 4], Array.from({ length: 6 }, () => sixteen.flat()).flat());
    const { indices } = await runSpec("model M() {\n  input x: [N, 3, H, W]\n  p = x -> maxpool_indices(2)\n  head indices = p.indices\n}\n", { x });
    expect([...indices!.value.data].map(Number)).toEqual([0, 1, 2, 3, 4, 5].flatMap((plane) => [5, 7, 13, 15].map((at) => at + 16 * plane)));
  });
});

describe("transposed convolution", () => {
  const weight = (...rows: Rows): Weights => ({ "y.weight": rows });
  test.each<[string, readonly [number, number]]>([
    ["4, stride: 2, padding: 1", [14, 18]], ["3, stride: 2, padding: 1, extra: 1", [14, 18]], ["2, stride: 2", [14, 18]], ["3, stride: 2", [15, 19]],
    ["5, stride: 3, padding: 1, extra: 2", [23, 29]], ["3, stride: 2, padding: 1, dilation: 2", [15, 19]], ["3, stride: 1", [9, 11]], ["3, stride: 1, padding: 1", [7, 9]],
  ])("of 7x9 with %s is %o", async (call, size) => {
    const text = spec(`head y = x -> upconv(1, ${call}, bias: false)`);
    const [kernel] = compileSpec(text).onnx.weights;
    const { y } = await runSpec(text, { x: noise([1, 1, 7, 9]), "y.weight": noise(kernel!.shape) });
    expect(y!.value.shape.slice(2)).toEqual(size);
    expect(y!.derived.slice(2)).toEqual(size);
  });

  test.each<[string, readonly number[]]>([
    ["stride: [2, 1]", [10, 100, 1020, 200, 2000]], ["stride: 1", [10, 120, 1200, 2000]],
    ["stride: [2, 1], padding: [1, 0]", [100, 1020, 200]], ["stride: [2, 1], padding: [1, 0], extra: [1, 0]", [100, 1020, 200, 2000]],
  ])("(1, 2) by (10, 100, 1000), %s", async (call, wanted) => {
    agree(await result(`head y = x -> upconv(1, [3, 1], ${call}, bias: false)`, column(1, 2), { "y.weight": column(10, 100, 1000) }), column(...wanted), 3);
  });

  test("is the transposed matrix of the convolution, not its inverse", async () => {
    const kernel: Rows = [[1, 2, 0], [0, 1, 1], [1, 0, 2]];
    const small: Rows = [[49, 57], [81, 89]];
    expect(await result("head y = x -> conv(1, 3, padding: valid, bias: false)", sixteen, weight(...kernel))).toEqual(small);
    const back: Rows = [[49, 155, 114, 0], [81, 300, 284, 57], [49, 138, 268, 203], [81, 89, 162, 178]];
    expect(await result("head y = x -> upconv(1, 3, stride: 1, bias: false)", small, weight(...kernel))).toEqual(back);
    // Row r of the matrix holds the kernel at the window of output r; the transposed matrix takes the small map to the large one.
    const matrix = [0, 1, 4, 5].map((start) => Array.from({ length: 16 }, (_, at) => kernel[Math.floor(at / 4) - Math.floor(start / 4)]?.[(at % 4) - (start % 4)] ?? 0));
    expect(matrix[0]).toEqual([1, 2, 0, 0, 0, 1, 1, 0, 1, 0, 2, 0, 0, 0, 0, 0]);
    expect(back.flat()).toEqual(Array.from({ length: 16 }, (_, at) => matrix.reduce((sum, row, r) => sum + row[at]! * small.flat()[r]!, 0)));
  });

  // A column is put between its zeros, padded, and convolved with the flipped kernel.
  test.each([[4, 2, 1, 0, 1], [3, 2, 1, 1, 1], [2, 2, 0, 0, 1], [3, 2, 0, 0, 1], [5, 3, 1, 2, 1], [3, 2, 1, 0, 2], [3, 1, 0, 0, 1], [3, 1, 1, 0, 1]])(
    "of kernel %i, stride %i, padding %i, extra %i, dilation %i is a convolution of the stretched map", async (k, s, p, extra, d) => {
      const x = column(...Array.from({ length: 7 }, (_, i) => Math.round(10 * Math.sin(i + 1))));
      const kernel = column(...Array.from({ length: k }, (_, i) => i * i - 3));
      const direct = await result(`head y = x -> upconv(1, [${k}, 1], stride: [${s}, 1], padding: [${p}, 0], extra: [${extra}, 0], dilation: [${d}, 1], bias: false)`, x, { "y.weight": kernel });
      // `bed_of_nails` leaves s - 1 zeros behind the last value as well.
      const border = d * (k - 1) - p;
      const stretched = `x -> bed_of_nails([${s}, 1]) -> slice(axis: 2, to: ${s} * H - ${s - 1}) -> pad([${border}, 0, ${border + extra}, 0])`;
      const steps = await result(`head y = ${stretched} -> conv(1, [${k}, 1], padding: valid, dilation: [${d}, 1], bias: false)`, x, { "y.weight": [...kernel].reverse() });
      agree(steps, direct, 4);
    });

  test.each<[number, readonly number[]]>([
    [3, [1, 1, 2, 1, 2, 1, 2, 1, 2, 1, 2, 1, 1]], [4, [1, 1, 2, 2, 2, 2, 2, 2, 2, 2, 2, 2, 1, 1]],
    [5, [1, 1, 2, 2, 3, 2, 3, 2, 3, 2, 3, 2, 2, 1, 1]], [2, new Array<number>(12).fill(1)],
  ])("checkerboard: a kernel of %i ones with stride 2 counts overlaps", async (k, wanted) => {
    agree(await result(`head y = x -> upconv(1, [${k}, 1], stride: [2, 1], bias: false)`, column(1, 1, 1, 1, 1, 1), { "y.weight": column(...new Array<number>(k).fill(1)) }), column(...wanted), 6);
  });
});

describe("the bilinear kernel", () => {
  const kernel = (k: number): readonly number[] => {
    const f = Math.floor((k + 1) / 2);
    const c = k % 2 === 1 ? f - 1 : f - 0.5;
    return Array.from({ length: k }, (_, i) => 1 - Math.abs(i - c) / f);
  };
  test("is a triangle", () => {
    expect(kernel(3)).toEqual([1 / 2, 1, 1 / 2]);
    expect(kernel(4)).toEqual([1 / 4, 3 / 4, 3 / 4, 1 / 4]);
    expect(kernel(8)).toEqual([1, 3, 5, 7, 7, 5, 3, 1].map((eighths) => eighths / 8));
    expect(kernel(16).slice(0, 2)).toEqual([1 / 16, 3 / 16]);
    expect([kernel(63)[0], kernel(63)[31], kernel(63)[62]]).toEqual([1 / 32, 1, 1 / 32]);
  });

  const weights = (k: number): Weights => ({ "y.weight": kernel(k).map((a) => kernel(k).map((b) => a * b)) });
  const map: Rows = [[3, -1, 4, 1], [5, -9, 2, 6], [-5, 3, 5, 8], [9, 7, -9, 3]];

  test.each([2, 8, 16])("of 2s with stride %i is half-pixel interpolation but in the border", async (s) => {
    const grown = await result(`head y = x -> upconv(1, ${2 * s}, stride: ${s}, padding: ${s / 2}, bias: false)`, map, weights(2 * s));
    const inside = (rows: Rows): Rows => rows.slice(s / 2, -s / 2).map((row) => row.slice(s / 2, -s / 2));
    agree(inside(grown), inside(await result(`head y = x -> resize(scale: ${s})`, map)), 4);
    expect(grown).toHaveLength(4 * s);
  });

  test.each([2, 8, 16])("of 2s - 1 with stride %i is interpolation with the corners in place, everywhere", async (s) => {
    const grown = await result(`head y = x -> upconv(1, ${2 * s - 1}, stride: ${s}, padding: ${s - 1}, bias: false)`, map, weights(2 * s - 1));
    agree(grown, await result(`head y = x -> resize(size: [${3 * s + 1}, ${3 * s + 1}], align_corners: true)`, map), 4);
  });

  test("without padding is cropped afterwards", async () => {
    expect(await result("head y = x -> upconv(1, 16, stride: 8, bias: false)", map, weights(16))).toHaveLength(8 * 3 + 16);
  });

  test.each([2, 3, 4, 8, 16, 63, 64])("is what `init: bilinear` gives a kernel of %i", (k) => {
    const [{ name, shape, initial }] = compileSpec(spec(`head y = x -> upconv(1, ${k}, stride: 2, init: bilinear)`)).network.nodes[0]!.parameters as [Parameter];
    const values = new Float32Array(k * k);
    fillInitial(values, initial, shape, name, 0, 0);
    agree([[...values]], [kernel(k).flatMap((a) => kernel(k).map((b) => a * b))], 6);
  });
});

test("where an element looks: bed of nails leaves gaps that see nothing", () => {
  const { analysis, network } = compileSpec(spec("head y = x -> bed_of_nails(3)"));
  const [rows] = analysis.geometry.get(network.outputs[0]!.value)!;
  if (typeof rows === "string" || rows.field === undefined) throw new Error("no field");
  const { low, high } = rows.field;
  expect([0, 1, 2, 3, 6].map((j) => evaluate(high, { j }) - evaluate(low, { j }) + 1)).toEqual([1, 0, 0, 1, 1]);
  expect(rows).toMatchObject({ stride: { numerator: 1, denominator: 3 }, centre: 0 });
});
