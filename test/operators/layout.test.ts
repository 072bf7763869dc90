/** Operators that move elements, against plain loops, with sizes that only the graph knows. */
import { expect, test } from "vitest";
import { operators } from "../../src/operators/index.js";
import { fraction, float32NotBelow } from "../../src/operators/fraction.js";
import { createSession } from "../../src/runtime/session.js";
import { inspect } from "../../src/analyses/inspect.js";
import { compileSpec, fileOf, floats, noise, runSpec } from "./run-spec.js";

const model = (...lines: readonly string[]): string => `model M() {\n${lines.map((line) => `  ${line}\n`).join("")}}\n`;
const counting = (shape: readonly number[]) => floats(shape, Array.from({ length: shape.reduce((a, b) => a * b, 1) }, (_, i) => i));

test("pixel_shuffle undoes space_to_depth", async () => {
  const x = noise([2, 3, 12, 18]);
  const { y } = await runSpec(model("input x: [N, 3, H, W] where H = 6*k, W = 6*m", "head y = x -> space_to_depth(3) -> space_to_depth(2) -> pixel_shuffle(2) -> pixel_shuffle(3)"), { x });
  expect(y!.value.shape).toEqual(x.shape);
  expect(y!.value.data).toEqual(x.data);
});

test("a slice takes from, to and step as they are said, with sizes of the input too", async () => {
  const x = counting([1, 1, 7, 4]);
  const { a, b, c, d } = await runSpec(
    model(
      "input x: [N, 1, H, W]",
      "head a = x -> slice(axis: 2, from: 2) -> slice(axis: 3, to: 1)",
      "head b = x -> slice(axis: 2, from: floor(H / 2), to: H - 1) -> slice(axis: 3, from: W - 1)",
      "head c = x -> slice(axis: 2, from: 1, step: 3) -> slice(axis: 3, to: 1)",
      "head d = x -> slice(axis: 2, step: 2) -> slice(axis: 3, to: 1)",
    ),
    { x },
  );
  for (const [found, expected] of [[a, [8, 12, 16, 20, 24]], [b, [15, 19, 23]], [c, [4, 16]], [d, [0, 8, 16, 24]]] as const) {
    expect(found!.value.shape).toEqual(found!.derived);
    expect([...(found!.value.data as Float32Array)]).toEqual(expected);
  }
});

test("split gives equal or given pieces", async () => {
  const x = counting([1, 6, 2, 4]);
  const results = await runSpec(
    model(
      "input x: [N, 6, H, W] where W = 2*k", "parts = x -> split(3)", "head a = parts[1]", "sized = x -> split(sizes: [1, 5])", "head b = sized[1]",
      "halves = x -> split(2, axis: 3)", "head c = halves[1]", "rest = x -> split(sizes: [1, W - 1], axis: 3)", "head d = rest[1]",
    ),
    { x },
  );
  for (const { value, derived } of Object.values(results)) expect(value.shape).toEqual(derived);
  expect(results["a"]!.value.data[0]).toBe(16);
  expect(results["b"]!.value.data[0]).toBe(8);
  expect(results["c"]!.value.data[0]).toBe(2);
  expect(results["d"]!.value.shape).toEqual([1, 6, 2, 3]);
});

test("reshape needs no arithmetic on sizes where copying an axis and -1 do", () => {
  const ops = (statement: string) => compileSpec(model("input x: [N, 4, H, W]", `head y = ${statement}`)).onnx.nodes.map(({ op }) => op);
  expect(ops("x -> reshape([N, 4, H*W])")).toEqual(["Reshape"]);
  expect(ops("x -> reshape([N, 2, -1, W])")).toEqual(["Reshape"]);
  expect(ops("x -> flatten")).toEqual(["Reshape"]);
  expect(ops("x -> reshape([N, 4, H, W])")).toEqual(["Identity"]);
});

test("what -1 stands for is worked out, and must come out whole", async () => {
  const text = model("input x: [N, 4, H, W]", "head y = x -> reshape([N, -1, 8, W])");
  expect([...compileSpec(text).network.legal.get("H")!.classes].map((interval) => interval?.low)).toEqual([2, undefined]);
  const { y } = await runSpec(text, { x: counting([1, 4, 6, 5]) });
  expect(y!.value.shape).toEqual([1, 3, 8, 5]);
  expect(y!.derived).toEqual([1, 3, 8, 5]);
});

test("a size that cannot be written is an error, not a guess", () => {
  const compiled = (statement: string) => compileSpec(model("input x: [N, 4, H, W]", `head y = x -> reshape([N, 4, H*W, 1]) -> ${statement}`));
  for (const statement of ["conv(4, [3, 1], stride: [2, 1])", "maxpool([2, 1])", "maxpool([2, 1], ceil: true)", "slice(axis: 2, step: 2)", "resize(scale: [0.5, 1])", "crop(like: x)"])
    expect(() => compiled(statement), statement).toThrow("shape/undecided");
  expect(compiled("conv(4, [3, 1]) -> resize(scale: [2, 1])")).toBeDefined();
});

test("tokens and back: attention over a map of unknown size", async () => {
  const text = model(
    "input x: [N, 4, H, W]", "t = x -> flatten(2) -> transpose([0, 2, 1])", "w = matmul(t, t -> transpose([0, 2, 1])) * 0.5 -> softmax(axis: 2)",
    "head y = matmul(w, t) -> transpose([0, 2, 1]) -> reshape([N, 4, H, W])",
  );
  const { y } = await runSpec(text, { x: noise([2, 4, 3, 5]) });
  expect(y!.value.shape).toEqual([2, 4, 3, 5]);
  expect(y!.derived).toEqual([2, 4, 3, 5]);
  // Twice (H*W)^2 * C for each image.
  expect(inspect(compileSpec(text, { size: { batch: 2, height: 3, width: 5 } })).macs).toBe(2 * 2 * 15 * 15 * 4);
});

test("a factor is the fraction that was written, and a runtime rounds the size as segc does", async () => {
  expect([0.5, 2, 1.5, 2.3, 1 / 3, 2 / 7, 0.7].map(fraction)).toEqual([[1, 2], [2, 1], [3, 2], [23, 10], [1, 3], [2, 7], [7, 10]]);
  expect([0, -1, Math.PI, NaN, Infinity, 1e-30].map(fraction)).toEqual(new Array(6).fill(undefined));
  expect(float32NotBelow([7, 10]) * 10).toBeGreaterThanOrEqual(7);
  const factors = [0.7, 0.29, 2.3, 1.1, 0.3, 1.7];
  const text = model("input x: [N, 1, H, W]", ...factors.map((factor, i) => `head y${i} = x -> resize(scale: [${factor}, 1], mode: nearest)`));
  const compiled = compileSpec(text);
  const session = await createSession(fileOf(compiled), { threads: 1 });
  for (let n = 4; n <= 400; n += 1) {
    const results = await session.run({ x: floats([1, 1, n, 1], new Float32Array(n)) });
    factors.forEach((factor, i) => expect(results[`y${i}`]!.shape[2], `${n} * ${factor}`).toBe(Math.floor((n * Math.round(factor * 100)) / 100)));
  }
  await session.release();
});

test.each(operators.filter(({ fold }) => fold !== undefined).map((operator) => [operator.name, operator] as const))("%s at compile time gives what it gives in the graph", async (name, operator) => {
  const x = floats([41], Array.from({ length: 41 }, (_, i) => (i - 20) / 4));
  const defaults = Object.fromEntries(Object.entries(operator.parameters).map(([parameter, spec]) => [parameter, "default" in spec ? spec.default : undefined]));
  if (Object.keys(operator.parameters)[0] !== "x") return;
  const folded = operator.fold!({ ...defaults, x: { type: "float32", shape: [], values: Float64Array.from(x.data as Float32Array) } });
  const { y } = await runSpec(model("input x: [L]", `head y = x -> ${name}`), { x });
  const found = y!.value.data as Float32Array;
  folded.forEach((value, i) => expect(Object.is(found[i], value) || Math.abs(found[i]! - value) <= 1e-5 * Math.max(1, Math.abs(value)) || (Number.isNaN(value) && Number.isNaN(found[i])) || value === found[i]).toBe(true));
});
