import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { decode } from "fast-png";
import { expect, test } from "vitest";
import { classHistogram, labelsOf } from "../../src/vision/labels.js";
import { vocClasses, vocPalette } from "../../src/vision/palette.js";
import { decodeImage, readLabels } from "../../src/vision/read-image.js";
import { resizeImage, resizeLabels } from "../../src/vision/resize.js";
import { toTensor } from "../../src/vision/to-tensor.js";
import { encodeLabelPng, writeLabelPng } from "../../src/vision/write-label-png.js";
// By Pillow 12.3: Image.resize with BILINEAR and, on the first channel, NEAREST.
import resized from "./resized.json" with { type: "json" };

test("PGM and PPM, with comments and 16 bits", async () => {
  const file = (header: string, ...bytes: number[]): Buffer => Buffer.concat([Buffer.from(header), Buffer.from(bytes)]);
  expect(await decodeImage(file("P6\n# by hand\n2 1\n255\n", 1, 2, 3, 4, 5, 6))).toEqual(
    { width: 2, height: 1, channels: 3, data: Uint8Array.of(1, 2, 3, 4, 5, 6) });
  expect(await decodeImage(file("P5 1 2 65535 ", 255, 255, 128, 128))).toEqual(
    { width: 1, height: 2, channels: 1, data: Uint8Array.of(255, 128) });
  await expect(decodeImage(file("P5 2 2 255\n", 1, 2, 3))).rejects.toMatchObject({ kind: "broken" });
  await expect(decodeImage(file("P6 99999 99999 255\n"))).rejects.toMatchObject({ kind: "too-large" });
  await expect(decodeImage(file("P6 x"))).rejects.toMatchObject({ kind: "broken" });
});

test.each(resized.cases)("resize to $width x $height as Pillow does", ({ width, height, data, nearest }) => {
  const image = { width: resized.width, height: resized.height, channels: 3, data: Uint8Array.from(resized.data) } as const;
  const ours = resizeImage(image, width, height);
  // Pillow rounds between its two passes.
  data.forEach((value, i) => expect(Math.abs(ours.data[i]! - value)).toBeLessThanOrEqual(1));
  expect([ours.width, ours.height, ours.data.length]).toEqual([width, height, data.length]);
  const labels = { ...image, data: image.data.filter((_, i) => i % 3 === 0) };
  expect([...resizeLabels(labels, width, height).data]).toEqual(nearest);
});

test("tensors: order, scale, mean and deviation", () => {
  const image = { width: 2, height: 1, channels: 3, data: Uint8Array.of(255, 0, 51, 0, 102, 255) } as const;
  const plain = { channels: 3, order: "rgb", scale: 1, mean: [0, 0, 0], std: [1, 1, 1] } as const;
  const f = (...values: number[]): Float32Array => Float32Array.from(values);
  expect(toTensor(image, plain)).toEqual(f(1, 0, 0, 0.4, 0.2, 1));
  // Caffe: blue first, 0..255, mean subtracted
  expect(toTensor(image, { ...plain, order: "bgr", scale: 255, mean: [104, 117, 123] })).toEqual(f(-53, 151, -117, -15, 132, -123));
  expect(toTensor(image, { channels: 1, order: "rgb", scale: 255, mean: [0], std: [2] })).toEqual(f(41.0295, 44.472));
  const grey = { width: 2, height: 1, channels: 1, data: Uint8Array.of(255, 0) } as const;
  expect(toTensor(grey, plain)).toEqual(f(1, 0, 1, 0, 1, 0));
  expect(() => toTensor(grey, { ...plain, mean: [0] })).toThrow(RangeError);
});

test("labels: the highest class, the first of equals, never a NaN; one class against a threshold", () => {
  const output = Float32Array.of(1, 5, NaN, 2, 1, 4, -Infinity, 3, 0, 0, 0, 0);
  expect(labelsOf(output, [1, 3, 2, 2])[0]).toEqual({ width: 2, height: 2, data: Uint8Array.of(0, 0, 2, 1) });
  expect(labelsOf(output, [3, 1, 2, 2]).map(({ data }) => [...data])).toEqual([[1, 1, 0, 1], [1, 1, 0, 1], [0, 0, 0, 0]]);
  expect([...labelsOf(Float32Array.of(0.4, 0.6), [1, 1, 1, 2], 0.5)[0]!.data]).toEqual([0, 1]);
  expect(() => labelsOf(output, [3, 2, 2])).toThrow("[N, classes, H, W]");
  const counts = classHistogram({ width: 3, height: 1, data: Uint8Array.of(2, 255, 2) });
  expect([counts[0], counts[2], counts[255]]).toEqual([0, 2, 1]);
});

test("the palette is VOC's", () => {
  const colour = (index: number): number[] => [...vocPalette.subarray(3 * index, 3 * index + 3)];
  expect(vocClasses).toHaveLength(21);
  expect(colour(vocClasses.indexOf("person"))).toEqual([192, 128, 128]);
  expect(colour(vocClasses.indexOf("tvmonitor"))).toEqual([0, 64, 128]);
  expect(colour(255)).toEqual([224, 224, 192]);
  expect(new Set(Array.from({ length: 256 }, (_, i) => colour(i).join())).size).toBe(256);
});

test("label PNG: raw numbers and the palette, read by another library; replaced as a whole", async () => {
  const labels = { width: 3, height: 2, data: Uint8Array.of(0, 15, 255, 20, 1, 0) };
  const png = decode(encodeLabelPng(labels), { checkCrc: true });
  expect(png).toMatchObject({ width: 3, height: 2, channels: 1, depth: 8, data: labels.data });
  expect(png.palette!.flat()).toEqual([...vocPalette]);
  expect(() => encodeLabelPng(labels, vocPalette.subarray(0, 63))).toThrow(RangeError);

  const folder = mkdtempSync(join(tmpdir(), "segc-"));
  try {
    const path = join(folder, "labels.png");
    writeFileSync(path, "old");
    await writeLabelPng(path, labels);
    expect(readdirSync(folder)).toEqual(["labels.png"]);
    expect(await readLabels(path)).toEqual(labels);
    expect(readFileSync(path).equals(Buffer.from(encodeLabelPng(labels)))).toBe(true);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
