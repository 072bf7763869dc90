import { mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { readLabels } from "../../src/vision/read-image.js";
import { built, root, run } from "./segc.js";

const image = join(root, "examples/street.png");
let folder: string;
beforeAll(async () => {
  await built();
  folder = mkdtempSync(join(tmpdir(), "segc-predict-"));
  writeFileSync(join(folder, "same.seg"), "model Same() {\n  input image: [N, 3, H, W] with order: bgr, scale: 255, mean: [104, 117, 123]\n  head y = image -> maxpool(4) -> conv(3, 1) -> resize(scale: 4)\n}\n");
  writeFileSync(join(folder, "valid.seg"), "model Valid() {\n  input image: [N, 1, H, W]\n  head y = image -> conv(2, 41, padding: valid)\n}\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));
const here = (words: readonly string[]) => run(["predict", ...words], { cwd: folder });

test("the nearest lossless size is taken and said; labels come back at the image's size", async () => {
  const { status, stdout, stderr } = here(["same.seg", image]);
  expect(status).toBe(0);
  expect(stderr).toContain("the image is 375x500; it is resized to 376x500, the nearest size that fits");
  expect(stdout).toMatch(/y\s+\[1, 3, 376, 500\]\s+\[1, 3, 376, 500\]\s+equal/);
  expect(stdout).toContain("street.same.png");
  expect(await readLabels(join(folder, "street.same.png"))).toMatchObject({ width: 500, height: 375 });
});

test("a network without padding labels the middle, which is not stretched", async () => {
  const { status, stdout } = here(["valid.seg", image, "--size", "60x80", "--out", "middle.png", "--json"]);
  expect(status).toBe(0);
  const facts = JSON.parse(stdout);
  expect(facts).toMatchObject({ schema: 1, size: { height: 60, width: 80 }, outputs: [{ name: "y", derived: [1, 2, 20, 40], actual: [1, 2, 20, 40], equal: true }], labels: { file: "middle.png", covers_image: false } });
  expect(facts.labels.histogram.reduce((sum: number, { pixels }: { pixels: number }) => sum + pixels, 0)).toBe(800);
  expect(await readLabels(join(folder, "middle.png"))).toMatchObject({ width: 40, height: 20 });
});

test("with a compiled model: the same labels", () => {
  run(["compile", "same.seg", "--out", "same.onnx"], { cwd: folder });
  here(["same.seg", image, "--size", "40", "--out", "own.png"]);
  expect(here(["same.seg", image, "--size", "40", "--onnx", "same.onnx", "--out", "given.png"]).status).toBe(0);
  expect(readFileSync(join(folder, "given.png"))).toEqual(readFileSync(join(folder, "own.png")));
  expect(here(["valid.seg", image, "--onnx", "same.onnx"]).status).not.toBe(0);
});

/** Every pixel of `zero` is 0, whatever the image. */
test.each([
  ["a logit below 0", "zero - 0.1", 0],
  ["a logit above 0", "zero + 0.1", 1],
  ["a probability below a half", "zero - 0.1 -> sigmoid", 0],
  ["a probability above a half", "zero + 0.1 -> sigmoid", 1],
  ["a mean of probabilities below a half", "((zero - 3 -> sigmoid) + (zero + 2 -> sigmoid)) / 2 -> resize(scale: 2)", 0],
  ["a mean of probabilities above a half", "((zero + 3 -> sigmoid) + (zero - 2 -> sigmoid)) / 2 -> resize(scale: 2)", 1],
  ["one probability of two, below a half", "concat(zero + 1, zero) -> softmax -> slice(axis: 1, from: 1)", 0],
  ["one probability of two, above a half", "concat(zero, zero + 1) -> softmax -> slice(axis: 1, from: 1)", 1],
  ["two probabilities", "concat(zero, zero + 1) -> softmax", 1],
])("%s is cut where it belongs", async (_, scores, label) => {
  writeFileSync(join(folder, "one.seg"), `model One() {\n  input image: [N, 3, H, W]\n  zero = image -> conv(1, 1, init: zeros)\n  head y = ${scores}\n}\n`);
  expect(here(["one.seg", image, "--size", "8", "--out", "one.png"]).status).toBe(0);
  const { data } = await readLabels(join(folder, "one.png"));
  expect(new Set(data)).toEqual(new Set([label]));
});

test("a size that does not fit is a finding", () => {
  expect(here(["unet", image, "--size", "200"])).toMatchObject({ status: 1, stdout: "", stderr: expect.stringContaining("188 and 204") });
});

test("nothing stays behind in the temporary folder", () => {
  const temporary = join(folder, "tmp");
  mkdirSync(temporary);
  expect(run(["predict", "same.seg", image, "--size", "40"], { cwd: folder, env: { TMPDIR: temporary } }).status).toBe(0);
  // Nor does ONNX Runtime leave the files of its telemetry (`.ses`, `mat-debug-*.log`), which is switched off.
  expect(readdirSync(temporary)).toEqual([]);
});
