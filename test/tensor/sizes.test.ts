import fc from "../fast-check.js";
import { describe, expect, test } from "vitest";
import {
  above, below, contains, counterexample, countOf, everySize, formula, formulaParts, intersect, isEmpty, isSubset, largest, members,
  residues, sameSet, sizeSet, smallest, unbounded, type SizeSet,
} from "../../src/tensor/index.js";

const line = Array.from({ length: 400 }, (_, i) => i - 20);
const listOf = (set: SizeSet) => line.filter((x) => contains(set, x));

const bounds = fc.option(
  fc.tuple(fc.integer({ min: -5, max: 60 }), fc.oneof(fc.constant(Infinity), fc.integer({ min: 0, max: 120 })))
    .map(([low, more]) => ({ low, high: low + more })),
  { nil: undefined },
);
const sets = fc.constantFrom(1, 2, 3, 4, 6, 8, 12).chain((modulus) =>
  fc.array(bounds, { minLength: modulus, maxLength: modulus }).map((wanted) => ({ modulus, wanted, set: sizeSet(modulus, (r) => wanted[r]) })));
const residueClass = (modulus: number, ...wanted: number[]) => sizeSet(modulus, (r) => (wanted.includes(r) ? { low: 1, high: Infinity } : undefined));
const from = (least: number) => everySize(least);
const upTo = (most: number) => sizeSet(1, () => ({ low: 1, high: most }));

test("membership is as built, whatever the normal form", () => {
  fc.assert(fc.property(sets, ({ modulus, wanted, set }) => {
    const plain = line.filter((x) => {
      const interval = wanted[((x % modulus) + modulus) % modulus];
      return interval !== undefined && interval.low <= x && x <= interval.high;
    });
    expect(listOf(set)).toEqual(plain);
    expect(smallest(set)).toBe(plain[0]);
    expect(isEmpty(set)).toBe(plain.length === 0);
    if (!unbounded(set)) {
      expect([members(set), countOf(set), largest(set)]).toEqual([plain, plain.length, plain.at(-1)]);
    }
    for (const x of [-10, 0, 7, 40, 100, 200]) {
      expect(below(set, x)).toBe(plain.filter((y) => y < x).at(-1));
      expect(above(set, x)).toBe(plain.find((y) => y > x));
    }
  }));
});

test("intersection, inclusion and the smallest difference", () => {
  fc.assert(fc.property(sets, sets, ({ set: a }, { set: b }) => {
    const both = intersect(a, b);
    expect(listOf(both)).toEqual(line.filter((x) => contains(a, x) && contains(b, x)));
    const missing = line.find((x) => contains(a, x) && !contains(b, x));
    expect(counterexample(a, b)).toBe(missing);
    expect(isSubset(a, b)).toBe(missing === undefined);
    expect(isSubset(both, a) && isSubset(both, b)).toBe(true);
    expect(sameSet(a, b)).toBe(listOf(a).join() === listOf(b).join());
  }));
});

test("equal sets have equal representations", () => {
  fc.assert(fc.property(sets, fc.constantFrom(1, 2, 3, 5, 8), ({ set }, k) => {
    const finer = sizeSet(set.modulus * k, (r) => set.classes[r % set.modulus]);
    expect(finer).toEqual(set);
  }));
  fc.assert(fc.property(sets, sets, ({ set: a }, { set: b }) => {
    if (sameSet(a, b)) expect(a).toEqual(b);
    expect(intersect(a, b)).toEqual(intersect(b, a));
    expect(intersect(a, intersect(a, b))).toEqual(intersect(b, a));
  }));
  // Finite sets that several moduli can tell apart.
  const three = (modulus: number) => sizeSet(modulus, (r) => [12, 28, 44].filter((x) => x % modulus === r).map((x) => ({ low: x, high: x }))[0]);
  expect(three(3)).toEqual(three(64));
  expect(three(3).modulus).toBe(16);
});

describe("formulas", () => {
  const cases: [string, SizeSet, number?][] = [
    ["16k + 124, k >= 4", intersect(residueClass(16, 12), from(188)), 124],
    ["16k + 12, k >= 11", intersect(residueClass(16, 12), from(188))],
    ["16k + 12, k >= 11", intersect(residueClass(16, 12), from(188)), 125],
    ["8k + 1, k >= 1", intersect(residueClass(8, 1), from(2))],
    ["8k + 1, k >= 0", residueClass(8, 1)],
    ["32k, k >= 1", residueClass(32, 0)],
    ["any size >= 1", everySize()],
    ["any size >= 188", from(188)],
    ["any size from 1 to 600", upTo(600)],
    ["32k + {0, 29, 30, 31}, k >= 1", intersect(residueClass(32, 0, 29, 30, 31), from(32))],
    ["32k + {29, 30, 31, 32}, k >= 0", residueClass(32, 0, 29, 30, 31)],
    ["8k + {1..7}, k >= 0", residueClass(8, 1, 2, 3, 4, 5, 6, 7)],
    ["16k, 1 <= k <= 37", intersect(residueClass(16, 0), upTo(600))],
    ["12, 28 or 44", intersect(residueClass(16, 12), upTo(50))],
    ["7", sizeSet(1, () => ({ low: 7, high: 7 }))],
    ["no size", intersect(residueClass(2, 0), residueClass(2, 1))],
    ["1 or any size >= 5", sizeSet(4, (r) => ({ low: r === 1 ? 1 : 5, high: Infinity }))],
    ["2 or 8k + {2, 9}, k >= 1", sizeSet(8, (r) => (r === 2 ? { low: 2, high: Infinity } : r === 1 ? { low: 17, high: Infinity } : undefined))],
  ];
  for (const [text, set, base] of cases) test(text, () => expect(formula(set, "k", base)).toBe(text));

  test("every formula names the members", () => {
    fc.assert(fc.property(sets, ({ set }) => {
      const text = formula(set);
      expect(line.filter((x) => inFormula(text, x)), text).toEqual(listOf(set));
    }));
  });

  test("as data", () => {
    expect(formulaParts(intersect(residueClass(16, 12), from(188)), 124))
      .toEqual({ modulus: 16, residues: [12], minimum: 188, formula: "16k + 124, k >= 4" });
    expect(residues(residueClass(32, 0, 29))).toEqual([0, 29]);
  });
});

/** Reads the text back, independently of how it was made. */
function inFormula(text: string, x: number): boolean {
  if (text === "no size") return false;
  return text.split(/ or (?:any size (?=>=))?/).some((part) => {
    const least = /^(?:any size )?>= (-?\d+)$/.exec(part.replace("; ", ""));
    if (least) return x >= Number(least[1]);
    const range = /^any size from (-?\d+) to (-?\d+)$/.exec(part);
    if (range) return x >= Number(range[1]) && x <= Number(range[2]);
    const steps = /^(\d+)k(?: \+ (?:(\d+)|\{(.*)\}))?, (?:k (>=|=) (-?\d+)|(-?\d+) <= k <= (-?\d+));?$/.exec(part);
    if (!steps) return part.split(", ").map(Number).includes(x);
    const offsets = (steps[3] ?? steps[2] ?? "0").split(", ").flatMap((piece) => {
      const [low, high] = piece.split("..").map(Number) as [number, number?];
      return Array.from({ length: (high ?? low) - low + 1 }, (_, i) => low + i);
    });
    const low = Number(steps[5] ?? steps[6]);
    const high = steps[4] === ">=" ? Infinity : steps[4] === "=" ? low : Number(steps[7]);
    return offsets.some((offset) => {
      const k = (x - offset) / Number(steps[1]);
      return Number.isInteger(k) && low <= k && k <= high;
    });
  });
}
