import { describe, expect, test } from "vitest";
import type { Diagnostic } from "../../src/diagnostics/diagnostic.js";
import * as catalogue from "../../src/diagnostics/catalogue/syntax.js";
import { largestFile } from "../../src/syntax/parse.js";
import { read, shown } from "./reading.js";

describe.each(Object.values(catalogue) as Diagnostic[])("$code", (entry) => {
  test("`bad` reports exactly this", () => {
    const bad = entry === catalogue.fileTooLarge ? entry.bad.padEnd(largestFile + 1, " ") : entry.bad;
    const { problems } = read(bad);
    expect(shown(problems)).toHaveLength(1);
    expect(problems[0]!.code).toBe(entry.code);
  });
  test("`good` reports nothing", () => {
    expect(shown(read(entry.good).problems)).toEqual([]);
  });
  test("a fix that it offers repairs `bad`", () => {
    const { problems } = read(entry.bad);
    const fix = problems[0]?.fix;
    if (fix === undefined) return;
    let text = entry.bad;
    for (const { place, text: replacement } of [...fix.edits].sort((a, b) => b.place.span.start - a.place.span.start)) {
      text = text.slice(0, place.span.start) + replacement + text.slice(place.span.end);
    }
    expect(shown(read(text).problems)).toEqual([]);
  });
});
