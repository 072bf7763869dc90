import { expect, test } from "vitest";
import {
  above, affineOn, below, constant, floorDiv, formula, formulaParts, restrict, show, sizesOf, solve, sub, symbol, times, type Condition, type Dim, type Domain,
} from "../../src/tensor/index.js";

const n = constant;

/** The paper's network: what it asks of its height on the way, and its output. */
function unet(x: Dim, depth = 4): { pools: Condition[]; crops: Condition[]; positive: Condition[]; bottom: Dim; output: Dim; margins: Dim[] } {
  const pools: Condition[] = [];
  const crops: Condition[] = [];
  const positive: Condition[] = [];
  const margins: Dim[] = [];
  const convs = (d: Dim) => {
    const y = sub(d, n(4));
    positive.push({ kind: "atLeast", left: y, right: n(1) });
    return y;
  };
  const skips: Dim[] = [];
  let y = convs(x);
  for (let i = 0; i < depth; i++) {
    skips.push(y);
    pools.push({ kind: "remainderAtMost", dim: y, by: 2, most: 0 });
    y = convs(floorDiv(y, 2)!);
  }
  const bottom = y;
  for (const skip of skips.reverse()) {
    const up = times(y, n(2));
    const extra = sub(skip, up);
    margins.push(extra);
    crops.push({ kind: "atLeast", left: extra, right: n(0) }, { kind: "divisible", dim: extra, by: 2 });
    y = convs(up);
  }
  return { pools, crops, positive, bottom, output: y, margins };
}

const all = (conditions: readonly Condition[]): Domain => {
  let domain: Domain = new Map();
  for (const condition of conditions) domain = restrict(domain, condition).domain;
  return domain;
};

test("U-Net fits 16k + 124, k >= 4, and nothing else", () => {
  const H = symbol("H");
  const { pools, crops, positive, bottom, output, margins } = unet(H);
  const domain = all([...pools, ...crops, ...positive]);
  const set = sizesOf(domain, "H");
  expect(formulaParts(set, 124)).toEqual({ modulus: 16, residues: [12], minimum: 188, formula: "16k + 124, k >= 4" });
  expect([below(set, 570), above(set, 570), below(set, 188)]).toEqual([556, 572, undefined]);
  expect(show(output, domain)).toBe("H - 184");
  expect(show(bottom, domain)).toBe("(H - 124)/16");
  expect(show(bottom)).toBe("floor((H - 124)/16)");
  expect(show(output)).toBe("16*floor((H - 12)/16) - 172");
  expect(margins.map((margin) => affineOn(margin, domain)!.offset / 2)).toEqual([4, 16, 40, 88]);
});

test("either demand alone derives the rule; together they add nothing", () => {
  const { pools, crops, positive } = unet(symbol("H"));
  const even = all([...pools, ...positive]);
  expect(all([...crops, ...positive])).toEqual(even);
  for (const crop of crops) expect(restrict(even, crop).outcome).toBe("always");
  expect(formula(sizesOf(all(positive), "H"))).toBe("any size >= 188");
  expect(solve(pools[0]!)).toMatchObject({ kind: "sizes", symbol: "H" });
});

test("the table of the other depths", () => {
  const table: [depth: number, text: string][] = [[1, "2k + 12, k >= 3"], [2, "4k + 28, k >= 4"], [3, "8k + 60, k >= 4"]];
  for (const [depth, text] of table) {
    const { pools, positive } = unet(symbol("H"), depth);
    expect(formula(sizesOf(all([...pools, ...positive]), "H"), "k", 4 * (2 ** (depth + 1) - 1))).toBe(text);
  }
});
