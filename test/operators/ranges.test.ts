/** Bounds of values: derived by interval arithmetic, held against what ONNX Runtime computes. */
import { describe, expect, test } from "vitest";
import { ranges } from "../../src/analyses/ranges.js";
import { operators } from "../../src/operators/index.js";
import type { Operator } from "../../src/operators/operator.js";
import { createSession } from "../../src/runtime/session.js";
import { compileSpec, fileOf, floats, noise } from "./run-spec.js";

const boundsOf = (...lines: readonly string[]) => {
  const { network } = compileSpec(`model M {\n  input image: [N, 3, H, W]\n${lines.map((line) => `  ${line}\n`).join("")}}\n`);
  const { low, high } = ranges(network).get(network.outputs[0]!.value)!;
  return [low, high];
};
const a = "a = image -> conv(2, 1) -> sigmoid";
const b = "b = image -> conv(2, 1) -> sigmoid";

test.each([
  ["logits", [-Infinity, Infinity], ["head y = image -> conv(1, 1)"]],
  ["a sigmoid", [0, 1], [a, "head y = a"]],
  ["resized", [0, 1], [a, "head y = a -> resize(scale: 2)"]],
  ["resized with overshoot", [-Infinity, Infinity], [a, "head y = a -> resize(scale: 2, mode: bicubic)"]],
  ["a mean of two", [0, 1], [a, b, "head y = (a + b) / 2"]],
  ["a mean over channels", [0, 1], [a, "head y = a -> reduce_mean([1])"]],
  ["a sum over channels", [0, Infinity], [a, "head y = a -> reduce_sum([1])"]],
  ["a weighted mean", [0, 1], [a, b, "head y = 0.25 * a + 0.75 * b"]],
  ["the other class", [0, 1], [a, "head y = 1 - a"]],
  ["a gate", [0, 1], [a, b, "head y = a * b"]],
  ["a difference", [-1, 1], [a, b, "head y = a - b"]],
  ["a quotient", [0, 0.5], [a, b, "head y = a / (2 + b)"]],
  ["a quotient by what may be 0", [-Infinity, Infinity], [a, b, "head y = a / b"]],
  ["one class of a softmax", [0, 1], ["head y = image -> conv(2, 1) -> softmax -> slice(axis: 1, from: 1)"]],
  ["its logarithm", [-Infinity, 0], ["head y = image -> softmax -> log"]],
  ["joined with logits", [-Infinity, Infinity], [a, "head y = concat(a, image)"]],
  ["joined with a tanh", [-1, 1], [a, "head y = concat(a, image -> tanh)"]],
  ["padded with 3", [0, 3], [a, "head y = a -> pad(1, value: 3)"]],
  ["a mean with zeros around", [0, 1], [a, "head y = 1 - a -> avgpool(3, stride: 1, padding: 1)"]],
  ["rectified", [0, Infinity], ["head y = image -> relu"]],
  ["a constant", [-1, 2], ["head y = constant([-1, 0, 2], shape: [1, 3, 1, 1])"]],
] as const)("%s", (_, bounds, lines) => expect(boundsOf(...lines)).toEqual(bounds));

describe("the example of every operator stays within its bounds", () => {
  const specOf = ({ example }: Operator): string => `model Example() {\n  input raw: [N, 4, H, W]\n  x = raw -> sigmoid\n  ${example.split("\n").join("\n  ")}\n  head out = y\n}\n`;

  test.each(operators.map((operator) => [operator.name, specOf(operator)]))("%s", async (_, text) => {
    const model = compileSpec(text);
    const { low, high } = ranges(model.network).get(model.network.outputs[0]!.value)!;
    const session = await createSession(fileOf(model), { threads: 1 });
    const weights = model.onnx.weights.map(({ name, shape }, index) => [name, floats(shape, (noise(shape, index).data as Float32Array).map((value) => 5 * Math.abs(value)))]);
    const raw = noise([2, 4, 12, 16]);
    const labels = { type: "int64", shape: [2, 12, 16], data: new BigInt64Array(2 * 12 * 16) } as const;
    const { out } = await session.run({
      raw: { ...raw, data: (raw.data as Float32Array).map((value) => 20 * value) },
      ...(text.includes("input labels") ? { labels } : {}),
      ...Object.fromEntries(weights),
    });
    await session.release();
    const slack = 1e-6; // rounding
    for (const value of out!.data as Float32Array) expect(value >= low - slack && value <= high + slack, `${value} in [${low}, ${high}]`).toBe(true);
  });
});
