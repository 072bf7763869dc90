import fc, { runs } from "../fast-check.js";
import { describe, expect, test } from "vitest";
import {
  add, ceilDiv, constant, contains, DimLimit, evaluate, evaluateShape, everySize, floorDiv, modulo, show, showShape, sizeSet, sub, symbol, times,
  type Dim, type Domain,
} from "../../src/tensor/index.js";
import { dimOf, places, read, trees } from "./trees.js";

const H = symbol("H");
const W = symbol("W");
const n = constant;
const residue = (modulus: number, r: number) => sizeSet(modulus, (s) => (s === r ? { low: 1, high: Infinity } : undefined));

describe("everywhere", () => {
  const cases: [Dim, string][] = [
    [H, "H"],
    [n(-3), "-3"],
    [sub(H, n(184)), "H - 184"],
    [add(times(H, n(2)), n(3)), "2*H + 3"],
    [sub(n(5), H), "5 - H"],
    [times(H, n(-1)), "-H"],
    [floorDiv(add(H, n(3)), 8)!, "floor((H + 3)/8)"],
    [ceilDiv(H, 8)!, "ceil(H/8)"],
    [floorDiv(sub(H, n(124)), 16)!, "floor((H - 124)/16)"],
    [sub(times(floorDiv(sub(H, n(124)), 16)!, n(16)), n(60)), "16*floor((H - 12)/16) - 172"],
    [sub(ceilDiv(H, 2)!, n(3)), "ceil(H/2) - 3"],
    [floorDiv(times(H, n(3)), 2)!, "floor(3*H/2)"],
    [modulo(H, 8)!, "H - 8*floor(H/8)"],
    [sub(n(10), floorDiv(H, 2)!), "10 - floor(H/2)"],
    [times(H, W), "H*W"],
    [times(times(n(3), H), W), "3*H*W"],
    [times(sub(H, n(4)), add(W, n(1))), "(H - 4)*(W + 1)"],
    [add(add(H, W), n(1)), "H + W + 1"],
    [add(times(H, W), times(modulo(W, 3)!, n(2))), "H*W + 2*W - 6*floor(W/3)"],
    [times(ceilDiv(H, 8)!, ceilDiv(W, 8)!), "ceil(H/8)*ceil(W/8)"],
  ];
  for (const [d, text] of cases) test(text, () => expect(show(d)).toBe(text));
});

test("on a domain the line that it follows there", () => {
  const domain: Domain = new Map([["H", residue(16, 12)], ["W", residue(8, 0)]]);
  expect(show(sub(times(floorDiv(sub(H, n(124)), 16)!, n(16)), n(60)), domain)).toBe("H - 184");
  expect(show(floorDiv(sub(H, n(124)), 16)!, domain)).toBe("(H - 124)/16");
  expect(show(ceilDiv(W, 8)!, domain)).toBe("W/8");
  expect(show(add(ceilDiv(W, 8)!, n(2)), domain)).toBe("W/8 + 2");
  expect(show(ceilDiv(H, 8)!, domain)).toBe("(H + 4)/8");
  expect(show(times(times(floorDiv(H, 4)!, ceilDiv(W, 8)!), n(4)), domain)).toBe("H*(W/8)");
  expect(show(floorDiv(H, 32)!, domain)).toBe("floor(H/32)");
  expect(show(times(H, W), new Map([["H", sizeSet(1, () => ({ low: 5, high: 5 }))]]))).toBe("5*W");
  expect(showShape([symbol("N"), n(64), floorDiv(W, 2)!], domain)).toBe("[N, 64, W/2]");
  expect(evaluateShape([n(3), floorDiv(W, 2)!], { W: 9 })).toEqual([3, 4]);
  expect(show(H, new Map([["H", everySize()]]))).toBe("H");
});

test("what is printed evaluates to the size", () => {
  fc.assert(fc.property(trees(["H", "W"], 5), (tree) => {
    const d = dimOf(tree);
    fc.pre(d !== undefined);
    const text = show(d!);
    for (const env of places.filter((_, i) => i % 7 === 0)) expect(`${text} = ${read(text, env)}`).toBe(`${text} = ${evaluate(d!, env)}`);
  }), { numRuns: runs(400) });
});

test("also on a domain", () => {
  const strides = fc.constantFrom(1, 2, 4, 8, 12, 16);
  fc.assert(fc.property(trees(["H", "W"], 4), strides, strides, fc.nat(15), fc.nat(15), (tree, m, k, r, s) => {
    const d = dimOf(tree);
    fc.pre(d !== undefined);
    const sets = { H: residue(m, r % m), W: residue(k, s % k) };
    const text = show(d!, new Map(Object.entries(sets)));
    for (let i = 0; i < 60; i++) {
      const env = { H: (i % 8) * m + (r % m), W: i * k + (s % k) };
      if (!contains(sets.H, env.H) || !contains(sets.W, env.W)) continue;
      let value: number;
      try { value = evaluate(d!, env); } catch (error) { if (error instanceof DimLimit) continue; throw error; }
      expect(read(text, env)).toBeCloseTo(value, 6);
    }
  }), { numRuns: runs(400) });
});
