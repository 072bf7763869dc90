/** Networks of the zoo on WebGPU, in software: tensor by tensor as on the CPU, and the nodes where they are predicted to be. */
import { existsSync, readFileSync } from "node:fs";
import { beforeAll, describe, expect, test } from "vitest";
import { type Provider, tryProviders } from "../../src/runtime/providers.js";
import type { OnnxModel } from "../../src/onnx/model.js";
import type { DeviceComparison } from "../../src/validation/checks/devices.js";
import { checked } from "./checked.js";

const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";
const spec = (name: string): string => readFileSync(`specs/${name}.seg`, "utf8");

/** PSPNet with another trunk: ResNet-50 alone takes SwiftShader a minute. The pyramid, the heads and the resizes are its own. */
const pspnet = spec("pspnet")
  .replace(/^use std.resnet.*\n/m, "")
  .replace(/encoder backbone = .*/, "encoder {\n    c4 = image -> conv(8, 3, stride: 2, padding: 1) -> relu -> conv(16, 3, stride: 2, padding: 1) -> relu -> conv(16, 3, stride: 2, padding: 1) -> batchnorm -> relu\n    c5 = c4 -> conv(32, 3, dilation: 2) -> batchnorm -> relu\n  }")
  .replaceAll("backbone.", "")
  .replaceAll("(512", "(16")
  .replaceAll("(256", "(16")
  .replace(/\n {2}let d = [^]*\n}/, "\n}");

describe.skipIf(!existsSync(swiftShader))("on SwiftShader", () => {
  let providers: readonly Provider[];
  beforeAll(async () => {
    process.env["VK_ICD_FILENAMES"] = swiftShader;
    process.env["LD_LIBRARY_PATH"] ??= "/usr/lib/chromium";
    providers = await tryProviders(["cpu", "webgpu"]);
    expect(providers[1]).toMatchObject({ available: true, software: true });
  }, 60_000);

  /** `difference`: relative to each tensor's largest value, measured, with room for another driver. */
  test.each([
    ["U-Net", spec("unet"), 188, { base: "2" }, 1e-5],
    ["FCN-8s", spec("fcn8s"), 16, { width: "4", hidden: "16" }, 1e-5],
    ["SegNet", spec("segnet"), 33, { classes: "3" }, 1e-4],
    ["DeepLab v3+", spec("deeplabv3plus_mobilenet"), 33, {}, 1e-4],
    ["PSPNet", pspnet, 41, { aux: "false" }, 1e-4],
    ["ENet", spec("enet"), 32, {}, 1e-4],
  ])("%s", async (name, text, side, set, difference) => {
    const { status, figure, data, metrics } = await checked(text, "devices", { providers, size: { height: side, width: side } }, set);
    const [found] = data as readonly DeviceComparison[];
    expect(found!.first, figure).toBeUndefined();
    expect(found!.largest).toBeLessThan(difference);
    expect(found!.largest).toBeGreaterThan(0);
    expect(found!.stayed).toBeGreaterThan(10);
    // Adaptive pooling works its windows out of the size.
    if (name !== "PSPNet") expect(found!.left).toEqual({});
    // What leaves is what the lint says will leave.
    expect([found!.unpredicted, found!.stayedAfterAll]).toEqual([[], []]);
    expect(status).toBe(metrics!["left.webgpu"] === 0 && found!.flipped === undefined ? "pass" : "warning");
  }, 240_000);

  const local = "model Net {\n  input image: [N, 3, H, W]\n  a = image -> conv(4, 3) -> relu\n  b = a -> lrn(size: 3)\n  head y = b -> conv(2, 3)\n}\n";
  const size = { height: 16, width: 16 };

  test("a step that leaves, as predicted: named, and a warning", async () => {
    const { status, details, data } = await checked(local, "devices", { providers, size });
    expect([status, details]).toEqual(["warning", ["webgpu leaves 1 LRN to the CPU"]]);
    expect(data).toMatchObject([{ device: "webgpu", left: { LRN: 1 }, predicted: ["b.lrn"], unpredicted: [], stayedAfterAll: [] }]);
  }, 60_000);

  test("none leaves, none is predicted to", async () => {
    const { status, figure, data } = await checked(local.replace("lrn(size: 3)", "conv(4, 1)"), "devices", { providers, size });
    expect(status).toBe("pass");
    expect(figure).toMatch(/0 left to the CPU, as predicted \(0 steps\)$/);
    expect(data).toMatchObject([{ predicted: [], left: {} }]);
  }, 60_000);

  const swapped = (from: string, to: string) => (model: OnnxModel): OnnxModel => ({ ...model, nodes: model.nodes.map((node) => (node.op === from ? { ...node, op: to, attributes: {} } : node)) });

  test("a step that leaves and was not predicted to", async () => {
    const { status, details, metrics } = await checked(local.replace("-> lrn(size: 3)", "-> tanh"), "devices", { providers, size, tamper: swapped("Tanh", "Softsign") });
    expect([status, details]).toEqual(["warning", ["webgpu: b.tanh (Softsign) left, which is not predicted", "webgpu leaves 1 Softsign to the CPU"]]);
    expect(metrics).toMatchObject({ "left.webgpu": 1, "mispredicted.webgpu": 1 });
  }, 60_000);

  test("a step that was predicted to leave and stayed", async () => {
    const { status, details } = await checked(local, "devices", { providers, size, tamper: swapped("LRN", "Relu") });
    expect([status, details]).toEqual(["warning", ["webgpu: b.lrn is predicted to leave, and stayed"]]);
  }, 60_000);
});
