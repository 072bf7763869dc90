/** The derived legal sets are those that trying every size finds. `SEGC_LONG=1` tries 1..1200 for the whole zoo. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { legalSizes, spatialSymbols } from "../../src/analyses/alignment.js";
import { check } from "../../src/compile.js";
import type { Network } from "../../src/network/network.js";
import { type SizeSet, contains, sizesOf, smallest } from "../../src/tensor/index.js";
import { judge } from "./naive-shapes.js";

const long = Boolean(process.env["SEGC_LONG"]);
const most = long ? 1200 : 160;
const all = readdirSync("specs").filter((name) => name.endsWith(".seg")).map((name) => name.replace(".seg", "")).sort();
const some = ["unet", "unet_same", "fcn8s", "segnet_basic", "linknet", "fcn_alexnet", "dilated_frontend"];

const networkOf = (name: string): Network => check({ path: `${name}.seg`, text: readFileSync(`specs/${name}.seg`, "utf8") }).models[0]!.network;

/** Sizes up to `most` that only one of the two accepts. */
function differences(set: SizeSet, holds: (size: number) => boolean): readonly string[] {
  const found: string[] = [];
  for (let size = 1; size <= most; size++) {
    const [derived, tried] = [contains(set, size), holds(size)];
    if (derived !== tried) found.push(`${size}: derived ${derived}, tried ${tried}`);
  }
  return found;
}

describe.each(long ? all : some)("%s", (name) => {
  const network = networkOf(name);
  const symbols = spatialSymbols(network);
  test.skipIf(symbols.length === 0)(`its legal sets up to ${most} are those of trying`, { timeout: 600_000 }, () => {
    const [runs, lossless] = [legalSizes(network, "runs"), legalSizes(network, "lossless")];
    for (const symbol of symbols) {
      const others = Object.fromEntries([["N", 1], ...symbols.map((other) => [other, smallest(sizesOf(lossless, other))!] as const)]);
      const verdicts = new Map<number, ReturnType<typeof judge>>();
      const at = (size: number) => {
        if (!verdicts.has(size)) verdicts.set(size, judge(network, { ...others, [symbol]: size }));
        return verdicts.get(size)!;
      };
      expect(differences(sizesOf(runs, symbol), (size) => at(size).runs), `${symbol} runs`).toEqual([]);
      expect(differences(sizesOf(lossless, symbol), (size) => at(size).lossless), `${symbol} lossless`).toEqual([]);
      expect(differences(sizesOf(network.legal, symbol), (size) => contains(sizesOf(network.claimed, symbol), size) && at(size).runs), `${symbol} legal`).toEqual([]);
    }
  });
});

test("every network of the zoo has a set to try, but the classifier of patches", () => {
  expect(all.filter((name) => spatialSymbols(networkOf(name)).length === 0)).toEqual(["patch_classifier"]);
});
