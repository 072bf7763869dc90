/** What the check of the numbers blames, and what it leaves alone. */
import { expect, test } from "vitest";
import type { LayerStats } from "../../src/validation/checks/numerics.js";
import { checked } from "./checked.js";

const net = (...lines: readonly string[]): string => `model Net {\n  input image: [N, 3, H, W]\n  ${lines.join("\n  ")}\n}\n`;
const size = { size: { height: 32, width: 32 } };
const numerics = (...lines: readonly string[]) => checked(net(...lines), "numerics", size);

test("each tensor with its mean, variance, zeros, extremes and gain", async () => {
  const { status, data, metrics } = await numerics("a = image -> conv(64, 3, bias: false) -> relu", "head y = a -> conv(2, 3, init: pytorch)");
  expect(status).toBe("pass");
  const layers = data as readonly LayerStats[];
  expect(layers.map(({ operator }) => operator)).toEqual(["conv", "relu", "conv"]);
  const [first, second, third] = layers as [LayerStats, LayerStats, LayerStats];
  // He's initialisation doubles the mean square, less what the border of zeros takes; a ReLU halves it and makes half of it zero.
  expect(first.gain!).toBeGreaterThan(1.6);
  expect(first.gain!).toBeLessThan(2.4);
  expect(second.zeros / second.count).toBeCloseTo(0.5, 1);
  expect((second.variance + second.mean ** 2) / first.variance).toBeCloseTo(0.5, 1);
  expect(second.min).toBe(0);
  expect(third.gain!).toBeCloseTo(1 / 3, 0);
  expect(third.gainBack).toBeCloseTo(third.gain! * 2 / 64, 6);
  expect(metrics!["widest"]! / metrics!["narrowest"]!).toBeGreaterThan(1);
});

test("He's initialisation by outputs keeps gradients: not a fault of the layer, but scores that are too sure", async () => {
  const { status, details } = await numerics("a = image -> conv(512, 3) -> batchnorm -> relu", "head y = a -> conv(2, 1, init: he_out)");
  expect([status, details]).toEqual(["warning", [expect.stringMatching(/^y: its scores spread over \d+(\.\d+)? before anything is learnt$/)]]);
});

test("what a normalisation follows may be as wide as it likes", async () => {
  const wide = "image -> conv(16, 3) -> relu -> conv(16, 3, init: normal, std: 2)";
  expect((await numerics(`a = ${wide} -> batchnorm -> relu`, "head y = a -> conv(2, 1)")).status).toBe("pass");
  expect(await numerics(`a = ${wide} -> relu`, "head y = a -> conv(2, 1)")).toMatchObject({ status: "failure", details: [expect.stringMatching(/multiplies the variance by \d+, and that of gradients by \d+/), expect.any(String)] });
});

test("a map of zeros around a few pixels is no growth", async () => {
  // The 1x1 convolution copies; cutting the border off raises the mean square and nothing else.
  expect((await numerics("a = image -> pad(64) -> conv(3, 97, padding: valid, init: identity)", "head y = a -> conv(2, 1, init: pytorch)")).status).toBe("pass");
});

test("decay: twenty layers that shrink", async () => {
  const layers = Array.from({ length: 20 }, (_, i) => `x${i} = ${i === 0 ? "image" : `x${i - 1}`} -> conv(8, 3, init: normal, std: 0.06, bias: false) -> relu`);
  const { status, details, metrics } = await numerics(...layers, "head y = x19 -> conv(2, 1)");
  expect(status).toBe("warning");
  expect(details![0]).toMatch(/^x\d+.*: values of about \S+e-5 for an image of about 1$/);
  expect(metrics!["narrowest"]).toBeLessThan(1e-4);
});

test("growth: beyond float16, then beyond all", async () => {
  const layers = (count: number): readonly string[] => Array.from({ length: count }, (_, i) => `x${i} = ${i === 0 ? "image" : `x${i - 1}`} -> conv(8, 3, init: normal, std: 0.6, bias: false) -> relu`);
  expect(await numerics(...layers(14), "head y = x13 -> conv(2, 1)")).toMatchObject({ status: "failure", details: expect.arrayContaining([expect.stringContaining("are beyond float16")]) });
  expect((await numerics(...layers(3), "head y = x2 -> conv(2, 1, init: pytorch)")).details!.filter((line) => line.includes("float16"))).toEqual([]);
});

test("dead units", async () => {
  const dead = await numerics("a = image -> conv(8, 3) -> relu", "b = a * -1 -> relu", "head y = concat(a, b, (a -> conv(8, 1))) -> conv(2, 1)");
  expect(dead).toMatchObject({ status: "warning", details: [expect.stringMatching(/^b.*: 8 of 8 channels have one value everywhere$/)], metrics: { dead_channels: 8 } });
  const partly = await numerics("a = image -> conv(2, 3) -> relu", "b = concat(a * -1, a * -1, image) -> relu", "head y = b -> conv(2, 1)");
  expect(partly).toMatchObject({ status: "warning", details: [expect.stringContaining("4 of 7 channels have one value everywhere")] });
  const fewer = await numerics("a = image -> conv(2, 3) -> relu", "b = concat(a * -1, image) -> relu", "head y = b -> conv(2, 1)");
  expect(fewer).toMatchObject({ status: "pass", metrics: { dead_channels: 2 } });
});

test("layers that start at zero on purpose are told", async () => {
  expect(await numerics("head y = image -> conv(2, 1, init: zeros)")).toMatchObject({ status: "pass", because: expect.stringContaining("start") });
});
