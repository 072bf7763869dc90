/** The effective receptive field with the network's own weights, where it can be worked out. */
import { expect, test } from "vitest";
import type { FieldPicture } from "../../src/validation/checks/coverage.js";
import { checked } from "./checked.js";

const net = (...lines: readonly string[]): string => `model Net {\n  input image: [N, 1, H, W]\n  ${lines.join("\n  ")}\n}\n`;

test("weights that look at the middle only: the box is 7, the own field 1", async () => {
  const text = net("head y = image -> conv(1, 7, init: identity, bias: false)");
  const { data, metrics, figure } = await checked(text, "coverage");
  const [{ rows, own }] = data as readonly [FieldPicture];
  expect(rows).toHaveLength(7);
  expect(new Set(rows).size).toBe(1);
  const [profile] = own;
  if (typeof profile === "string") throw new Error(profile);
  expect(profile.step).toBe(1);
  expect(profile.values.map((value) => value > 0)).toEqual([false, false, false, true, false, false, false]);
  expect(metrics).toMatchObject({ "effective.y": 7, "own_effective.y": 1 });
  expect(figure).toContain("in 7 of 7 rows, in 1 with its own weights");
});

test("random weights: a row counts by the norm of its taps", async () => {
  const { data } = await checked(net("head y = image -> conv(16, 5, bias: false)"), "coverage");
  const [{ own }] = data as readonly [FieldPicture];
  const [rows, columns] = own;
  if (typeof rows === "string" || typeof columns === "string") throw new Error("no profile");
  expect(rows.values).toHaveLength(5);
  // He: each row has 5 of 25 taps of variance 2 / 25, and two independent noises differ by a variance of 2.
  for (const value of [...rows.values, ...columns.values]) expect(value).toBeGreaterThan(0.4 * Math.sqrt(2 * 5 * 2 / 25));
  for (const value of [...rows.values, ...columns.values]) expect(value).toBeLessThan(1.8 * Math.sqrt(2 * 5 * 2 / 25));
});

test("a deep network sees less with its own weights than with uniform ones, and both less than the box", async () => {
  const layers = Array.from({ length: 10 }, (_, i) => `x${i} = ${i === 0 ? "image" : `x${i - 1}`} -> conv(8, 3, padding: valid) -> relu`);
  const { metrics } = await checked(net(...layers, "head y = x9 -> conv(2, 1)"), "coverage");
  expect(metrics!["effective.y"]).toBeLessThan(21);
  expect(metrics!["own_effective.y"]).toBeLessThan(21);
  expect(metrics!["own_effective.y"]).toBeGreaterThan(3);
});

test("too costly to measure, and a head of zeros: said, not guessed", async () => {
  const { metrics, details } = await checked(net("head y = image -> conv(2, 3, init: zeros)"), "coverage");
  expect(metrics).not.toHaveProperty("own_effective.y");
  expect(details!.join()).toContain("one value everywhere");
});
