import fc, { runs } from "../fast-check.js";
import { describe, expect, test } from "vitest";
import {
  add, ceilDiv, constant, constantValue, DimLimit, divideExact, evaluate, floorDiv, maximum, minimum, modulo, negate, rate,
  sameFunction, sub, substitute, symbol, symbolsOf, times, type Dim,
} from "../../src/tensor/index.js";
import { compute, dimOf, places, trees, type Tree } from "./trees.js";

const H = symbol("H");
const W = symbol("W");
const C = symbol("C");
const n = constant;

/** Evaluates, or says that the numbers grew too large. */
function valueOf(d: Dim, env: Record<string, number>): number | "limit" {
  try {
    return evaluate(d, env);
  } catch (error) {
    if (error instanceof DimLimit) return "limit";
    throw error;
  }
}

function agrees(tree: Tree): void {
  const d = dimOf(tree);
  if (d === undefined) return;
  for (const env of places) {
    const value = valueOf(d, env);
    if (value !== "limit" && value !== compute(tree, env) + 0) expect({ env, value }).toEqual({ env, value: compute(tree, env) });
  }
}

describe("a size is its expression at every point", () => {
  test("of H", () => fc.assert(fc.property(trees(["H"]), agrees), { numRuns: runs(400) }));
  test("of H and W", () => fc.assert(fc.property(trees(["H", "W"]), agrees), { numRuns: runs(400) }));

  test("a univariate size without products is never given up", () => {
    let d: Dim = H;
    for (const k of [2, 3, 4, 5, 8]) d = ceilDiv(add(floorDiv(add(d, n(k)), k)!, times(H, n(k))), 2)!;
    expect(d.kind).toBe("quasi");
  });
});

describe("canonical form", () => {
  test("equal functions have equal fields", () => {
    expect(ceilDiv(H, 8)).toEqual(floorDiv(add(H, n(7)), 8));
    expect(floorDiv(floorDiv(H, 2)!, 3)).toEqual(floorDiv(H, 6));
    expect(add(times(floorDiv(H, 4)!, n(4)), modulo(H, 4)!)).toEqual(H);
    expect(sub(floorDiv(add(H, n(4)), 4)!, floorDiv(H, 4)!)).toEqual(n(1));
    expect(add(add(H, W), n(1))).toEqual(add(n(1), add(W, H)));
    expect(sub(times(H, W), times(W, H))).toEqual(n(0));
    expect(sub(add(H, W), W)).toEqual(H);
  });

  test("no minus zero", () => {
    for (const d of [negate(n(0)), times(H, n(0)), modulo(n(-8), 4)!, floorDiv(n(-0), 3)!]) expect(Object.is(constantValue(d), 0)).toBe(true);
    expect(negate(negate(H))).toEqual(H);
  });

  test("sameFunction agrees with the values", () => {
    fc.assert(fc.property(trees(["H", "W"], 4), trees(["H", "W"], 4), fc.boolean(), (s, t, rebuilt) => {
      const a = dimOf(s);
      // Half of the time the same function in another disguise.
      const b = rebuilt ? dimOf({ op: "sub", a: { op: "add", a: s, b: t }, b: t }) : dimOf(t);
      fc.pre(a !== undefined && b !== undefined);
      try {
        const same = sameFunction(a!, b!);
        if (rebuilt) expect(same).toBe(true);
        const values = places.every((env) => evaluate(a!, env) === evaluate(b!, env));
        if (same) expect(values).toBe(true);
        else if (symbolsOf(a!).length + symbolsOf(b!).length <= 1) expect(values).toBe(false);
      } catch (error) {
        if (!(error instanceof DimLimit)) throw error;
      }
    }), { numRuns: runs(400) });
  });

  test("factored and multiplied out are the same function", () => {
    const product = times(sub(H, n(4)), sub(W, n(4)));
    const expanded = add(sub(times(H, W), times(n(4), add(H, W))), n(16));
    expect(sameFunction(product, expanded)).toBe(true);
    expect(sameFunction(product, add(expanded, n(1)))).toBe(false);
    expect(sameFunction(times(floorDiv(H, 2)!, W), times(ceilDiv(H, 2)!, W))).toBe(false);
    expect(sameFunction(times(H, sub(H, n(1))), sub(times(H, H), H))).toBe(true);
  });
});

describe("divisions", () => {
  test("of polynomials: only what is decided", () => {
    expect(floorDiv(times(H, W), 2)).toBeUndefined();
    expect(floorDiv(add(H, W), 2)).toBeUndefined();
    expect(floorDiv(add(times(times(H, W), n(4)), add(H, n(3))), 4)).toEqual(add(times(H, W), floorDiv(add(H, n(3)), 4)!));
    expect(ceilDiv(add(times(times(H, W), n(4)), n(3)), 4)).toEqual(add(times(H, W), n(1)));
    expect(modulo(add(times(H, n(6)), add(W, n(1))), 3)).toEqual(modulo(add(W, n(1)), 3));
  });

  test("exact ones", () => {
    expect(divideExact(times(times(H, W), C), times(C, W))).toEqual(H);
    expect(divideExact(times(sub(H, n(4)), sub(W, n(4))), sub(W, n(4)))).toEqual(sub(H, n(4)));
    expect(divideExact(times(floorDiv(H, 8)!, times(W, n(12))), times(floorDiv(H, 8)!, n(3)))).toEqual(times(W, n(4)));
    expect(divideExact(add(times(H, W), times(n(3), W)), W)).toEqual(add(H, n(3)));
    expect(divideExact(times(add(H, W), n(6)), times(add(H, W), n(2)))).toEqual(n(3));
    expect(divideExact(times(H, W), add(H, W))).toBeUndefined();
    expect(divideExact(times(n(16), floorDiv(H, 16)!), n(4))).toEqual(times(n(4), floorDiv(H, 16)!));
    expect(divideExact(H, n(2))).toBeUndefined();
    expect(divideExact(n(12), n(4))).toEqual(n(3));
    expect(divideExact(n(12), n(5))).toBeUndefined();
    expect(divideExact(n(0), H)).toEqual(n(0));
    expect(divideExact(H, n(0))).toBeUndefined();
  });

  test("an exact quotient times the divisor is the dividend", () => {
    fc.assert(fc.property(trees(["H", "W"], 3), trees(["H", "W"], 3), (s, t) => {
      const a = dimOf({ op: "times", a: s, b: t });
      const b = dimOf(t);
      const quotient = a && b && divideExact(a, b);
      fc.pre(quotient !== undefined);
      for (const env of places.slice(40, 140)) expect(evaluate(quotient!, env) * evaluate(b!, env) + 0).toBe(evaluate(a!, env));
    }), { numRuns: runs(200) });
  });

  test("divisors are positive integers", () => {
    for (const k of [0, -2, 1.5]) expect(() => floorDiv(H, k)).toThrow(RangeError);
  });
});

test("minimum and maximum", () => {
  expect(minimum(H, add(H, n(2)))).toEqual(H);
  expect(maximum(floorDiv(H, 2)!, ceilDiv(H, 2)!)).toEqual(ceilDiv(H, 2));
  expect(minimum(H, n(7))).toBeUndefined();
  expect(minimum(H, W)).toBeUndefined();
  expect(maximum(times(H, W), add(times(H, W), n(1)))).toEqual(add(times(H, W), n(1)));
});

test("substitution is composition", () => {
  fc.assert(fc.property(trees(["H", "W"], 4), trees(["W"], 3), (s, t) => {
    const f = dimOf(s);
    const g = dimOf(t);
    fc.pre(f !== undefined && g !== undefined);
    try {
      const composed = substitute(f!, "H", g!);
      fc.pre(composed !== undefined);
      for (const env of places) expect(valueOf(composed!, env)).toBe(evaluate(f!, { ...env, H: evaluate(g!, env) }));
    } catch (error) {
      if (!(error instanceof DimLimit)) throw error;
    }
  }), { numRuns: runs(300) });
  expect(substitute(floorDiv(H, 16)!, "H", add(times(symbol("k"), n(16)), n(124)))).toEqual(add(symbol("k"), n(7)));
});

test("rates, symbols, limits", () => {
  expect(rate(ceilDiv(H, 8)!)).toEqual({ numerator: 1, denominator: 8 });
  expect(rate(times(floorDiv(H, 16)!, n(2)))).toEqual({ numerator: 1, denominator: 8 });
  expect(rate(n(4))).toEqual({ numerator: 0, denominator: 1 });
  expect(rate(times(H, W))).toBeUndefined();
  expect(symbolsOf(times(W, H))).toEqual(["H", "W"]);
  expect(() => floorDiv(floorDiv(H, 65_536)!, 3)).toThrow(DimLimit);
  expect(() => times(times(n(2 ** 30), n(2 ** 30)), H)).toThrow(DimLimit);
  expect(() => evaluate(H, {})).toThrow(RangeError);
  expect(() => constant(0.5)).toThrow(RangeError);
  expect(floorDiv(n(Number.MAX_SAFE_INTEGER), 3)).toEqual(n(Number((BigInt(Number.MAX_SAFE_INTEGER)) / 3n)));
});

test("a hundred thousand operations take well under a second", () => {
  const started = process.cpuUsage(); // other tests share the machine
  let d: Dim = H;
  for (let i = 0; i < 25_000; i++) {
    d = floorDiv(add(d, n(3)), 2)!;                  // period up to 64
    d = times(d, n(2));
    d = sub(d, n(i % 7));
    if (i % 6 === 5) d = H;
  }
  const ms = process.cpuUsage(started).user / 1000;
  console.log(`100,000 chained operations: ${ms.toFixed(0)} ms`);
  expect(ms).toBeLessThan(5_000);
});
