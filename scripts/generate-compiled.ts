/** What the specs compile to, as text: a changed graph is a difference in these files. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { compile } from "../src/compile.js";
import type { LevelReport } from "../src/analyses/inspect-sizes.js";
import { inspect } from "../src/analyses/inspect.js";
import { renderProblems } from "../src/diagnostics/render.js";
import { printOnnx } from "../src/onnx/text.js";

/** `compiled/<name>.onnx.txt` and `compiled/<name>.json` for each `specs/<name>.seg`. */
export function compiledFiles(): Record<string, string> {
  const names = readdirSync("specs").filter((file) => file.endsWith(".seg")).map((file) => file.slice(0, -4)).sort();
  return Object.assign({}, ...names.map(filesOf)) as Record<string, string>;
}

/** Uses are read from the disk, relative to the repository. */
const host = { read: (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : undefined) };

function filesOf(name: string): Record<string, string> {
  const path = `specs/${name}.seg`;
  const { problems, model } = compile({ path, text: readFileSync(path, "utf8") }, { host });
  if (model === undefined) throw new Error(`${path} does not compile:\n\n${renderProblems(problems)}`);
  const { layers: _, tensors: _tensors, joins: _joins, levels, weights, ...report } = inspect(model);
  const summary = {
    ...report,
    levels: Object.fromEntries(Object.entries(levels).map(([symbol, by]) => [symbol, Object.fromEntries(Object.entries(by).map(([level, one]) => [level, inShort(one)]))])),
    nodes: model.onnx.nodes.length,
    warnings: problems.map((problem) => problem.code),
    weights: weights.map(({ name: weight, shape }) => [weight, shape]),
  };
  return { [`compiled/${name}.onnx.txt`]: printOnnx(model.onnx), [`compiled/${name}.json`]: `${json(summary)}\n` };
}

/** Which sizes fit, and which step takes the residue classes that do not. */
const inShort = ({ formula, limits }: LevelReport) => ({ formula, lost: limits.flatMap(({ classes, path }) => (classes === null ? [] : [[classes, path]])) });

/** JSON with what is short on one line, so that a changed weight is one changed line. */
function json(value: unknown, indent = ""): string {
  const flat = JSON.stringify(value);
  if (typeof value !== "object" || value === null) return flat;
  const spaced = inline(value);
  if (spaced.length <= 100 && !holdsPairs(value)) return spaced;
  const deeper = `${indent}  `;
  const [open, close, items] = Array.isArray(value)
    ? ["[", "]", value.map((item) => json(item, deeper))]
    : ["{", "}", Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${json(item, deeper)}`)];
  return `${open}\n${items.map((item) => deeper + item).join(",\n")}\n${indent}${close}`;
}

/** A list of lists or objects gets a line for each, however short. */
const holdsPairs = (value: object): boolean => Array.isArray(value) && value.length > 1 && value.every((item) => typeof item === "object" && item !== null);

function inline(value: unknown): string {
  if (Array.isArray(value)) return `[${value.map(inline).join(", ")}]`;
  if (typeof value !== "object" || value === null) return JSON.stringify(value);
  const items = Object.entries(value).map(([key, item]) => `${JSON.stringify(key)}: ${inline(item)}`);
  return items.length === 0 ? "{}" : `{ ${items.join(", ")} }`;
}
