import fc, { runs } from "../fast-check.js";
import { describe, expect, test } from "vitest";
import {
  add, affineOn, ceilDiv, constant, contains, DimLimit, equalOn, evaluate, everySize, floorDiv, holds, holdsAt, intersect, modulo, negate,
  restrict, sizeSet, smallest, solve, sub, symbol, times, type Condition, type Dim, type Domain, type SizeSet,
} from "../../src/tensor/index.js";
import { dimOf, trees } from "./trees.js";

const H = symbol("H");
const W = symbol("W");
const n = constant;
const residue = (modulus: number, r: number) => sizeSet(modulus, (s) => (s === r ? { low: 1, high: Infinity } : undefined));
const domainOf = (sets: Record<string, SizeSet>): Domain => new Map(Object.entries(sets));
const atLeast = (left: Dim, right: Dim = n(1)): Condition => ({ kind: "atLeast", left, right });

const conditions = (names: readonly string[], depth: number): fc.Arbitrary<Condition | undefined> => fc.tuple(
  fc.constantFrom("equal" as const, "atLeast", "divisible", "remainderAtMost"), trees(names, depth), trees(names, depth),
  fc.constantFrom(1, 2, 3, 4, 5, 8), fc.nat(3),
).map(([kind, s, t, by, most]) => {
  const a = dimOf(s);
  const b = dimOf(t);
  if (a === undefined || b === undefined) return undefined;
  if (kind === "equal" || kind === "atLeast") return { kind, left: a, right: b };
  return kind === "divisible" ? { kind, dim: a, by } : { kind, dim: a, by, most };
});

/** Skips the case when a number grew past 2^53. */
function within(limit: () => void): void {
  try { limit(); } catch (error) { if (!(error instanceof DimLimit)) throw error; }
}

test("solve is what trying 1 .. 600 finds", () => {
  const seen = { always: 0, never: 0, sizes: 0, undecided: 0 };
  fc.assert(fc.property(conditions(["H"], 4), (condition) => {
    fc.pre(condition !== undefined);
    const solution = solve(condition!);
    seen[solution.kind]++;
    if (solution.kind === "undecided") return;
    within(() => {
      for (let x = 1; x <= 600; x++) {
        const expected = solution.kind === "sizes" ? contains(solution.set, x) : solution.kind === "always";
        if (holdsAt(condition!, { H: x }) !== expected) expect({ x, expected }).toBe("wrong");
      }
    });
  }), { numRuns: runs(1500) });
  expect(Math.min(seen.always, seen.never, seen.sizes)).toBeGreaterThan(10);
  expect(seen.undecided).toBeLessThan(seen.sizes);
});

test("what is said about H and W holds at every pair tried", () => {
  fc.assert(fc.property(conditions(["H", "W"], 3), (condition) => {
    fc.pre(condition !== undefined);
    const solution = solve(condition!);
    if (solution.kind === "undecided") return;
    within(() => {
      for (let H = 1; H <= 25; H++) for (let W = 1; W <= 25; W++) {
        const expected = solution.kind === "sizes" ? contains(solution.set, { H, W }[solution.symbol as "H"]) : solution.kind === "always";
        if (holdsAt(condition!, { H, W }) !== expected) expect({ H, W, expected }).toBe("wrong");
      }
    });
  }), { numRuns: runs(600) });
});

test("no univariate condition without products is undecided", () => {
  const slow = floorDiv(times(H, n(3)), 8)!;
  const fast = sub(times(H, n(2)), n(77));
  for (const [left, right] of [[slow, fast], [fast, slow], [negate(slow), negate(fast)], [sub(n(50), slow), n(1)]] as const) {
    for (const kind of ["atLeast", "equal"] as const) {
      const solution = solve({ kind, left, right });
      expect(solution.kind).toBe("sizes");
      for (let x = 1; x <= 600; x++) expect(contains((solution as { set: SizeSet }).set, x)).toBe(holdsAt({ kind, left, right }, { H: x }));
    }
  }
});

describe("products and several symbols", () => {
  const area = times(H, W);
  test("decided where there is a proof", () => {
    expect(solve(atLeast(area)).kind).toBe("always");
    expect(solve(atLeast(negate(area))).kind).toBe("never");
    expect(solve({ kind: "equal", left: area, right: n(0) }).kind).toBe("never");
    expect(solve({ kind: "equal", left: times(H, W), right: times(W, H) }).kind).toBe("always");
    expect(solve({ kind: "equal", left: area, right: times(W, n(16)) })).toEqual({ kind: "sizes", symbol: "H", set: sizeSet(1, () => ({ low: 16, high: 16 })) });
    expect(solve(atLeast(times(sub(H, n(4)), W), times(W, n(3))))).toEqual({ kind: "sizes", symbol: "H", set: everySize(7) });
    expect(solve(atLeast(add(H, W), n(2))).kind).toBe("always");
    expect(solve({ kind: "divisible", dim: times(H, add(H, n(1))), by: 2 }).kind).toBe("always");
    expect(solve({ kind: "divisible", dim: times(H, H), by: 4 })).toEqual({ kind: "sizes", symbol: "H", set: residue(2, 0) });
    expect(solve({ kind: "divisible", dim: times(area, n(6)), by: 3 }).kind).toBe("always");
  });
  test("undecided, with a reason, where there is none", () => {
    expect(solve({ kind: "equal", left: H, right: W })).toEqual({ kind: "undecided", reason: "it couples H and W" });
    expect(solve(atLeast(area, n(10)))).toEqual({ kind: "undecided", reason: "it couples H and W in a product" });
    expect(solve(atLeast(times(H, H), n(10)))).toEqual({ kind: "undecided", reason: "it multiplies H with itself" });
    expect(solve({ kind: "divisible", dim: area, by: 2 }).kind).toBe("undecided");
  });
});

describe("domains", () => {
  const odd = residue(2, 1);
  test("restrict", () => {
    const empty: Domain = new Map();
    const halved = restrict(empty, { kind: "divisible", dim: H, by: 2 });
    expect(halved).toEqual({ outcome: "restricted", domain: domainOf({ H: residue(2, 0) }) });
    expect(restrict(halved.domain, { kind: "divisible", dim: times(H, n(3)), by: 6 }).outcome).toBe("always");
    expect(restrict(halved.domain, { kind: "equal", left: modulo(H, 2)!, right: n(1) }).outcome).toBe("empty");
    expect(restrict(empty, { kind: "equal", left: n(1), right: n(2) }).outcome).toBe("empty");
    expect(restrict(empty, { kind: "equal", left: H, right: W })).toMatchObject({ outcome: "undecided", reason: "it couples H and W" });
    // With H >= 5 the factor H - 4 is positive and cancels.
    const condition = atLeast(times(sub(H, n(4)), W), times(sub(H, n(4)), sub(n(20), W)));
    expect(restrict(domainOf({ H: everySize(5) }), atLeast(times(sub(H, n(4)), sub(W, n(9))))))
      .toEqual({ outcome: "restricted", domain: domainOf({ H: everySize(5), W: everySize(10) }) });
    expect(restrict(empty, condition).outcome).toBe("undecided");
  });
  test("equalOn and holds", () => {
    expect(equalOn(domainOf({ H: residue(8, 0) }), ceilDiv(H, 8)!, floorDiv(H, 8)!)).toBe(true);
    expect(equalOn(new Map(), ceilDiv(H, 8)!, floorDiv(H, 8)!)).toBe(false);
    expect(equalOn(domainOf({ H: residue(2, 0), W: odd }), times(ceilDiv(H, 2)!, W), times(floorDiv(H, 2)!, W))).toBe(true);
    expect(equalOn(domainOf({ W: odd }), times(ceilDiv(H, 2)!, W), times(floorDiv(H, 2)!, W))).toBe(false);
    expect(holds(domainOf({ H: odd }), { kind: "divisible", dim: add(H, n(1)), by: 2 })).toBe(true);
    expect(holds(domainOf({ H: odd }), { kind: "divisible", dim: H, by: 3 })).toEqual({ counterexample: { H: 1 } });
    expect(holds(new Map(), atLeast(sub(H, n(5))))).toEqual({ counterexample: { H: 1 } });
    expect(holds(new Map(), { kind: "equal", left: H, right: W })).toMatchObject({ counterexample: {} });
    expect(holds(domainOf({ H: residue(2, 0), W: residue(2, 0) }), { kind: "divisible", dim: times(H, W), by: 4 })).toBe(true);
    expect(holds(domainOf({ H: residue(2, 0) }), { kind: "divisible", dim: times(H, W), by: 4 })).toEqual({ counterexample: { H: 2, W: 1 } });
    expect(holds(domainOf({ H: intersect(odd, residue(2, 0)) }), atLeast(negate(H)))).toBe(true);
    // H cancels, so it takes its smallest value.
    expect(holds(new Map(), { kind: "equal", left: add(times(W, W), H), right: add(H, n(1)) })).toEqual({ counterexample: { H: 1, W: 2 } });
    const small = sizeSet(1, () => ({ low: 1, high: 30 }));
    expect(holds(domainOf({ H: small, W: small }), atLeast(n(900), times(H, W)))).toBe(true);
    expect(holds(domainOf({ H: small, W: small }), atLeast(n(899), times(H, W)))).toEqual({ counterexample: { H: 30, W: 30 } });
  });
  test("holds and equalOn agree with trying", () => {
    const moduli = fc.constantFrom(1, 2, 3, 4);
    fc.assert(fc.property(conditions(["H", "W"], 3), moduli, moduli, fc.integer({ min: 1, max: 9 }), (condition, m, k, least) => {
      fc.pre(condition !== undefined);
      const domain = domainOf({ H: intersect(residue(m, least % m), everySize(least)), W: residue(k, 0) });
      const answer = holds(domain, condition!);
      const restriction = restrict(domain, condition!);
      within(() => {
        if (typeof answer === "object") {
          const at = { H: smallest(domain.get("H")!)!, W: smallest(domain.get("W")!)!, ...answer.counterexample };
          expect(holdsAt(condition!, at)).toBe(false);
          for (const [name, x] of Object.entries(answer.counterexample)) expect(contains(domain.get(name)!, x)).toBe(true);
        }
        for (let H = least; H < least + 30; H += m) for (let W = k; W <= 30; W += k) {
          const true_ = holdsAt(condition!, { H, W });
          if (answer === true) expect(true_).toBe(true);
          if (restriction.outcome === "always") expect(true_).toBe(true);
          if (restriction.outcome === "empty") expect(true_).toBe(false);
          if (restriction.outcome === "restricted") {
            expect(true_).toBe(contains(restriction.domain.get("H")!, H) && contains(restriction.domain.get("W")!, W));
          }
          if (condition!.kind === "equal" && equalOn(domain, condition!.left, condition!.right) === true) expect(true_).toBe(true);
        }
      });
    }), { numRuns: runs(300) });
  });
  test("affineOn", () => {
    const unet = domainOf({ H: residue(16, 12) });
    expect(affineOn(sub(times(floorDiv(sub(H, n(124)), 16)!, n(16)), n(60)), unet)).toEqual({ numerator: 1, denominator: 1, offset: -184 });
    expect(affineOn(ceilDiv(H, 8)!, unet)).toEqual({ numerator: 1, denominator: 8, offset: 4 });
    expect(affineOn(ceilDiv(H, 32)!, unet)).toBeUndefined();
    expect(affineOn(times(H, W), unet)).toBeUndefined();
    expect(affineOn(n(3), unet)).toEqual({ numerator: 0, denominator: 1, offset: 3 });
    expect(affineOn(floorDiv(H, 7)!, domainOf({ H: sizeSet(1, () => ({ low: 15, high: 15 })) }))).toEqual({ numerator: 0, denominator: 1, offset: 2 });
    fc.assert(fc.property(trees(["H"], 4), fc.constantFrom(1, 2, 4, 6, 16), fc.nat(15), fc.option(fc.nat(40)), (tree, m, r, most) => {
      const d = dimOf(tree);
      fc.pre(d !== undefined);
      const set = sizeSet(m, (s) => (s === r % m ? { low: 1, high: most ?? Infinity } : undefined));
      const line = affineOn(d!, domainOf({ H: set }));
      if (line === undefined) return;
      for (let x = 1; x < 300; x++) {
        if (contains(set, x)) expect((line.numerator * x + line.offset) / line.denominator).toBe(evaluate(d!, { H: x }));
      }
    }), { numRuns: runs(300) });
  });
});
