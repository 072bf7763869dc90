/** Tiling plans and levels: the numbers of the papers, and that stitched tiles are the whole image in ONNX Runtime. */
import { readFileSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { legalSizes } from "../../src/analyses/alignment.js";
import { geometry } from "../../src/analyses/geometry.js";
import { inspect } from "../../src/analyses/inspect.js";
import { tiling, tilingFrom } from "../../src/analyses/tiling.js";
import { check } from "../../src/compile.js";
import type { Value } from "../../src/runtime/session.js";
import { bytesOf, compiled, image, withSession } from "../property/run.js";

const spec = (name: string): string => readFileSync(`specs/${name}.seg`, "utf8");
const inspected = (name: string) => inspect(check({ path: `${name}.seg`, text: spec(name) }).models[0]!);

describe("levels", () => {
  test.each([
    ["unet", "any size >= 188", "16k + 124, k >= 4", "16k + 124, k >= 4"],
    ["unet_same", "16k, k >= 1", "16k, k >= 1", "16k, k >= 1"],
    ["fcn8s", "any size >= 1", "any size >= 1", "any size >= 1"],
    ["deeplabv3", "any size >= 1", "any size >= 1", "16k + 1, k >= 0"],
    ["segnet", "any size >= 1", "any size >= 1", "any size >= 1"],
    ["deeplabv3_torchvision", "any size >= 1", "any size >= 1", "no size"],
  ])("%s", (name, runs, lossless, centred) => {
    const { levels } = inspected(name);
    const { H } = levels;
    expect([H!.runs.formula, H!.lossless.formula, H!.centred.formula]).toEqual([runs, lossless, centred]);
  });

  test("what lies apart is named, in pixels and elements", () => {
    expect(inspected("bisenetv2").offsets[0]).toEqual({ path: "bga.mul", left: "bga.left1.2", right: "bga.sigmoid", pixels: -12, elements: -1.5 });
    expect(inspected("deeplabv3_torchvision").offsets).toContainEqual({ path: "out", left: "image", right: "out", pixels: -3.5, elements: -3.5 });
    expect(inspected("unet").offsets).toEqual([]);
  });
});

describe("tiling", () => {
  test("U-Net: 384, not 388", () => {
    expect(inspected("unet").tiling["H"]).toEqual({ tile: 572, stride: 384, overlap: 188, output: 388, margin: [0, 0] });
  });
  test("none where something sees the whole image", () => {
    expect(inspected("deeplabv3").tiling["H"]).toBeNull();
  });

  const valid = `model M() {
  input image: [1, 1, H, W]
  d[0] = image -> conv(4, 3, padding: valid) -> relu
  for i in 1..2 { d[i] = d[i-1] -> maxpool(2) -> conv(4, 3, padding: valid) -> relu }
  u[2] = d[2]
  for i in 1 downto 0 {
    up = u[i+1] -> upconv(4, 2, stride: 2)
    u[i] = concat(d[i] -> crop(like: up), up) -> conv(4, 3, padding: valid) -> relu
  }
  head y = u[0] -> conv(2, 1)
}`;
  const padded = `model M() {
  input image: [1, 1, H, W]
  a = image -> conv(4, 3) -> relu
  b = a -> maxpool(2) -> conv(4, 3, dilation: 2) -> relu -> conv(4, 3, stride: 2, padding: 1) -> relu -> conv(4, 3) -> relu
  c = concat(a, b -> resize(like: a)) -> conv(4, 3) -> relu
  head y = c -> conv(2, 1)
}`;
  const deconvolved = `model M() {
  input image: [1, 1, H, W]
  a = image -> conv(4, 3, stride: 2, padding: 1) -> relu -> avgpool(3, stride: 2, padding: 1)
  b = a -> upconv(4, 4, stride: 2, padding: 1) -> relu
  head y = b -> upconv(2, 3, stride: 2, padding: 1, extra: 1)
}`;

  const corners = `model M() {
  input image: [1, 1, H, W]
  a = image -> conv(4, 3) -> relu -> maxpool(3, stride: 2, padding: 1) -> conv(4, 3, stride: 2, padding: 1) -> relu
  head y = a -> resize(like: image, align_corners: true) -> conv(2, 3)
}`;

  test.each([["corners", corners, 60, 5], ["valid", valid, 92, 5], ["padded", padded, 64, 5], ["deconvolved", deconvolved, 48, 4]])("%s: tiles put side by side are the whole image", async (_, text, least, count) => {
    const model = compiled(text);
    const { network } = model;
    const plan = tilingFrom(network, geometry({ ...network, legal: legalSizes(network, "lossless") }), 0, { H: least, W: least })!;
    expect(plan).toBeDefined();
    const { tile } = plan;
    const whole = plan.tile + (count - 1) * plan.stride;
    const input = image([1, 1, whole, tile]);
    await withSession(bytesOf(model.onnx), async (session) => {
      const all = (await session.run({ image: input }))["y"]!;
      const width = all.shape[3]!;
      const rows = (value: Value, channel: number, from: number, to: number): Float32Array =>
        (value.data as Float32Array).slice((channel * value.shape[2]! + from) * width, (channel * value.shape[2]! + to) * width);
      const worstAt = async (stride: number): Promise<number> => {
        let worst = 0;
        for (let k = 0; k < count - 1; k++) {
          const part: Value = { type: "float32", shape: [1, 1, tile, tile], data: (input.data as Float32Array).slice(k * stride * tile, (k * stride + tile) * tile) };
          const out = (await session.run({ image: part }))["y"]!;
          const [first] = plan.margin;
          for (const channel of [0, 1]) {
            const [a, b] = [rows(out, channel, first, first + plan.stride), rows(all, channel, k * stride + first, k * stride + first + plan.stride)];
            for (const [i, value] of a.entries()) worst = Math.max(worst, Math.abs(value - b[i]!));
          }
        }
        return worst;
      };
      expect(await worstAt(plan.stride)).toBeLessThan(1e-5);
      // Beside the shift period it is another result.
      expect(await worstAt(plan.stride + 1)).toBeGreaterThan(1e-3);
    });
  });

  test("the margin is not larger than it must be: one row more differs", async () => {
    const model = compiled(padded);
    const plan = tiling(model.network, model.analysis.geometry, 0, { H: 64, W: 64 })!;
    const whole = image([1, 1, 128, 64]);
    await withSession(bytesOf(model.onnx), async (session) => {
      const [all, part] = [
        (await session.run({ image: whole }))["y"]!,
        (await session.run({ image: { type: "float32", shape: [1, 1, 64, 64], data: (whole.data as Float32Array).slice(0, 64 * 64) } }))["y"]!,
      ];
      const differs = (row: number): boolean =>
        [...(part.data as Float32Array).slice(row * 64, (row + 1) * 64)].some((value, i) => Math.abs(value - (all.data as Float32Array)[row * 64 + i]!) > 1e-6);
      const behind = plan.output - plan.margin[1];
      expect(differs(behind - 1)).toBe(false);
      expect(Array.from({ length: plan.margin[1] }, (_, i) => behind + i).some(differs)).toBe(true);
    });
  });
});
