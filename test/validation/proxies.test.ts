/** Proxies of networks so small that their scores can be worked out by hand. */
import { afterEach, describe, expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { fillInitial } from "../../src/weights/initial-values.js";
import { compareAll, comparisonJson, comparisonText } from "../../src/validation/compare.js";
import { linearRegions } from "../../src/validation/proxies/linear-regions.js";
import { addAgreements, logDeterminant, naswot } from "../../src/validation/proxies/naswot.js";
import { proxyScores } from "../../src/validation/proxies/index.js";
import { synflow } from "../../src/validation/proxies/synflow.js";
import { withoutResiduals } from "../../src/validation/proxies/without-residuals.js";
import { zen } from "../../src/validation/proxies/zen.js";
import { Subject } from "../../src/validation/subject.js";
import { checked } from "./checked.js";

const compiled = (...lines: readonly string[]) => {
  const { model, problems } = compile({ path: "net.seg", text: `model Net {\n  input image: [N, 1, H, W]\n  ${lines.join("\n  ")}\n}\n` });
  if (!model) throw new Error(renderProblems(problems));
  return model;
};
const open: Subject[] = [];
afterEach(() => open.splice(0).forEach((subject) => subject.close()));
function subjectOf(...lines: readonly string[]): Subject {
  const subject = new Subject({ model: compiled(...lines), threads: 1 });
  open.push(subject);
  return subject;
}
const side = 4;
const pixels = side * side;
const image = (subject: Subject, batch: number, seed = 0): Float32Array => subject.feeds({ N: batch, H: side, W: side }, seed)["image"]!.data as Float32Array;
const sizes = { N: 1, H: side, W: side };

describe("NASWOT", () => {
  test("the kernel counts what two images switch alike", () => {
    const kernel = [new Float64Array(2), new Float64Array(2)];
    addAgreements(kernel, Float32Array.of(1, -1, 2, 0, /**/ 1, 1, 3, -2));
    expect(kernel.map((row) => [...row])).toEqual([[4, 3], [3, 4]]);
    expect(logDeterminant(kernel)).toBeCloseTo(Math.log(7), 12);
    expect(logDeterminant([Float64Array.of(0, 2), Float64Array.of(3, 1)])).toBeCloseTo(Math.log(6), 12);
    expect(logDeterminant([Float64Array.of(1, 1), Float64Array.of(1, 1)])).toBe(-Infinity);
  });

  test("a ReLU on the image itself: bits are the signs of the pixels", async () => {
    const subject = subjectOf("head y = image -> conv(1, 1, init: ones, bias: false) -> relu");
    const bits = Array.from(image(subject, 8), (value) => value > 0);
    const kernel = Array.from({ length: 8 }, (_, i) => Float64Array.from({ length: 8 }, (_, j) => Array.from({ length: pixels }).filter((_, k) => bits[i * pixels + k] === bits[j * pixels + k]).length));
    expect(await naswot.score(subject, sizes, 0)).toBeCloseTo(logDeterminant(kernel), 10);
  });

  test("images that all units answer alike have no score", async () => {
    expect(await naswot.score(subjectOf("head y = image -> conv(1, 1, init: zeros, bias: false) -> relu"), sizes, 0)).toContain("minus infinity");
  });
});

describe("linear regions", () => {
  const crossed = (subject: Subject): number => {
    const data = image(subject, 2);
    return Array.from({ length: pixels }).filter((_, i) => data[i]! > 0 !== data[pixels + i]! > 0).length;
  };

  test("one layer: each pixel that changes its sign is a border", async () => {
    const subject = subjectOf("head y = image -> conv(1, 1, init: ones, bias: false) -> relu");
    const expected = crossed(subject);
    expect(expected).toBeGreaterThan(2);
    expect(await linearRegions.score(subject, sizes, 0)).toBe(1 + expected);
  });

  test("all units count", async () => {
    const subject = subjectOf("a = image -> conv(3, 1, init: ones, bias: false) -> relu", "head y = a -> conv(2, 1, init: ones, bias: false) -> relu");
    expect(await linearRegions.score(subject, sizes, 0)).toBe(1 + 5 * crossed(subject));
  });

  test("a network without ReLUs is one region, and says so", async () => {
    expect(await linearRegions.score(subjectOf("head y = image -> conv(2, 3) -> sigmoid"), sizes, 0)).toContain("no ReLUs");
  });
});

describe("SynFlow", () => {
  // Weights of 1 and an image of ones: R counts paths, and each path's flow is its length.
  test.each([
    ["a layer of two channels", ["head y = image -> conv(2, 1, init: ones, bias: false)"], 2 * pixels],
    ["two layers", ["head y = image -> conv(3, 1, init: ones, bias: false) -> relu -> conv(2, 1, init: ones, bias: false)"], 2 * 6 * pixels],
    ["a skip", ["a = image -> conv(1, 1, init: ones, bias: false) -> relu", "head y = a + image -> conv(1, 1, init: ones, bias: false)"], (2 + 1) * pixels],
    ["a skip that is concatenated", ["a = image -> conv(2, 1, init: ones, bias: false) -> relu", "head y = concat(a, image) -> conv(1, 1, init: ones, bias: false)"], (2 * 2 + 1) * pixels],
    ["batch normalisation, biases and a silu are passed by", ["head y = image -> conv(3, 1, init: ones) -> batchnorm(scale: 0) -> silu -> conv(2, 1, init: ones)"], 2 * 6 * pixels],
    ["a pooling", ["head y = image -> conv(1, 1, init: ones, bias: false) -> maxpool(2) -> upconv(1, init: ones, bias: false)"], 2 * pixels],
    ["two heads", ["a = image -> conv(1, 1, init: ones, bias: false)", "head y = a", "head z = a -> conv(1, 1, init: ones, bias: false)"], (1 + 2) * pixels],
  ])("%s", async (_, lines, flow) => expect(await synflow.score(subjectOf(...lines), sizes, 0)).toBeCloseTo(Math.log(flow), 3));

  test("weights count by magnitude", async () => {
    const subject = subjectOf("head y = image -> conv(1, 1, init: normal, std: 3, bias: false)");
    const weight = Float32Array.of(0);
    for (const seed of [0, 1, 2, 3]) {
      fillInitial(weight, { kind: "normal", std: 3 }, [1, 1, 1, 1], subject.onnx.weights[0]!.name, seed, 0);
      expect(await synflow.score(subject, sizes, seed)).toBeCloseTo(Math.log(Math.abs(weight[0]!) * pixels), 4);
    }
  });

  test("sixty layers, whose product no float holds", async () => {
    const layers = Array.from({ length: 60 }, (_, i) => `x${i} = ${i === 0 ? "image" : `x${i - 1}`} -> conv(64, 1, init: ones, bias: false) -> relu`);
    // 64^60 paths to each pixel, each 60 long: e^254.
    expect(await synflow.score(subjectOf(...layers, "head y = x59"), sizes, 0)).toBeCloseTo(60 * Math.log(64) + Math.log(60) + Math.log(pixels), 2);
  });

  test.each([
    ["gates", ["a = image -> conv(2, 3)", "head y = a * (a -> sigmoid)"], "multiplied with one another"],
    ["zeros", ["head y = image -> conv(2, 3, init: zeros)"], "nothing flows"],
  ])("none for %s", async (_, lines, reason) => expect(await synflow.score(subjectOf(...lines), sizes, 0)).toContain(reason));
});

describe("Zen-score", () => {
  const alpha = 0.01;
  /** log of alpha times the product of the weights times the mean norm of the noise: normalisation and its compensation cancel. */
  function byHand(subject: Subject, layers: number, seed: number): number {
    let product = 1;
    for (const { name } of subject.onnx.weights.filter(({ shape }) => shape.length === 4).slice(0, layers)) {
      const weight = Float32Array.of(0);
      fillInitial(weight, { kind: "normal", std: 1 }, [1, 1, 1, 1], `zen ${name}`, seed, 0);
      product *= Math.abs(weight[0]!);
    }
    const noise = image(subject, 8, seed).slice(4 * pixels);
    const norms = [0, 1, 2, 3].map((n) => Math.hypot(...noise.slice(n * pixels, (n + 1) * pixels)));
    return Math.log(alpha * product * norms.reduce((a, b) => a + b, 0) / 4);
  }

  test.each([
    ["one convolution", ["head y = image -> conv(1, 1)"], 1],
    ["three of them", ["head y = image -> conv(1, 1) -> conv(1, 1) -> conv(1, 1)"], 3],
    ["with its own batch normalisation", ["head y = image -> conv(1, 1) -> batchnorm(scale: 3) -> conv(1, 1)"], 2],
    ["the softmax of the head is left out", ["head y = image -> conv(1, 1) -> sigmoid"], 1],
    ["without the residual link", ["head y = image + (image -> conv(1, 1) -> conv(1, 1))"], 2],
  ])("%s", async (_, lines, layers) => {
    const subject = subjectOf(...lines);
    for (const seed of [0, 1]) expect(await zen.score(subject, sizes, seed)).toBeCloseTo(byHand(subject, layers, seed), 2);
  });

  test("links are residual where a chain of convolutions lies beside one or none", () => {
    const identities = (...lines: readonly string[]): number => withoutResiduals(compiled(...lines).onnx).nodes.filter(({ op }) => op === "Identity").length;
    const chain = "a = image -> conv(2, 3) -> batchnorm -> relu";
    expect(identities(chain, "head y = a + (a -> conv(2, 3) -> batchnorm -> relu -> conv(2, 3))")).toBe(1);
    expect(identities(chain, "head y = (a -> conv(4, 1)) + (a -> conv(2, 3) -> batchnorm -> relu -> conv(4, 3))")).toBe(1);
    expect(identities(chain, "head y = (a -> conv(4, 1)) + (a -> conv(4, 3))")).toBe(0);
    expect(identities(chain, "head y = (a -> conv(4, 1)) + (a -> maxpool(2) -> conv(4, 3) -> upconv(4))")).toBe(0);
  });
});

test("every proxy says what it is and whose", () => {
  for (const { name, title, page } of proxyScores) {
    expect(name).toMatch(/^[a-z_]+$/);
    expect(title).not.toBe("");
    expect(page).toMatch(/\([A-Z].*20\d\d/);
  }
});

test("the check gives each score with its spread over seeds, and why one is missing", async () => {
  const text = "model Net {\n  input image: [N, 3, H, W]\n  a = image -> conv(4, 3) -> relu\n  head y = a * (a -> sigmoid) -> conv(2, 3)\n}\n";
  const { status, figure, details, metrics } = await checked(text, "proxies", { size: { height: 32, width: 32 } });
  expect(status).toBe("pass");
  expect(figure).toMatch(/NASWOT .* \(spread .*\), Zen-score .*, linear regions .*promise nothing/);
  expect(details).toEqual([expect.stringContaining("log SynFlow: none, since maps are multiplied")]);
  expect(metrics).toMatchObject({ naswot: expect.any(Number), naswot_spread: expect.any(Number), zen: expect.any(Number), linear_regions: expect.any(Number) });
  expect(metrics!["zen_spread"]).toBeGreaterThan(0);
});

test("side by side in a comparison: a wider network has more regions, flow and expressivity", async () => {
  const wide = (channels: number) => compiled(`a = image -> conv(${channels}, 3) -> relu -> conv(${channels}, 3) -> relu`, "head y = a -> conv(2, 1)");
  const rows = await compareAll([2, 16].map((channels) => ({ name: `width ${channels}`, model: wide(channels) })), { device: "cpu", size: { height: 16, width: 16 } });
  expect(comparisonText(rows)).toMatch(/NASWOT .*\nZen-score .*\nlinear regions .*\nlog SynFlow +\S+ \(\S+\) +\S+ \(\S+\)/);
  const { networks } = comparisonJson(rows) as { networks: readonly Readonly<Record<string, number>>[] };
  for (const { name } of proxyScores.filter((one) => one.name !== "naswot")) expect(networks[1]![name], name).toBeGreaterThan(networks[0]![name]!);
});
