/**
 * `npm run validate:zoo [-- NAME...] [--checks A,B]` runs the checks of `segc validate` over the networks of specs/ (all, or the named ones) on the CPU, and keeps
 * what came out in docs/zoo/validation.json, from which `npm run gen` makes docs/validation-zoo.md. All of it takes about an hour of one core.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { parseArgs } from "node:util";
import { type CompiledModel, compile } from "../src/compile.js";
import { renderProblems } from "../src/diagnostics/render.js";
import type { Check } from "../src/validation/check.js";
import { checks } from "../src/validation/checks/index.js";
import { Subject } from "../src/validation/subject.js";
import { type Checked, validate } from "../src/validation/validate.js";
import { type CheckOutcome, type ZooResults, heavy, narrow, resultsPath } from "./zoo-validation.js";

/** Of one image. */
const mostMacs = 5e8;

const host = { read: (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : undefined) };

async function main(): Promise<void> {
  const { values, positionals } = parseArgs({ allowPositionals: true, options: { checks: { type: "string" } } });
  const all = readdirSync("specs").filter((file) => file.endsWith(".seg")).map((file) => file.slice(0, -4)).sort();
  const unknown = positionals.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`there is no specs/${unknown}.seg`);
  // Only the CPU is asked for, so there is nothing to compare it with.
  const wanted = checks.filter(({ name }) => name !== "devices" && (values.checks?.split(",").includes(name) ?? true));
  const names = (positionals.length === 0 ? all : positionals).sort((a, b) => heavy.indexOf(a) - heavy.indexOf(b));
  for (const name of names) {
    const begun = performance.now();
    const results = await checked(name, wanted);
    keep(all, name, { set: narrow[name] ?? {}, checks: Object.fromEntries(results.map((one) => [one.check, outcome(one)])) });
    const counts = results.filter(({ status }) => status === "warning" || status === "failure").length;
    console.log(`${name}: ${counts === 0 ? "green" : `${counts} not green`}, ${Math.round((performance.now() - begun) / 1000)} s`);
  }
}

/** After each network: what was measured is not lost when the next one is stopped. */
function keep(all: readonly string[], name: string, found: ZooResults[string]): void {
  const before = existsSync(resultsPath) ? (JSON.parse(readFileSync(resultsPath, "utf8")) as ZooResults) : {};
  const results: ZooResults = { ...before, [name]: { ...found, checks: { ...before[name]?.checks, ...found.checks } } };
  writeFileSync(resultsPath, `${JSON.stringify(Object.fromEntries(all.flatMap((one) => (results[one] ? [[one, results[one]]] : []))), null, 1)}\n`);
}

async function checked(name: string, wanted: readonly Check[]): Promise<readonly Checked[]> {
  const source = { path: `specs/${name}.seg`, text: readFileSync(`specs/${name}.seg`, "utf8") };
  const set = narrow[name] ?? {};
  const { problems, model } = compile(source, { host, set });
  if (model === undefined) throw new Error(renderProblems(problems));
  const withLoss = compile(source, { host, set, withLoss: true }).model;
  const [height, width] = small(model);
  return validate({
    model, withLoss: withLoss?.network.outputs.some(({ role }) => role === "loss") ? withLoss : undefined, checks: wanted, size: { height, width }, threads: 1,
    onChecked: ({ check, status, seconds }) => process.stderr.write(`  ${name} ${check}: ${status}, ${seconds.toFixed(1)} s\n`),
  });
}

/** An eighth of the natural size, or a sixteenth where that is not cheap. */
function small(model: CompiledModel): readonly [number, number] {
  const subject = new Subject({ model });
  try {
    const { natural } = subject.network.inputs[0]!.image;
    const sizes = [1 / 8, 1 / 16].map((factor) => subject.sizes((natural?.[0] ?? 512) * factor, (natural?.[1] ?? 512) * factor)).filter((one) => one !== undefined);
    const [, , height = 0, width = 0] = subject.imageShape(sizes.find((one) => subject.macs(one) <= mostMacs) ?? sizes.at(-1) ?? subject.smallest!);
    return [height, width];
  } finally {
    subject.close();
  }
}

/** Figures belong to a machine, in part; what a check says of a network does not. */
const outcome = ({ status, because, details = [] }: Checked): CheckOutcome => ({
  status,
  ...(because === undefined || status === "pass" ? {} : { because }),
  ...(details.length === 0 || status === "pass" ? {} : { details: details.slice(0, 4) }),
});

await main();
