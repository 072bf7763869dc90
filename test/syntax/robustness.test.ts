import fc, { seeds } from "../fast-check.js";
import { expect, test } from "vitest";
import type { Problem } from "../../src/diagnostics/problem.js";
import { format, formatTree } from "../../src/format/format.js";
import { largestFile } from "../../src/syntax/parse.js";
import { print } from "../../src/syntax/print.js";
import { arbitraryFile } from "./arbitrary.js";
import { read } from "./reading.js";
import { samples } from "./samples.js";

function expectPlacesInside(text: string, problems: readonly Problem[]): void {
  for (const problem of problems) {
    const places = [problem.place, ...problem.labels.map((label) => label.place), ...(problem.fix?.edits.map((edit) => edit.place) ?? [])];
    for (const { span } of places) {
      expect(span.start, problem.code).toBeGreaterThanOrEqual(0);
      expect(span.end, problem.code).toBeGreaterThanOrEqual(span.start);
      expect(span.end, problem.code).toBeLessThanOrEqual(text.length);
    }
    expect(problem.message).not.toMatch(/undefined|NaN|\{\w+\}/);
  }
}

const text = fc.oneof(fc.constantFrom(...Object.values(samples)), arbitraryFile.map((tree) => formatTree(tree)));
const scrap = fc.oneof(
  fc.constantFrom("(", ")", "[", "]", "{", "}", "->", "=", ":", ",", "..", ".", "-", "if", "else", "for", "in", "as", "model", "block", "use", "let", "not", "\"", "/*", "1.", "@", "\n", "\ud800"),
  fc.string({ maxLength: 5 }),
);
const edits = fc.array(fc.record({ at: fc.double({ min: 0, max: 1, noNaN: true }), remove: fc.nat(12), insert: scrap }), { minLength: 1, maxLength: 4 });

test.each(seeds)("mutated files never throw, and every place lies inside the file: seed %i", (seed) => {
  fc.assert(
    fc.property(text, edits, fc.double({ min: 0, max: 1, noNaN: true }), fc.boolean(), (source, changes, cut, truncate) => {
      let mutated = source;
      for (const { at, remove, insert } of changes) {
        const offset = Math.floor(at * mutated.length);
        mutated = mutated.slice(0, offset) + insert + mutated.slice(offset + remove);
      }
      if (truncate) mutated = mutated.slice(0, Math.floor(cut * mutated.length));
      const { problems, tree } = read(mutated);
      expectPlacesInside(mutated, problems);
      print(tree);
    }),
    { numRuns: 500, seed },
  );
});

test("every truncation of a sample is read", () => {
  const source = samples.unet;
  for (let length = 0; length < source.length; length += 3) expectPlacesInside(source.slice(0, length), read(source.slice(0, length)).problems);
});

const inModel = (statement: string): string => `model M() { x = ${statement} }`;
const many = 100_000;
const hostile: Record<string, string> = {
  "open parentheses": inModel("(".repeat(many)),
  "balanced parentheses": inModel("(".repeat(many) + "1" + ")".repeat(many)),
  "open lists": inModel("[".repeat(many)),
  "open braces": "{".repeat(many),
  "closing braces": "}".repeat(many),
  "closing parentheses in a body": inModel(")".repeat(many)),
  minuses: inModel("-".repeat(many) + "1"),
  nots: inModel("not ".repeat(many) + "a"),
  powers: inModel("2^".repeat(many) + "2"),
  sums: inModel("1+".repeat(many) + "1"),
  indices: inModel("a" + "[0]".repeat(many)),
  calls: inModel("a" + "()".repeat(many)),
  members: inModel("a" + ".b".repeat(many)),
  "members of a step": inModel("a -> b" + ".b".repeat(many)),
  "else if": `model M() { if a {} ${"else if b {} ".repeat(many)} }`,
  "conditional else if": inModel("if a then b " + "else if a then b ".repeat(many) + "else c"),
  ifs: inModel("if ".repeat(many)),
  "nested blocks": `model M() { ${"encoder { ".repeat(many)}`,
  "list types": `model M(a: ${"[".repeat(many)}int`,
  steps: inModel("a" + " -> b".repeat(many)),
  quotes: '"'.repeat(many),
  "a long string": `"${"a".repeat(many * 20)}`,
  "a long comment": `/*${"a*".repeat(many * 10)}`,
  escapes: `let x = "${"\\q".repeat(many)}"`,
  strays: "@ ".repeat(many),
  digits: inModel("9".repeat(many)),
  "equal signs": inModel("= ".repeat(many)),
  errors: `model M() { ${"x = -> 3 ".repeat(many)} }`,
  models: "model ".repeat(many),
  docs: "/// doc\n".repeat(many),
  "large nothing": " ".repeat(largestFile),
};

const deep = 195;
const nested: Record<string, string> = {
  parentheses: inModel("(".repeat(deep) + "1" + ")".repeat(deep)),
  lists: inModel("[".repeat(deep) + "]".repeat(deep)),
  records: inModel("{a: ".repeat(deep) + "1" + "}".repeat(deep)),
  calls: inModel("a -> f(x: ".repeat(deep) + "1" + ")".repeat(deep)),
  indices: inModel("a[1 + ".repeat(deep) + "1" + "]".repeat(deep)),
  conditionals: inModel("if a then b else -(".repeat(deep) + "1" + ")".repeat(deep)),
  comprehensions: inModel("[".repeat(deep) + "1" + " for x in y if a]".repeat(deep)),
  blocks: `model M() { ${"for i in 1..2 { if a { ".repeat(deep / 2)} x = 1 ${"} }".repeat(deep / 2)} }`,
  types: `model M(a: ${"[".repeat(deep)}int${"]".repeat(deep)}) {}`,
  "record types": `model M(a: ${"{a: ".repeat(deep)}int${"}".repeat(deep)}) {}`,
  sums: inModel("1+".repeat(450) + "1"),
  "else if": `model M() { if a {} ${"else if b {} ".repeat(400)} }`,
};

test.each(Object.entries(nested))("%s, as deep as is allowed, are read, printed and formatted", (_, source) => {
  const { problems, tree } = read(source);
  expect(problems).toEqual([]);
  print(tree);
  expect("text" in format({ path: "test.seg", text: source })).toBe(true);
});

test.each(Object.entries(hostile))("%s, a hundred thousand times", (_, source) => {
  // Time on the processor: other tests share the machine.
  const start = process.cpuUsage();
  const { problems, tree } = read(source);
  expect(process.cpuUsage(start).user / 1000).toBeLessThan(10_000);
  expectPlacesInside(source, problems);
  print(tree);
});
