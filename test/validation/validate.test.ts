import { existsSync, readFileSync, readdirSync } from "node:fs";
import { tmpdir } from "node:os";
import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { tryProviders } from "../../src/runtime/providers.js";
import { checks } from "../../src/validation/checks/index.js";
import { probeOf } from "../../src/validation/probe.js";
import { holdTo, readThresholds } from "../../src/validation/thresholds.js";
import { validate } from "../../src/validation/validate.js";
import { compareAll, comparisonText } from "../../src/validation/compare.js";
import { skipped } from "../../src/validation/result.js";
import { checked } from "./checked.js";

const compiled = (path: string, set: Record<string, string> = {}) => compile({ path, text: readFileSync(path, "utf8") }, { set }).model!;

test("a U-Net: every check passes, or says why not", async () => {
  const results = await validate({ model: compiled("specs/unet.seg", { base: "2" }), threads: 1, size: { height: 188, width: 188 } });
  expect(Object.fromEntries(results.map(({ check, status }) => [check, status]))).toEqual({
    shapes: "pass", receptive_field: "pass", coverage: "pass", geometry: "pass", shift: "pass", seams: "pass", numerics: expect.stringMatching(/pass|warning/), loss: "skipped", upsampling: "skipped",
    devices: "skipped", repeatability: "pass", latency: "pass", memory: "pass", proxies: "pass",
  });
  for (const { status, because, figure } of results) expect(status === "skipped" ? because : figure).toBeTruthy();
  expect(results.find(({ check }) => check === "receptive_field")!.metrics).toMatchObject({ "size.logits": 204, different: 0 });
});

test.each([
  ["VGG16 to pool5", "use std.vgg { vgg_features, vgg16 }\nmodel Net { input image: [N, 3, H, W]\n f = image -> vgg_features(vgg16)\n head y = f.pool5 }", 212],
  ["the context module", "model Net { input image: [N, 4, H, W]\n x[0] = image\n let rates = [1, 1, 2, 4, 8, 16, 1]\n for i in 1..7 { x[i] = x[i-1] -> conv(4, 3, dilation: rates[i-1]) -> relu }\n head y = x[7] -> conv(2, 1) }", 67],
  ["torchvision's ResNet-18", "use std.resnet { resnet18 }\nmodel Net { input image: [N, 3, H, W]\n head y = (image -> resnet18).c5 }", 435],
])("receptive fields of the sheets: %s", async (_, text, size) => {
  expect(await checked(text, "receptive_field")).toMatchObject({ status: "pass", metrics: { "size.y": size } });
});

test("nothing is left behind", async () => {
  const before = readdirSync(tmpdir()).filter((name) => name.startsWith("segc-validate-"));
  await checked("model Net { input image: [N, 3, H, W]\n head y = image -> conv(2, 3) }", "shapes");
  const stop = new AbortController();
  const model = compiled("specs/unet.seg", { base: "4" });
  const running = validate({ model, signal: stop.signal, threads: 1 });
  setTimeout(() => stop.abort(), 1500);
  await expect(running).rejects.toMatchObject({ kind: "cancelled" });
  expect(readdirSync(tmpdir()).filter((name) => name.startsWith("segc-validate-") && !before.includes(name) && existsSync(`${tmpdir()}/${name}`) && readdirSync(`${tmpdir()}/${name}`).length === 0)).toEqual([]);
});

test("what has no box or no loss is skipped, with its reason", async () => {
  const text = "model Net { input image: [N, 3, H, W]\n a = image -> conv(4, 3)\n head y = a * (a -> global_avgpool -> sigmoid) -> conv(2, 1) }";
  expect(await checked(text, "shift")).toMatchObject({ status: "skipped", because: expect.stringContaining("whole image") });
  expect(await checked(text, "receptive_field")).toMatchObject({ status: "pass", figure: expect.stringContaining("whole image") });
  expect(await checked(text, "loss")).toMatchObject({ status: "skipped", because: "the spec has no `loss`" });
});

test("sizes are those that `where` accepts", async () => {
  const text = "model Net { input image: [N, 3, H, W] where H = 8*k + 1, W = 8*m + 1 with natural: [60, 60]\n head y = image -> conv(2, 3, stride: 8) -> resize(size: [(H-1)/8 + 1, W]) }";
  expect(await checked(text, "shapes")).toMatchObject({ status: "pass", figure: expect.stringContaining("at 1x1, 2x1x1, 57x57") });
});

test.each([
  ["bed of nails", "a -> bed_of_nails(2)"], ["sub-pixels", "a -> conv(16, 3) -> pixel_shuffle(2)"], ["unpooling", "(a -> maxpool_indices(2)).output -> conv(4, 3) -> unpool((a -> maxpool_indices(2)).indices, like: a)"],
])("the probe goes through %s", async (_, step) => {
  const text = `model Net { input image: [N, 3, H, W]\n a = image -> conv(4, 3) -> relu\n head y = ${step} -> conv(2, 3) }`;
  for (const check of ["receptive_field", "geometry", "coverage"]) expect(await checked(text, check), check).toMatchObject({ status: "pass" });
});

test("the probe says what it cannot reduce", () => {
  const { onnx } = compile({ path: "net.seg", text: "model Net { input image: [N, 4, H, W]\n head y = image -> space_to_depth(2) }" }).model!;
  expect(probeOf(onnx, "linear")).toContain("cannot be reduced");
});

test("thresholds", () => {
  const names = checks.map(({ name }) => name);
  expect(readThresholds("{", names)).toContain("no JSON");
  expect(readThresholds('{"latencies.median": {"max": 1}}', names)).toContain("there is no check");
  expect(readThresholds('{"latency.median": {"most": 1}}', names)).toContain("no bound");
  expect(readThresholds('{"latency": {"status": "fine"}}', names)).toContain("no bound");
  for (const nothing of ["[]", "{}", "null", "120"]) expect(readThresholds(`{"latency.median": ${nothing}}`, names)).toContain("must have `min`, `max`, `equals` or `status`");
  const thresholds = readThresholds('{"latency.median": {"max": 10}, "seams": {"status": "pass"}}', names);
  if (typeof thresholds === "string") throw new Error(thresholds);
  const result = { status: "pass", figure: "", threshold: "", metrics: { median: 12 } } as const;
  expect(holdTo(result, "latency", thresholds)).toMatchObject({ status: "failure", details: ["latency.median is 12, and the threshold file wants <= 10"] });
  expect(holdTo({ ...result, metrics: { median: 9 } }, "latency", thresholds).status).toBe("pass");
  expect(holdTo(skipped("no"), "seams", thresholds).status).toBe("failure");
});

test("compare: side by side, with what no other beats", async () => {
  const rows = await compareAll(["2", "4"].map((base) => ({ name: `base=${base}`, model: compiled("specs/unet.seg", { base }) })), { device: undefined });
  expect(rows.map(({ pareto }) => pareto)).toEqual([true, false]);
  expect(comparisonText(rows)).toMatch(/parameters +\S+ k +\S+ k/);
});

const swiftShader = "/usr/lib/chromium/vk_swiftshader_icd.json";
test.skipIf(!existsSync(swiftShader))("WebGPU on SwiftShader agrees with the CPU", async () => {
  process.env["VK_ICD_FILENAMES"] = swiftShader;
  process.env["LD_LIBRARY_PATH"] ??= "/usr/lib/chromium";
  const providers = await tryProviders(["cpu", "webgpu"]);
  const text = "model Net { input image: [N, 3, H, W]\n a = image -> conv(4, 3) -> relu\n p = a -> maxpool_indices(2)\n head y = p.output -> unpool(p.indices, like: a) -> conv(2, 3) }";
  expect(await checked(text, "devices", { providers, size: { height: 32, width: 32 } })).toMatchObject({ status: "pass", figure: expect.stringContaining("0 left to the CPU") });
  const overlapping = text.replace("maxpool_indices(2)", "maxpool_indices(3, stride: 2, padding: 1)");
  expect(await checked(overlapping, "devices", { providers, size: { height: 32, width: 32 } })).toMatchObject({ status: "warning", details: ["webgpu leaves 1 MaxPool to the CPU", "webgpu leaves 1 MaxUnpool to the CPU"] });
  const wrong = "model Net { input image: [N, 3, H, W]\n head y = image -> conv(4, 3) -> relu -> conv(2, 3) -> resize(scale: 2) }";
  expect(await checked(wrong, "devices", { providers, size: { height: 32, width: 32 } })).toMatchObject({ status: "pass", figure: expect.stringContaining("0 left to the CPU") });
});
