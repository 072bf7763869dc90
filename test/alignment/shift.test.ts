/** The shift period holds at the sizes that are named, and at no others: measured in ONNX Runtime. */
import { describe, expect, test } from "vitest";
import { inspect } from "../../src/analyses/inspect.js";
import { check } from "../../src/compile.js";
import type { Session, Value } from "../../src/runtime/session.js";
import { contains, formula, sizesOf } from "../../src/tensor/index.js";
import { bytesOf, compiled, withSession } from "../property/run.js";

const net = (...lines: string[]): string => `model M() {\n  input image: [1, 2, H, W]\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
const coarse = "a = image -> conv(4, 3) -> relu -> maxpool(3, stride: 2, padding: 1) -> conv(4, 3, stride: 2, padding: 1)";
const corners = net(coarse, "head y = a -> resize(like: image, align_corners: true) -> conv(2, 1)");
const nested = net("a = image -> conv(4, 3, stride: 2, padding: 1) -> relu", "b = a -> conv(4, 3, stride: 2, padding: 1) -> resize(like: a, align_corners: true)", "head y = (a + b) -> resize(like: image)");
const halves = net(coarse, "head y = a -> resize(like: image) -> conv(2, 1)");
const nearest = net(coarse, "head y = a -> resize(like: image, mode: nearest) -> conv(2, 1)");
const factor = net(coarse, "head y = a -> resize(scale: 4) -> conv(2, 1)");
const factorCorners = net(coarse, "head y = a -> resize(scale: 4, align_corners: true) -> conv(2, 1)");
const unpooled = net("a = image -> conv(4, 3) -> relu", "p = a -> maxpool_indices(2, ceil: true)", "b = p.output -> conv(4, 3)", "head y = b -> unpool(p.indices, like: a) -> conv(2, 3)");

/** Largest difference, relative to the largest value, of two windows of one noise image `period` rows apart, where both see the same rows. */
async function follows(session: Session, size: number, period: number, margin: number): Promise<number> {
  const pixel = (channel: number, row: number, column: number): number => {
    const x = Math.sin(12.9898 * row + 78.233 * column + 37.719 * channel) * 43758.5453;
    return 2 * (x - Math.floor(x)) - 1;
  };
  const window = async (from: number): Promise<Value> => {
    const data = new Float32Array(2 * size * size);
    for (let c = 0, at = 0; c < 2; c++) for (let row = 0; row < size; row++) for (let column = 0; column < size; column++) data[at++] = pixel(c, row + from, column);
    return (await session.run({ image: { type: "float32", shape: [1, 2, size, size], data } }))["y"]!;
  };
  const [still, moved] = [await window(0), await window(period)];
  const [, , height, width] = still.shape as [number, number, number, number];
  let [worst, largest] = [0, 0];
  for (let row = margin; row < height - margin - period; row++)
    for (let column = 0; column < width; column++) {
      const [a, b] = [still.data[(row + period) * width + column] as number, moved.data[row * width + column] as number];
      worst = Math.max(worst, Math.abs(a - b));
      largest = Math.max(largest, Math.abs(a));
    }
  return worst / largest;
}

describe.each([
  ["align_corners to the image", corners, "4k + 1, k >= 0", 4],
  ["align_corners inside", nested, "4k + 2, k >= 0", 4],
  ["half pixels", halves, "4k, k >= 1", 4],
  ["nearest, which may round to the same pixels elsewhere", nearest, "4k, k >= 1", 4],
  ["by a factor", factor, "any size >= 1", 4],
  ["unpooling", unpooled, "any size >= 1", 2],
])("%s", (_, text, sizes, period) => {
  test(`moves by ${period} at ${sizes}`, async () => {
    const model = compiled(text);
    const { shiftPeriod, shiftSizes } = model.analysis;
    expect(shiftPeriod).toEqual([period, period]);
    const set = sizesOf(shiftSizes, "H");
    expect(formula(set)).toBe(sizes);
    await withSession(bytesOf(model.onnx), async (session) => {
      for (let size = 60; size < 66; size++) {
        const difference = await follows(session, size, period, 12);
        if (contains(set, size)) expect(difference, `at ${size}`).toBeLessThan(2e-5);
        else if (text !== nearest) expect(difference, `at ${size}`).toBeGreaterThan(1e-3);
      }
    });
  });
});

describe("none", () => {
  test("align_corners by a factor: n rows to 4n step by (n - 1)/(4n - 1)", async () => {
    const model = compiled(factorCorners);
    expect(model.analysis.shiftPeriod).toEqual([undefined, undefined]);
    expect(formula(sizesOf(model.analysis.shiftSizes, "H"))).toBe("no size");
    await withSession(bytesOf(model.onnx), async (session) => {
      for (const size of [60, 61, 64]) expect(await follows(session, size, 4, 12)).toBeGreaterThan(1e-3);
    });
  });
  test("maps of a fixed size whose grids differ: 16 rows to 64 with corners are not 64 rows", () => {
    const text = corners.replace("H, W]", "64, 64]").replace("head y = a", "head y = image + (a").replace("conv(2, 1)\n", "conv(2, 1))\n");
    expect(compiled(text).analysis.shiftPeriod).toEqual([undefined, undefined]);
  });
  test("where the author accepts no size at which it holds", () => {
    const text = corners.replace("H, W]", "H, W] where H = 4*k, W = 4*m");
    expect(compiled(text).analysis.shiftPeriod).toEqual([undefined, undefined]);
  });
});

test("inspect says at which sizes", () => {
  const report = inspect(check({ path: "net.seg", text: corners }).models[0]!);
  expect(report.shift_period).toBe(4);
  expect(report.shift_sizes["H"]).toEqual({ modulus: 4, residues: [1], minimum: 1, formula: "4k + 1, k >= 0" });
  expect(report.tiling["H"]).toMatchObject({ stride: expect.any(Number) });
  expect(report.tiling["H"]!.tile % 4).toBe(1);
});
