/** What is reported for the examples of the catalogue: `segc explain`, the reference and the tests all show this. */
import { type CompileOptions, check, compile } from "./compile.js";
import { fileTooLarge } from "./diagnostics/catalogue/syntax.js";
import type { Diagnostic } from "./diagnostics/diagnostic.js";
import type { Problem } from "./diagnostics/problem.js";
import { largestFile } from "./syntax/parse.js";

const path = "example.seg";

/** `good` is held against the options of `bad`, less what belongs to `bad` alone: the model it names, the values it sets. */
export function exampleProblems(entry: Diagnostic, which: "bad" | "good"): readonly Problem[] {
  const { size, set = [], model, maxNodes, compile: compiled, files = {} } = entry.options ?? {};
  // Eight megabytes have no place in the catalogue.
  const text = entry.code === fileTooLarge.code && which === "bad" ? entry.bad.padEnd(largestFile + 1, " ") : entry[which];
  const [height, width] = (size ?? "").split("x").map(Number);
  const texts = new Map(Object.entries({ ...files, [path]: text }));
  const options: CompileOptions = {
    ...(size === undefined ? {} : { size: { height: height!, width: width! } }),
    ...(maxNodes === undefined ? {} : { limits: { maxNodes } }),
    ...(which === "good" ? {} : { set: Object.fromEntries(set.map(nameAndValue)), ...(model === undefined ? {} : { model }) }),
    host: { read: (asked) => texts.get(asked), list: () => [...texts.keys()] },
  };
  return (compiled === true ? compile : check)({ path, text }, options).problems;
}

/** `classes=3` */
const nameAndValue = (one: string): readonly [string, string] => [one.slice(0, one.indexOf("=")), one.slice(one.indexOf("=") + 1)];
