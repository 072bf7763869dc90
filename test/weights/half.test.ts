import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import onnxProto from "onnx-proto";
import { afterAll, expect, test } from "vitest";
import { type CompiledModel, compile } from "../../src/compile.js";
import { parametersOf } from "../../src/network/network.js";
import { halfBits } from "../../src/onnx/half.js";
import type { OnnxModel } from "../../src/onnx/model.js";
import { toHalf } from "../../src/onnx/to-half.js";
import { createSession } from "../../src/runtime/session.js";
import { fillInitial } from "../../src/weights/initial-values.js";
import { HalfRounding } from "../../src/weights/half-weights.js";
import { parameterValues } from "../../src/weights/weight-values.js";
import { type WrittenModel, writeModel } from "../../src/weights/write-model.js";

const folder = mkdtempSync(join(tmpdir(), "segc-half-"));
afterAll(() => rmSync(folder, { recursive: true }));

function build(text: string, options: Parameters<typeof compile>[1] = {}): CompiledModel {
  const { model, problems } = compile({ path: "half.seg", text }, options);
  expect(problems.filter(({ severity }) => severity === "error")).toEqual([]);
  return model!;
}

async function write(model: CompiledModel, onnx: OnnxModel, name: string, change: (values: Float32Array, of: string) => void = () => undefined): Promise<WrittenModel> {
  const parameters = new Map(parametersOf(model.lowered).map((parameter) => [parameter.name, parameter]));
  return writeModel(onnx, {
    path: join(folder, name),
    values: (weight) => ({
      async read(target, offset) {
        await parameterValues(parameters.get(weight.name)!, 0).read(target, offset);
        change(target, weight.name);
      },
    }),
  });
}

async function run(name: string, shape: readonly number[]): Promise<Readonly<Record<string, Float32Array>>> {
  const session = await createSession(join(folder, name), { threads: 1 });
  try {
    const data = new Float32Array(shape.reduce((a, b) => a * b, 1));
    fillInitial(data, { kind: "uniform", bound: 1 }, shape, "image", 0, 0);
    expect(session.inputs.map(({ type }) => type)).toEqual(["float32"]);
    const results = await session.run({ [session.inputs[0]!.name]: { type: "float32", shape, data } });
    return Object.fromEntries(Object.entries(results).map(([key, value]) => (expect(value.type).toBe("float32"), [key, value.data as Float32Array])));
  } finally {
    await session.release();
  }
}

const zoo: readonly (readonly [spec: string, set: Readonly<Record<string, string>>, shape: readonly number[]])[] = [
  ["unet_same", { base: "8" }, [1, 3, 64, 64]],
  ["fast_scnn", {}, [1, 3, 64, 96]], // adaptive pooling, worked out in the graph
  ["enet", {}, [1, 3, 64, 64]], // unpooling with indices
];

test.each(zoo)("%s in half precision is itself to rounding", async (spec, set, shape) => {
  const text = readFileSync(join(import.meta.dirname, "../../specs", `${spec}.seg`), "utf8");
  const model = build(text, { set });
  const size = [shape[0]!, Number(model.onnx.inputs[0]!.shape[1]), ...shape.slice(2)];
  const single = await write(model, model.onnx, "single.onnx");
  const half = await write(model, toHalf(model.onnx), "half.onnx");
  expect(half.bytes / single.bytes).toBeLessThan(0.65);
  const [exact, rounded] = [await run("single.onnx", size), await run("half.onnx", size)];
  expect(Object.keys(rounded)).toEqual(Object.keys(exact));
  for (const [name, values] of Object.entries(exact)) {
    const most = values.reduce((largest, value) => Math.max(largest, Math.abs(value)), 0);
    const squares = values.reduce((sum, value, i) => sum + (value - rounded[name]![i]!) ** 2, 0);
    expect(Math.sqrt(squares / values.length) / most, name).toBeLessThan(0.01);
    expect(Math.sqrt(squares), name).toBeGreaterThan(0); // it did compute in half
  }
});

const text = `model Small {
  input image: [N, 3, H, W]
  a = image -> conv(4, 3) as conv1 -> batchnorm as bn1 -> relu
  head y = a -> conv(2, 1) as last -> resize(like: image)
  head z = y -> sigmoid
}
`;

test("weights are float16 to the bit, inputs and outputs float32, and sizes stay exact", async () => {
  const model = build(text);
  await write(model, toHalf(model.onnx), "small.onnx");
  const graph = onnxProto.onnx.ModelProto.decode(readFileSync(join(folder, "small.onnx"))).graph!;
  const weight = graph.initializer!.find(({ name }) => name === "conv1.weight")!;
  expect(weight.dataType).toBe(10);
  const expected = new Float32Array(108);
  await parameterValues(parametersOf(model.lowered)[0]!, 0).read(expected, 0);
  expect([...new Uint16Array(Uint8Array.from(weight.rawData!).buffer)]).toEqual([...expected].map(halfBits));
  for (const port of [...graph.input!, ...graph.output!]) expect(port.type!.tensorType!.elemType, port.name!).toBe(1);
  expect(Object.keys(await run("small.onnx", [1, 3, 6, 8]))).toEqual(["y", "z"]);
});

test("rounding is that of halfBits, for every kind of number", () => {
  const words = Uint32Array.from({ length: 200_000 }, (_, i) => Math.imul(i, 0x9e3779b1));
  words.set([0, 0x80000000, 0x387fffff, 0x38800000, 0x46ffffff, 0x47000000, 0x477fefff, 0x477ff000, 0x7f800000, 0xff800000, 0x7fc00000, 0x33000000, 0x33000001, 0x46ffe000, 0x46fff000]);
  const values = new Float32Array(words.buffer);
  const target = new Uint16Array(values.length);
  new HalfRounding().round(values, target);
  expect(target).toEqual(Uint16Array.from(values, halfBits));
});

test("what overflowed and what vanished is counted, weight by weight", async () => {
  const model = build(text);
  const written = await write(model, toHalf(model.onnx), "lossy.onnx", (values, of) => {
    if (of === "conv1.weight") values.set([70000, -1e30, 65504, 65519, 1e-9, 6e-8, 0], 0);
  });
  expect(written.halfLosses).toEqual([{ name: "conv1.weight", overflowed: 2, vanished: 1, largest: Math.fround(1e30) }]);
});
