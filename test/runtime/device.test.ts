import { existsSync, mkdtempSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, afterEach, beforeAll, describe, expect, test } from "vitest";
import { type Device, type DeviceOptions, openDevice } from "../../src/runtime/device.js";
import { chooseDevice, type Provider, tryProviders } from "../../src/runtime/providers.js";
import { nodeNamed } from "../../src/runtime/spec-line.js";
import { fillInitial } from "../../src/weights/initial-values.js";
import { writeModel } from "../../src/weights/write-model.js";
import { tinyModel } from "../onnx/tiny-model.js";

let folder: string;
let path: string;
const devices: Device[] = [];
const device = (options?: DeviceOptions): Device => {
  const one = openDevice(options);
  devices.push(one);
  return one;
};
beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), "segc-"));
  path = join(folder, "tiny.onnx");
  await writeModel(tinyModel, { path, values: (weight) => ({ read: (target, offset) => fillInitial(target, { kind: "uniform", bound: 1 }, weight.shape, weight.name, 0, offset) }) });
});
afterEach(() => devices.splice(0).forEach((one) => one.close()));
afterAll(() => rmSync(folder, { recursive: true }));

const image = (height: number, width = height) => ({ image: { type: "float32", shape: [1, 2, height, width], data: new Float32Array(2 * height * width).fill(1) } }) as const;
const gone = async (pid: number): Promise<boolean> => {
  for (let i = 0; i < 50; i++) {
    try {
      process.kill(pid, 0);
    } catch {
      return true;
    }
    await new Promise((resolve) => setTimeout(resolve, 50));
  }
  return false;
};

test("runs, in order, and gives values, statistics or shapes", async () => {
  const one = device();
  const session = await one.open(path);
  expect(session.inputs[0]).toMatchObject({ name: "image", shape: ["N", 2, "H", "W"] });
  const [first, stats, shape] = await Promise.all([
    session.run(image(4), { repeat: 3 }),
    session.run(image(5), { want: "stats" }),
    session.run(image(6), { want: "shape" }),
  ]);
  expect(first.times).toHaveLength(3);
  expect(first.outputs["y"]!.data).toHaveLength(48);
  expect(stats.outputs["y"]!.stats).toMatchObject({ count: 75, nan: 0, channels: 3 });
  expect(shape.outputs["y"]).toEqual({ type: "float32", shape: [1, 3, 6, 6] });
  await session.run(image(4), { want: "shape", keep: "a" });
  expect((await session.run(image(4), { want: "shape", against: "a" })).outputs["y"]!.difference).toMatchObject({ max: 0 });
  const { pid } = one;
  one.close();
  expect(await gone(pid!)).toBe(true);
  await expect(session.run(image(4))).rejects.toMatchObject({ kind: "cancelled" });
});

test("what takes too long is stopped with its process; the next request gets another", async () => {
  const one = device();
  const session = await one.open(path);
  const pid = one.pid!;
  await expect(session.run(image(64), { repeat: 100_000, timeout: 300 })).rejects.toMatchObject({ kind: "timeout", message: expect.stringContaining("was stopped") });
  expect(await gone(pid)).toBe(true);
  expect(session.alive).toBe(false);
  await expect(session.run(image(4))).rejects.toMatchObject({ kind: "disposed" });
  const again = await one.open(path);
  expect((await again.run(image(4), { want: "shape" })).outputs["y"]!.shape).toEqual([1, 3, 4, 4]);
});

test("a signal stops it", async () => {
  const stop = new AbortController();
  const one = device({ signal: stop.signal });
  const session = await one.open(path);
  const running = session.run(image(64), { repeat: 100_000 });
  setTimeout(() => stop.abort(), 100);
  await expect(running).rejects.toMatchObject({ kind: "cancelled" });
});

test("a device process that is killed is told as such", async () => {
  const one = device();
  const session = await one.open(path);
  const running = session.run(image(64), { repeat: 100_000 });
  setTimeout(() => process.kill(one.pid!, "SIGKILL"), 100);
  await expect(running).rejects.toMatchObject({ kind: "crashed", message: "the device process ended by SIGKILL" });
});

test("tensors without elements are refused before they reach the runtime", async () => {
  const session = await device().open(path);
  await expect(session.run({ image: { type: "float32", shape: [1, 2, 0, 4], data: new Float32Array() } })).rejects.toMatchObject({ kind: "feed" });
});

test("a runtime that is not there", async () => {
  await expect(device({ runtime: "/nowhere/onnxruntime" }).open(path)).rejects.toThrow("npm install onnxruntime-node");
});

test("devices that do not start say why and how to get them", async () => {
  const [cpu, webgpu, cuda] = await tryProviders(undefined, { environment: { VK_ICD_FILENAMES: "/nowhere/icd.json" } });
  expect(cpu).toMatchObject({ available: true, says: "works" });
  if (!webgpu!.available) expect(webgpu!.says).toContain("/nowhere/icd.json");
  expect(webgpu!.help.join()).toContain(webgpu!.available ? "" : "SwiftShader");
  if (!cuda!.available) expect(cuda!.help.join("\n")).toContain("CUDA 12");
});

const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";
test.skipIf(!existsSync(swiftShader))("SwiftShader is a GPU, and known to be software", async () => {
  const [webgpu] = await tryProviders(["webgpu"], { environment: { VK_ICD_FILENAMES: swiftShader } });
  expect(webgpu).toMatchObject({ available: true, software: true });
});

describe("the choice", () => {
  const provider = (name: Provider["name"], available: boolean, software = false): Provider => ({ name, available, software, says: "", help: [], raw: "", milliseconds: 1 });
  test.each([
    [[provider("cpu", true), provider("webgpu", true), provider("cuda", true)], "cuda"],
    [[provider("cpu", true), provider("webgpu", true), provider("cuda", false)], "webgpu"],
    [[provider("cpu", true), provider("webgpu", true, true), provider("cuda", false)], "cpu"],
    [[provider("cpu", true), provider("webgpu", false), provider("cuda", false)], "cpu"],
  ])("%#", (providers, device) => expect(chooseDevice(providers).device).toBe(device));
});

test("names with suffixes lead back to their node", () => {
  const nodes = ["node up", "node up.1", "node up.1/Conv"].map((name) => ({ op: "Conv", name, inputs: [], outputs: [], attributes: {} }));
  const model = { ...tinyModel, nodes };
  for (const [given, found] of [["node up.1_token_3", "node up.1"], ["node up.1/Conv_nchwc", "node up.1/Conv"], ["node up.10", undefined], ["node up", "node up"]] as const)
    expect(nodeNamed(model, given)?.name).toBe(found);
});
