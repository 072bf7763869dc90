/** Every operator case that PyTorch computed (ops/*.json): the same values, and the shapes that segc derived. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import type { Value } from "../../src/runtime/session.js";
import { floats, runSpec } from "../operators/run-spec.js";
import { type OracleCase, type Tensor, type Written, total, write } from "./cases.js";

const folder = new URL("ops/", import.meta.url);

const valueOf = ({ dtype, shape, data }: Tensor): Value =>
  dtype === "int64" ? { type: "int64", shape, data: BigInt64Array.from(data.map(BigInt)) } : floats(shape, data.map(Number));

/** `fixed` writes every size as a number. */
function specOf(written: Written, fixed: boolean): string {
  const { inputs, body } = written;
  const declared = Object.entries(inputs).map(([name, [shape, tensor]]) => `input ${name}: ${fixed ? `[${tensor.shape.join(", ")}]` : shape}${tensor.dtype === "int64" ? " with type: int64" : ""}`);
  // Statements may name the sizes of the first input.
  const [shape, tensor] = Object.values(inputs)[0]!;
  const names = shape.slice(1, -1).split(", ");
  const lines = fixed ? body.map((line) => line.replace(/\b[NL]\b/g, (name) => String(tensor.shape[names.indexOf(name)]))) : body;
  return `model Case() {\n${[...declared, ...lines].map((line) => `  ${line}\n`).join("")}}\n`;
}

/** The largest difference over max(1, largest value); equal infinities and NaNs agree. */
function distance(actual: Value, expected: Tensor): number {
  const values = expected.data.map(Number).map(Math.fround);
  const largest = Math.max(1, ...values.filter(Number.isFinite).map(Math.abs));
  expect(actual.data.length).toBe(values.length);
  return Math.max(0, ...values.map((value, i) => {
    const found = Number(actual.data[i]);
    return Object.is(found, value) || found === value ? 0 : Number.isNaN(found - value) ? Infinity : Math.abs(found - value) / largest;
  }));
}

for (const file of readdirSync(folder)) {
  const { op, cases } = JSON.parse(readFileSync(new URL(file, folder), "utf8")) as { op: string; cases: readonly OracleCase[] };
  const writer = write[op];
  describe(op, () => {
    test("is written in .seg", () => expect(writer).toBeDefined());
    if (!writer) return;
    for (const one of cases)
      for (const fixed of [false, true])
        test(`${one.case}${fixed ? ", fixed sizes" : ""}`, async () => {
          const written = writer(one);
          const weights = Object.entries(written.weights ?? {}).filter((entry): entry is [string, Tensor] => entry[1] !== undefined);
          const feeds = Object.fromEntries([...Object.entries(written.inputs).map(([name, [, tensor]]) => [name, tensor] as const), ...weights].map(([name, tensor]) => [name, valueOf(tensor)]));
          const results = await runSpec(specOf(written, fixed), feeds);
          for (const [name, { value, derived }] of Object.entries(results)) {
            const expected = written.expected?.[name] ?? one.outputs[name === "y" ? "output" : name]!;
            expect(value.shape, name).toEqual(derived);
            expect(value.shape, name).toEqual(expected.shape);
            expect(total(value.shape)).toBe(expected.data.length);
            expect(distance(value, expected), name).toBeLessThanOrEqual(value.type === "int64" ? 0 : 3e-6);
          }
          expect(Object.keys(results).length).toBe(Object.keys(one.outputs).length);
        });
  });
}
