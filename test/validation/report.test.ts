/** The report and the page of `compare`: what they say, and how they stand in a real browser. */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { pathToFileURL } from "node:url";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { checks } from "../../src/validation/checks/index.js";
import type { SeamFigures } from "../../src/validation/checks/seams.js";
import type { Comparison } from "../../src/validation/compare.js";
import { comparisonHtml } from "../../src/validation/report/comparison.js";
import { htmlReport } from "../../src/validation/report/report.js";
import type { Checked } from "../../src/validation/validate.js";
import { validate } from "../../src/validation/validate.js";
import { built, run } from "../cli/segc.js";
import { Browser, browserPath, type View, type Visit } from "../../scripts/browser.js";

const small = readFileSync("specs/unet.seg", "utf8");
const model = compile({ path: "specs/unet.seg", text: small }, { set: { base: "2", depth: "2" } }).model!;
const sample = { name: "grey.png", image: { width: 120, height: 90, channels: 1, data: new Uint8Array(120 * 90).fill(90) } } as const;

let results: readonly Checked[];
beforeAll(async () => {
  const wanted = ["receptive_field", "coverage", "seams", "numerics", "loss", "latency", "memory"];
  results = await validate({ model, threads: 1, pictures: true, size: { height: 92, width: 92 }, checks: checks.filter(({ name }) => wanted.includes(name)) });
});

/** Without the bytes of pictures, in which any letters may stand. */
const written = (html: string): string => html.replaceAll(/base64,[^"]*/g, "");
const foreign = /(?:src|href)="(?!data:|#)[^"]*|https?:\/\/|@import|url\((?!#)|<script|="[^"]*(?:NaN|undefined)|>(?:NaN|undefined)/g;

const section = (html: string, check: string): string => new RegExp(`<section class="card [a-z]+" id="${check}">[^]*?</section>`).exec(html)![0];

describe("the report", () => {
  const report = (): string => htmlReport({ model, results, device: "cpu", why: "a <test>", spec: "specs/unet.seg", sample });

  test("loads nothing, and what it says is text", () => {
    const html = report();
    expect(html).toContain("a &lt;test&gt;");
    expect(written(html).match(foreign) ?? []).toEqual([]);
    expect(html).toContain("default-src 'none'");
    expect(html.length).toBeLessThan(1.5e6);
  });

  test("has a section for each check, in their order, with the figure and the way it was measured", () => {
    const html = report();
    expect([...html.matchAll(/<section class="card [a-z]+" id="([a-z_]+)"/g)].map(([, check]) => check)).toEqual(results.map(({ check }) => check));
    for (const { check, status, threshold } of results) {
      expect(section(html, check)).toContain(`class="card ${status}"`);
      if (status !== "skipped") expect(section(html, check)).toContain("How it is measured");
      if (threshold !== "" && threshold !== "none") expect(section(html, check)).toContain("<dt>Threshold</dt>");
    }
  });

  test("the box over the image is the measured receptive field", () => {
    const field = results.find(({ check }) => check === "receptive_field")!.metrics!["size.logits"];
    const drawn = section(report(), "receptive_field");
    expect(field).toBe(44);
    expect(drawn).toContain(`sees ${field}\u202f\u00d7\u202f${field} pixels`);
    expect(drawn).toMatch(/<rect x="\S+" y="\S+" width="44" height="44" fill="none" stroke="#fff"/);
    const effective = results.find(({ check }) => check === "coverage")!.metrics!["effective.logits"];
    expect(drawn).toContain(`width="${effective}" height="${effective}" fill="none" stroke="#ffd24a"`);
  });

  test("four tiles at the derived distance are the whole image, at the naive one they are not", async () => {
    const { model: padded } = compile({ path: "net.seg", text: "model Net {\n  input image: [N, 3, H, W]\n  head y = image -> conv(4, 3) -> relu -> conv(2, 3)\n}\n" });
    const check = checks.filter(({ name }) => name === "seams");
    const own = await validate({ model: padded!, threads: 1, pictures: true, checks: check });
    const { planned, naive } = own[0]!.data as SeamFigures;
    expect(planned!.worst).toBeLessThan(2e-5);
    expect(naive!.worst).toBeGreaterThan(1e-2);
    // Two convolutions of 3 see two pixels beyond a border: there, and nowhere else, the tiles are wrong.
    const { width, height, values, cuts } = naive!;
    const near = (place: number, cut: number, size: number): boolean => place >= cut * size - 2.5 && place < cut * size + 1.5;
    const wrong = [...values].map((value, i) => [value > 2e-5, near(Math.floor(i / width), cuts[0], height) || near(i % width, cuts[1], width)] as const);
    expect(wrong.filter(([differs, expected]) => differs && !expected)).toEqual([]);
    expect(wrong.filter(([differs]) => differs).length).toBeGreaterThan(0.9 * wrong.filter(([, expected]) => expected).length);
    const html = section(htmlReport({ model: padded!, results: own, device: "cpu", why: "", spec: "net.seg" }), "seams");
    expect(html.match(/<img class="map"/g)).toHaveLength(2);
    // Not measured where nothing shows it.
    expect((await validate({ model: padded!, threads: 1, checks: check }))[0]!.data).toMatchObject({ planned: undefined, naive: undefined });
  });

  test("markup in names, documentation and messages stays text", () => {
    const evil = `</title><script>window.hit=1</script><img src=x onerror="window.hit=1">`;
    const { model: own } = compile({ path: "evil.seg", text: `/// ${evil}\nmodel Evil {\n  input image: [N, 3, H, W]\n  head y = image -> conv(2, 3)\n}\n` });
    const html = htmlReport({
      model: own!, device: evil, why: evil, spec: `${evil}.seg`, sample: { ...sample, name: evil },
      results: [...results, { check: "shapes", title: evil, status: "failure", figure: `${evil}; 8x8`, threshold: evil, because: evil, details: [evil], seconds: 1, data: undefined },
        { check: "numerics", title: "x", status: "pass", figure: "", threshold: "", seconds: 0, data: [{ name: evil, operator: evil, role: undefined, gain: 2, quantiles: [-2, -1, 0, 0, 0, 1, 2], mean: 0, variance: 1, min: -3, max: 3, count: 9, zeros: 0, nan: 0, infinite: 0, beyondHalf: 0, channels: 1, constantChannels: 0 }] },
        { check: "devices", title: "x", status: "pass", figure: "", threshold: "", seconds: 0, data: [{ device: evil, largest: 0, differences: [{ name: evil, operator: evil, relative: 1e-6 }], first: undefined, flipped: undefined, predicted: [], unpredicted: [], stayedAfterAll: [], left: { [evil]: 2 }, stayed: 3 }] }],
    });
    expect(written(html).match(/<script|<img src=x|onerror="/g) ?? []).toEqual([]);
    expect(html).toContain("&lt;script&gt;");
  });

  test("without an image nothing is drawn over one", () => {
    expect(section(htmlReport({ model, results, device: "cpu", why: "", spec: "unet.seg" }), "receptive_field")).not.toContain("#sample");
  });
});

const row = (name: string, parameters: number, macs: number, receptiveField: number | undefined, pareto: boolean): Comparison => ({
  name, parameters, macs, receptiveField, pareto, size: [256, 256], memory: 1e8, outputStride: 8, alignment: "H = 8k, k >= 1", latency: undefined, proxies: [],
});
const compared = [row("<b>small", 1e6, 1e8, undefined, true), row("large", 1e8, 9e10, 900, false), row("middle", 4e7, 8e10, 880, false)];

test("the page of compare: every network in both plots and in the table", () => {
  const html = comparisonHtml(compared);
  expect(html.match(/&lt;b&gt;small/g)!.length).toBeGreaterThan(4);
  expect(html.match(foreign) ?? []).toEqual([]);
  expect(html).not.toContain("<b>small<");
  expect(html.match(/<g class="bubble on-front"/g)).toHaveLength(2);
  // Powers of ten keep their zeros.
  for (const mark of ["100 M", "1 G", "10 G", "100 G", "whole"]) expect(html).toContain(`>${mark}</span>`);
});

describe.skipIf(browserPath === undefined)("in a browser (skipped where there is no chromium)", () => {
  let folder: string;
  let browser: Browser;
  beforeAll(async () => {
    await built();
    folder = mkdtempSync(join(tmpdir(), "segc-report-"));
    browser = Browser.open(browserPath!);
    writeFileSync(join(folder, "compare.html"), comparisonHtml(compared));
    writeFileSync(join(folder, "net.seg"), "/// A net <script>window.hit = 1</script>.\nmodel Net {\n  input image: [N, 3, H, W]\n  a = image -> conv(4, 3) -> relu\n  b = a -> maxpool(2) -> conv(4, 3)\n  head y = concat(a, b -> upconv(4)) -> conv(2, 1)\n}\n");
    expect(run(["validate", "net.seg", "--device", "cpu", "--html", "report.html"], { cwd: folder })).toMatchObject({ status: 0 });
  });
  afterAll(async () => {
    await browser.close();
    rmSync(folder, { recursive: true });
  });

  const open = <T>(name: string, view: View, look: (visit: Visit) => Promise<T>): Promise<T> => browser.visit(pathToFileURL(join(folder, name)).href, view, look);

  /** What stands out of the page; boxes that scroll by themselves may hold more than they show. */
  const tooWide = `[...document.querySelectorAll("body *")].filter((one) => !one.closest(".drawing > *, .rows > *, .hidden, defs") && one.getBoundingClientRect().right > innerWidth + 1).map((one) => one.outerHTML.slice(0, 120))`;
  const empty = `[...document.querySelectorAll("svg:not(.hidden), img, .track, .plot")].filter((one) => { const { width, height } = one.getBoundingClientRect(); return width < 20 || height < 10; }).map((one) => one.outerHTML.slice(0, 120))`;
  const clipped = `[...document.querySelectorAll(".ys span, .xs span, figcaption, h2, dd")].filter((one) => { const { left, right } = one.getBoundingClientRect(); return left < 0 || right > innerWidth; }).map((one) => one.textContent)`;

  const views: readonly (readonly [string, View])[] = [
    ["wide, light", { width: 1280, height: 900 }],
    ["wide, dark", { width: 1280, height: 900, dark: true }],
    ["a phone, light", { width: 390, height: 844 }],
    ["a phone, dark", { width: 390, height: 844, dark: true }],
    ["paper", { width: 794, height: 1123, print: true }],
  ];
  describe.each(["report.html", "compare.html"])("%s", (name) => {
    test.each(views)("%s: no complaint, no request, nothing out of the page, nothing empty", async (_, view) => {
      await open(name, view, async ({ evaluate, complaints, requests }) => {
        expect(await evaluate("document.documentElement.scrollWidth")).toBe(view.width);
        expect(await evaluate(tooWide)).toEqual([]);
        expect(await evaluate(clipped)).toEqual([]);
        expect(await evaluate(empty)).toEqual([]);
        expect(await evaluate("window.hit ?? 0")).toBe(0);
        expect([complaints, requests]).toEqual([[], []]);
      });
    });
  });

  test("the report has all of its sections, and pictures that were decoded", async () => {
    await open("report.html", { width: 1280, height: 900 }, async ({ evaluate }) => {
      expect(await evaluate(`[...document.querySelectorAll("section[id]")].map(({ id }) => id)`)).toEqual(["verdict", "network", ...checks.map(({ name }) => name)]);
      expect(await evaluate(`[...document.querySelectorAll(".strip a")].every((one) => document.querySelector(one.getAttribute("href")))`)).toBe(true);
      expect(await evaluate(`[...document.images].filter((one) => one.naturalWidth === 0).length`)).toBe(0);
      expect(await evaluate("document.images.length")).toBeGreaterThan(2);
      expect(await evaluate(`document.querySelectorAll("#network svg title").length`)).toBeGreaterThan(3);
      expect(await evaluate(`[...document.querySelectorAll("svg[role=img]")].every((one) => one.getAttribute("aria-label") || one.querySelector("title"))`)).toBe(true);
    });
  });

  test("dark is dark, light is light, and what is written can be read", async () => {
    // Contrast (WCAG 2.1) of each text with the background that lies behind it.
    const faint = `(() => {
      const rgb = (text) => text.match(/[\\d.]+/g).map(Number);
      const light = (c) => { const [r, g, b] = c.slice(0, 3).map((v) => (v / 255 <= 0.03928 ? v / 255 / 12.92 : ((v / 255 + 0.055) / 1.055) ** 2.4)); return 0.2126 * r + 0.7152 * g + 0.0722 * b; };
      const behind = (one) => { for (let at = one; at; at = at.parentElement) { const c = rgb(getComputedStyle(at).backgroundColor); if (c.length < 4 || c[3] > 0) return c; } return [255, 255, 255]; };
      const found = [];
      const texts = document.createTreeWalker(document.querySelector("main"), NodeFilter.SHOW_TEXT);
      while (texts.nextNode()) {
        const one = texts.currentNode.parentElement;
        if (!texts.currentNode.textContent.trim() || one.closest("svg, style, .sign")) continue;
        const [a, b] = [light(rgb(getComputedStyle(one).color)), light(behind(one))];
        if ((Math.max(a, b) + 0.05) / (Math.min(a, b) + 0.05) < 4.5) found.push(one.outerHTML.slice(0, 100));
      }
      return { found, paper: light(rgb(getComputedStyle(document.body).backgroundColor)) };
    })()`;
    for (const dark of [false, true])
      await open("report.html", { width: 1280, height: 900, dark }, async ({ evaluate }) => {
        const { found, paper } = await evaluate<{ found: readonly string[]; paper: number }>(faint);
        expect(found).toEqual([]);
        expect(paper < 0.2).toBe(dark);
      });
  });
});
