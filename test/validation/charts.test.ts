/** Scales, maps and words of the report. */
import { expect, test } from "vitest";
import { decodeLabels } from "../../src/vision/read-image.js";
import { core } from "../../src/validation/influence.js";
import { heatMap } from "../../src/validation/report/heat.js";
import { prose } from "../../src/validation/report/html.js";
import { linear, logarithmic, power, symmetric } from "../../src/validation/report/scale.js";

const labels = (ticks: readonly { readonly label: string }[]): readonly string[] => ticks.map(({ label }) => label);

test("even axes have round marks up to the end or beyond the largest value", () => {
  const { at, ticks } = linear(0, 87);
  expect(labels(ticks)).toEqual(["0", "20", "40", "60", "80", "100"]);
  expect([at(0), at(50), at(100), at(1000), at(-5)]).toEqual([0, 0.5, 1, 1, 0]);
  expect(linear(0, 203, { exact: true }).at(203)).toBe(1);
  expect(linear(0, 0.004).ticks.at(-1)).toEqual({ at: 1, label: "0.004" });
});

test("logarithmic axes end at powers of ten, and 0 lies at the lower end", () => {
  const { at, ticks } = logarithmic(1e-8, 0.4);
  expect(labels(ticks)).toEqual(["10\u207b\u2078", "10\u207b\u2076", "10\u207b\u2074", "0.01", "1"]);
  expect([at(0), at(1e-8), at(1e-4), at(1), at(7)]).toEqual([0, 0, 0.5, 1, 1]);
});

test("symmetric axes keep signs and order", () => {
  const { at, ticks } = symmetric(-20, 150);
  const places = [-20, -5, -0.1, 0, 0.1, 5, 150].map(at);
  expect(places).toEqual([...places].sort((a, b) => a - b));
  expect(labels(ticks)).toEqual(["\u221210", "\u22121", "0", "1", "10", "100"].sort((a, b) => Number(a.replace("\u2212", "-")) - Number(b.replace("\u2212", "-"))));
  expect([power(0), power(-0.25), power(-1e6), power(1e-6)]).toEqual(["0", "\u22120.25", "\u221210\u2076", "10\u207b\u2076"]);
});

const indices = (uri: string): { readonly width: number; readonly height: number; readonly data: readonly number[] } => {
  const { width, height, data } = decodeLabels(Buffer.from(uri.slice("data:image/png;base64,".length), "base64"));
  return { width, height, data: [...data] };
};

test("maps: each power of ten takes the same share of the scale, 0 its own colour", () => {
  expect(indices(heatMap([0, 1e-9, 0.01, 1], 2, { decades: 4, kind: "holes" }))).toEqual({ width: 2, height: 2, data: [0, 1, 128, 255] });
  expect(indices(heatMap([0, 0.5, 0, 0.05], 4, { decades: 2, most: 5 })).data).toEqual([0, 128, 0, 1]);
});

test("a large map shrinks to the largest of its blocks, and holes stay holes", () => {
  const side = 12;
  // Every second row and column, as gridding leaves it.
  const grid = Array.from({ length: side * side }, (_, i) => (i % 2 === 0 && Math.floor(i / side) % 2 === 0 ? 1 : 0));
  expect(indices(heatMap(grid, side, { decades: 1, kind: "holes", side: 6 }))).toEqual({ width: 6, height: 6, data: Array(36).fill(0) });
  const peak = Array.from({ length: side * side }, (_, i) => (i === 40 ? 10 : 1));
  expect(indices(heatMap(peak, side, { decades: 1, side: 6 })).data.filter((index) => index === 255)).toHaveLength(1);
});

test("the core holds 95 % and no less, and no shorter run does", () => {
  for (const profile of [[1, 2, 30, 60, 30, 2, 1], [5, 90, 5], [1, 0, 1, 0, 1], [1], Array.from({ length: 101 }, (_, i) => Math.exp(-(((i - 50) / 12) ** 2)))]) {
    const { from, to } = core(profile);
    const sum = (a: number, b: number): number => profile.slice(a, b + 1).reduce((x, y) => x + y, 0);
    const total = sum(0, profile.length - 1);
    expect(sum(from, to)).toBeGreaterThanOrEqual(0.95 * total - 1e-12);
    const length = to - from + 1;
    for (let i = 0; i + length - 2 < profile.length; i++) expect(sum(i, i + length - 2)).toBeLessThan(0.95 * total);
  }
});

test("figures are set as in print, code is left alone, markup is text", () => {
  expect(prose("<= 2 x a guess at 188x188, differs by 1.8e-5; `a <= 3x3 && 1e-5`")).toBe("\u2264 2\u00a0\u00d7 a guess at 188\u202f\u00d7\u202f188, differs by 1.8\u00b710<sup>\u22125</sup>; <code>a &lt;= 3x3 &amp;&amp; 1e-5</code>");
  expect(prose("<b>8x8</b> layer1e2x")).toBe("&lt;b&gt;8\u202f\u00d7\u202f8&lt;/b&gt; layer1e2x");
});
