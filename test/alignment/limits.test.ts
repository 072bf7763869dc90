/** Sizes that do not fit break first what the derivation says: tried at sizes of every illegal class, and at all small ones. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { legalSizes, solveDemands, spatialSymbols } from "../../src/analyses/alignment.js";
import { type Geometry, geometry, strideOf } from "../../src/analyses/geometry.js";
import { type Inspection, inspect } from "../../src/analyses/inspect.js";
import { type Solved, illegalClasses, limitAt, minimumLimit, nearest } from "../../src/analyses/limits.js";
import { centredSizes, offsets } from "../../src/analyses/offsets.js";
import { check } from "../../src/compile.js";
import type { Network } from "../../src/network/network.js";
import { contains, evaluate, everySize, holdsAt, sizesOf, smallest } from "../../src/tensor/index.js";
import { judge } from "./naive-shapes.js";

const all = readdirSync("specs").filter((name) => name.endsWith(".seg")).map((name) => name.replace(".seg", "")).sort();
const some = process.env["SEGC_LONG"] ? all : ["unet", "unet_same", "fcn8s", "segnet_basic", "unetplusplus", "fast_scnn", "dilated_frontend", "refinenet_light", "deeplabv2_vgg16", "gcn"];

const modelOf = (text: string) => check({ path: "net.seg", text }).models[0]!;
const zoo = (name: string) => modelOf(readFileSync(`specs/${name}.seg`, "utf8"));

/** The other symbols at sizes that fit. */
const around = (network: Network, symbol: string): Readonly<Record<string, number>> =>
  Object.fromEntries([["N", 1], ...spatialSymbols(network).filter((other) => other !== symbol).map((other) => [other, smallest(sizesOf(legalSizes(network, "lossless"), other)) ?? 1] as const)]);

/** The small sizes, and large ones of each class. */
function samples({ domain }: Solved, symbol: string): readonly number[] {
  const { modulus } = sizesOf(domain, symbol);
  const small = Array.from({ length: 60 }, (_, i) => i + 1);
  const step = Math.max(1, Math.floor(modulus / 24));
  const large = Array.from({ length: Math.ceil(modulus / step) }, (_, i) => i * step).map((residue) => residue + modulus * Math.ceil(640 / modulus));
  return [...small, ...large];
}

describe.each(some)("%s", (name) => {
  const { network } = zoo(name);
  const symbols = spatialSymbols(network);

  test("every size that does not run, or loses something, breaks first at the named step", () => {
    for (const strictness of ["runs", "lossless"] as const)
      for (const symbol of symbols) {
        const solved = solveDemands(network, strictness);
        for (const size of samples(solved, symbol)) {
          const verdict = judge(network, { ...around(network, symbol), [symbol]: size });
          const named = limitAt(solved.limits, symbol, size)?.constraint.path;
          expect(named, `${symbol} = ${size}, ${strictness}`).toBe(strictness === "runs" ? verdict.breaks : verdict.loses);
        }
      }
  });

  test("each size is lost once, or fits; and each illegal class has its limits", () => {
    for (const solved of [solveDemands(network, "runs"), solveDemands(network, "lossless"), centred(network)])
      for (const symbol of symbols) {
        const set = sizesOf(solved.domain, symbol);
        for (const size of samples(solved, symbol)) {
          const taken = solved.limits.filter((limit) => limit.symbol === symbol && contains(limit.lost, size));
          expect(taken.length, `${symbol} = ${size}`).toBe(contains(set, size) ? 0 : 1);
        }
        for (const { residue, limits } of illegalClasses(solved, symbol)) {
          const size = residue + set.modulus * Math.ceil(5000 / set.modulus);
          expect(limits.map(({ constraint }) => constraint.path), `${symbol} = ${set.modulus}k + ${residue}`).toContain(limitAt(solved.limits, symbol, size)!.constraint.path);
        }
      }
  });

  test("what is off the grid at every size is named, or at a size the first interpolation with another step", () => {
    const grids = aligned(network);
    const solved = centred(network);
    const [apart] = offsets(network, grids);
    for (const symbol of symbols)
      for (const size of samples(solved, symbol)) {
        if (!contains(sizesOf(legalSizes(network, "lossless"), symbol), size)) continue;
        const limit = limitAt(solved.limits, symbol, size);
        expect(limit?.constraint.path, `${symbol} = ${size}`).toBe(apart?.path ?? firstOffStep(network, grids, { ...around(network, symbol), [symbol]: size }));
      }
  });
});

const aligned = (network: Network): Geometry => geometry({ ...network, legal: legalSizes(network, "lossless") });
const centred = (network: Network): Solved => centredSizes(network, aligned(network));

/** The first interpolation whose step, from the two sizes, is not that of the grids. */
function firstOffStep(network: Network, grids: Geometry, sizes: Readonly<Record<string, number>>): string | undefined {
  for (const node of network.nodes) {
    if (node.operator !== "resize" || (node.attributes["scale"] !== undefined && !node.attributes["align_corners"])) continue;
    for (const axis of [0, 1] as const) {
      const [from, to] = [node.inputs["x"] as number, node.outputs[0]!];
      const [n, m] = [from, to].map((id) => evaluate(network.values[id]!.type.shape[2 + axis]!, sizes)) as [number, number];
      const [before, after] = [from, to].map((id) => strideOf(grids.get(id)![axis])) as [number | undefined, number | undefined];
      if (before === undefined || after === undefined) continue;
      const less = node.attributes["align_corners"] === true ? 1 : 0;
      if (Math.abs((n - less) * before - (m - less) * after) > 1e-9) return node.path;
    }
  }
  return undefined;
}

describe("the minimum", () => {
  test("of U-Net is set by the step that has one element left", () => {
    const { network } = zoo("unet");
    const solved = solveDemands(network, "lossless");
    const limit = minimumLimit(solved, "H")!;
    expect(limit.constraint.path).toBe(judge(network, { N: 1, H: 172, W: 572 }).breaks);
    expect(limit.message()).toContain("H/4 - 43");
  });
  test("of a network that takes every size is set by nothing", () => expect(minimumLimit(solveDemands(zoo("fcn8s").network, "lossless"), "H")).toBeUndefined());
});

test("several limits share a class where they have a longer period", () => {
  // 2k + 1 is lost at the first pooling; of 2k, one half at the second, the rest at a join that wants 8k + 2.
  const { network } = modelOf(`model M() {
  input image: [N, 3, H, W]
  a = image -> maxpool(2)
  b = a -> maxpool(2)
  c = image -> pad([0, 0, 2, 0]) -> maxpool(4)
  head y = b -> conv(2, 1)
  head z = c -> conv(2, 1)
}`);
  const solved = solveDemands(network, "lossless");
  expect(illegalClasses(solved, "H").map(({ residue, limits }) => [residue, limits.map(({ constraint }) => constraint.path)])).toEqual([[0, ["a.maxpool", "b.maxpool", "c.maxpool"]]]);
  for (const [size, path] of [[401, "a.maxpool"], [402, "b.maxpool"], [400, "c.maxpool"]] as const) {
    expect(limitAt(solved.limits, "H", size)!.constraint.path).toBe(path);
    expect(judge(network, { N: 1, H: size, W: 400 }).loses).toBe(path);
  }
});

test("the nearest sizes that fit", () => {
  expect(nearest(everySize(5), 3)).toEqual([5]);
  const set = sizesOf(legalSizes(zoo("unet").network, "lossless"), "H");
  expect([570, 572, 1].map((size) => nearest(set, size))).toEqual([[556, 572], [572], [188]]);
});

describe("inspect", () => {
  const report = (name: string): Inspection => inspect(zoo(name));
  test("U-Net: the poolings take 1/2, 1/4, 1/8 and 1/16 of the sizes", () => {
    const { H } = report("unet").levels;
    const { limits, illegal, minimum_limit } = H!.lossless;
    const classes = new Map(illegal.map(({ residue, limits: by }) => [residue, by.map((at) => limits[at]!.path).join()]));
    expect([...classes.keys()]).toEqual([0, 1, 2, 3, 4, 5, 6, 7, 8, 9, 10, 11, 13, 14, 15]);
    for (const [residue, path] of classes) expect(path).toBe(residue % 2 === 1 ? "down.1.maxpool" : residue % 4 === 2 ? "down.2.maxpool" : residue % 8 === 0 ? "down.3.maxpool" : "down.4.maxpool");
    expect(limits.find(({ path }) => path === "down.1.maxpool")!).toMatchObject({ classes: "2k + 1", strictness: "lossless", place: { file: "net.seg" } });
    expect(limits[minimum_limit!]!.strictness).toBe("runs");
    expect(H!.runs).toMatchObject({ formula: "any size >= 188", illegal: [] });
  });
  test("a mismatch shows both sizes as they are there", () => {
    const { limits } = report("unet_same").levels["H"]!.runs;
    expect(limits.filter(({ classes }) => classes !== null).map(({ message }) => message.replace(/.*: /, ""))).toEqual([
      "they differ in height, floor(H/8) against 2*floor(H/16)", "they differ in height, floor(H/4) against 2*floor(H/8)",
      "they differ in height, floor(H/2) against 2*floor(H/4)", "they differ in height, H against 2*floor(H/2)",
    ].map((one) => expect.stringContaining(one)));
  });
  test("where things lie apart at every size, they are named", () => {
    const { limits, illegal } = report("deeplabv3_torchvision").levels["H"]!.centred;
    expect(illegal).toEqual([{ residue: 0, limits: [limits.length - 1] }]);
    expect(limits.at(-1)!.message).toBe("`image` and `out` lie 3.5 pixels apart at every size");
  });
});

test("holdsAt agrees with what is lost to each condition", () => {
  const { network } = zoo("unet");
  const { limits } = solveDemands(network, "lossless");
  for (const { lost, symbol, constraint } of limits) {
    const size = smallest(lost)!;
    const own = network.demands.filter(({ path }) => path === constraint.path);
    expect(own.some(({ condition }) => !holdsAt(condition, { N: 1, H: 572, W: 572, [symbol]: size })), `${constraint.path} at ${symbol} = ${size}`).toBe(true);
  }
});
