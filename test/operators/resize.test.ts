/** ONNX Runtime moves the transpositions of `layernorm` across what stands between two of them, and not everything there can bear it. */
import { expect, test } from "vitest";
import { type Value } from "../../src/runtime/session.js";
import { noise, runSpec } from "./run-spec.js";

const model = (channels: number, ...steps: readonly string[]): string =>
  `model M {\n  input x: [N, ${channels}, H, W]\n  head y = x -> ${steps.join(" -> ")}\n}\n`;
const normalised = "layernorm(affine: false)";
const targets = ["scale: 2", "scale: [0.75, 1]", "size: [H + 3, ceil(W/2)]", "size: [4, 1]", "like: x"];

/** The steps one after the other, each in a graph of its own. */
async function oneByOne(x: Value, steps: readonly string[]): Promise<Value> {
  let value = x;
  for (const step of steps) value = (await runSpec(model(x.shape[1]!, step), { x: value }))["y"]!.value;
  return value;
}

test.each(
  ["bilinear", "nearest", "bicubic"].flatMap((mode) => targets.flatMap((target) => [1, 4].map((channels) => [`resize(${target}, mode: ${mode})`, channels] as const))),
)("%s of %i channels between two layernorms", async (resize, channels) => {
  const x = noise([channels === 1 ? 1 : 2, channels, 12, 9]);
  const steps = [normalised, resize, normalised];
  // `like: x` and H mean the input of the whole, which has the size of the map that is resized.
  const expected = await oneByOne(x, steps);
  for (const options of [{}, { size: { batch: x.shape[0]!, height: 12, width: 9 } }]) {
    const { value, derived } = (await runSpec(model(channels, ...steps), { x }, options))["y"]!;
    expect(value.shape).toEqual(derived);
    expect(value.shape).toEqual(expected.shape);
    const far = (value.data as Float32Array).reduce((most, one, i) => Math.max(most, Math.abs(one - (expected.data as Float32Array)[i]!)), 0);
    expect(far).toBeLessThan(1e-4);
  }
});
