/** What every operator of the registry owes: documentation, an example that runs, shapes and geometry that are true. */
import { describe, expect, test } from "vitest";
import type { CompileOptions } from "../../src/compile.js";
import { operators } from "../../src/operators/index.js";
import type { Operator } from "../../src/operators/operator.js";
import { type Value, createSession } from "../../src/runtime/session.js";
import { evaluate } from "../../src/tensor/index.js";
import { compileSpec, fileOf, floats, noise, runSpec } from "./run-spec.js";

const sizes = [[12, 16], [24, 20]] as const;

const specOf = ({ example }: Operator): string => `model Example() {\n  input x: [N, 4, H, W]\n  ${example.split("\n").join("\n  ")}\n  head out = y\n}\n`;

function feedsFor(text: string, height: number, width: number, options: CompileOptions = {}): Record<string, Value> {
  const weights = compileSpec(text, options).onnx.weights.map(({ name, shape }, index): [string, Value] => {
    // Variances are positive.
    return [name, floats(shape, (noise(shape, index + 1).data as Float32Array).map(Math.abs))];
  });
  // Operators that take class indices declare an input for them.
  const labels: Value = { type: "int64", shape: [2, height, width], data: BigInt64Array.from({ length: 2 * height * width }, (_, i) => BigInt(i % 7 === 0 ? 255 : i % 4)) };
  return { x: noise([2, 4, height, width]), ...(text.includes("input labels") ? { labels } : {}), ...Object.fromEntries(weights) };
}

test("names are unique", () => {
  expect(new Set(operators.map(({ name }) => name)).size).toBe(operators.length);
});

describe.each(operators.map((operator) => [operator.name, operator] as const))("%s", (_, operator) => {
  const text = specOf(operator);

  test("is documented", () => {
    expect(operator.doc).toMatch(/[.:]/);
    for (const [parameter, { doc }] of Object.entries(operator.parameters)) expect(doc, parameter).not.toBe("");
    expect(operator.example).toContain("y = ");
  });

  test("has the shape that ONNX Runtime gives, and the same values with open and with fixed sizes", async () => {
    for (const [height, width] of sizes) {
      const feeds = feedsFor(text, height, width);
      const open = (await runSpec(text, feeds))["out"]!;
      const fixed = (await runSpec(text, feeds, { size: { batch: 2, height, width } }))["out"]!;
      expect(open.value.shape).toEqual(open.derived);
      expect(fixed.value.shape).toEqual(open.derived);
      const [data, other] = [open.value.data as Float32Array, fixed.value.data as Float32Array];
      const largest = data.reduce((most, value) => Math.max(most, Math.abs(value)), 1);
      const distance = data.reduce((most, value, i) => Math.max(most, Math.abs(value - other[i]!)), 0);
      expect(distance / largest).toBeLessThan(3e-6);
    }
  });

  test("gives the same bytes twice", () => {
    expect(Buffer.from(fileOf(compileSpec(text))).equals(Buffer.from(fileOf(compileSpec(text))))).toBe(true);
  });

  test("looks no further into the input than its geometry says", async () => {
    const [height, width] = sizes[0];
    const model = compileSpec(text);
    const seen = model.analysis.geometry.get(model.network.outputs[0]!.value);
    const shape = model.network.values[model.network.outputs[0]!.value]!.type.shape;
    if (!seen || shape.length !== 4) return;
    const session = await createSession(fileOf(model), { threads: 1 });
    const feeds = feedsFor(text, height, width);
    const run = async (x: Value) => (await session.run({ ...feeds, x }))["out"]!;
    const before = await run(feeds["x"]!);
    const [, , rows, columns] = before.shape as [number, number, number, number];
    for (const side of [0, 1] as const) {
      const one = seen[side];
      if (typeof one === "string" || !one.field) continue;
      const { field } = one;
      const size = side === 0 ? height : width;
      for (let at = 0; at < size; at++) {
        const data = (feeds["x"]!.data as Float32Array).map((value, i) => ((side === 0 ? Math.floor(i / width) % height : i % width) === at ? -value : value));
        const after = await run({ ...feeds["x"]!, data } as Value);
        for (const [i, value] of (after.data as Float32Array).entries()) {
          if (Object.is(value, (before.data as Float32Array)[i])) continue;
          const j = side === 0 ? Math.floor(i / columns) % rows : i % columns;
          const [low, high] = [evaluate(field.low, { j }), evaluate(field.high, { j })];
          // What looks beyond the border may meet a mirror there.
          if (low >= 0 && high < size) expect({ side, j, at, sees: at >= low && at <= high }).toEqual({ side, j, at, sees: true });
        }
      }
    }
    await session.release();
  });
});
