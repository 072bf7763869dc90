/**
 * `npm run validate:zoo [-- NAME...]` runs every check of `segc validate` over every network of specs/ (or the named ones) on the CPU, and keeps what came out
 * in docs/zoo/validation.json, from which `npm run gen` makes docs/validation-zoo.md. It takes an hour or so, and little memory.
 */
import { existsSync, readFileSync, readdirSync, writeFileSync } from "node:fs";
import { type CompiledModel, compile } from "../src/compile.js";
import { renderProblems } from "../src/diagnostics/render.js";
import { checks } from "../src/validation/checks/index.js";
import { Subject } from "../src/validation/subject.js";
import { type Checked, validate } from "../src/validation/validate.js";
import { type ZooResults, narrow, resultsPath } from "./zoo-validation.js";

/** Of one image. */
const mostMacs = 1e9;

const host = { read: (path: string) => (existsSync(path) ? readFileSync(path, "utf8") : undefined) };
/** Only the CPU is asked for, so there is nothing to compare. */
const skip = (process.env["SKIP"] ?? "devices").split(",");
const wanted = checks.filter(({ name }) => !skip.includes(name));
/** What belongs to a machine, not to a network. */
const ofTheMachine = new Set(["latency", "memory"]);

async function main(names: readonly string[]): Promise<void> {
  const all = readdirSync("specs").filter((file) => file.endsWith(".seg")).map((file) => file.slice(0, -4)).sort();
  const unknown = names.find((name) => !all.includes(name));
  if (unknown !== undefined) throw new Error(`there is no specs/${unknown}.seg`);
  const results: Record<string, ZooResults[string]> = existsSync(resultsPath) ? { ...(JSON.parse(readFileSync(resultsPath, "utf8")) as ZooResults) } : {};
  for (const gone of Object.keys(results).filter((name) => !all.includes(name))) delete results[gone];
  for (const name of names.length === 0 ? all : names) {
    const begun = performance.now();
    results[name] = { set: narrow[name] ?? {}, checks: Object.fromEntries((await checked(name)).map((one) => [one.check, kept(one)])) };
    // After each network: what was measured is not lost when the next one is stopped.
    writeFileSync(resultsPath, `${JSON.stringify(Object.fromEntries(Object.entries(results).sort(([a], [b]) => (a < b ? -1 : 1))), null, 1)}\n`);
    const counts = Object.values(results[name]!.checks).filter(({ status }) => status === "warning" || status === "failure").length;
    console.log(`${name}: ${counts === 0 ? "green" : `${counts} not green`}, ${Math.round((performance.now() - begun) / 1000)} s`);
  }
}

async function checked(name: string): Promise<readonly Checked[]> {
  const source = { path: `specs/${name}.seg`, text: readFileSync(`specs/${name}.seg`, "utf8") };
  const set = narrow[name] ?? {};
  const { problems, model } = compile(source, { host, set });
  if (model === undefined) throw new Error(renderProblems(problems));
  const withLoss = compile(source, { host, set, withLoss: true }).model;
  return validate({
    model, size: small(model), withLoss: withLoss?.network.outputs.some(({ role }) => role === "loss") ? withLoss : undefined, checks: wanted, threads: 1,
    onChecked: ({ check, status, seconds }) => process.stderr.write(`  ${check}: ${status}, ${seconds.toFixed(1)} s\n`),
  });
}

/** The largest of an eighth of the natural size, a sixteenth, and so on that is cheap; the smallest legal one where none is. */
function small(model: CompiledModel): { readonly height: number; readonly width: number } {
  const subject = new Subject({ model });
  try {
    const { natural } = subject.network.inputs[0]!.image;
    const sizes = [1 / 4, 1 / 8, 1 / 16].map((factor) => subject.sizes((natural?.[0] ?? 512) * factor, (natural?.[1] ?? 512) * factor)).filter((one) => one !== undefined);
    const [, , height = 0, width = 0] = subject.imageShape(sizes.find((one) => subject.macs(one) <= mostMacs) ?? subject.smallest ?? sizes.at(-1)!);
    return { height, width };
  } finally {
    subject.close();
  }
}

function kept({ check, status, figure, because, details = [] }: Checked): ZooResults[string]["checks"][string] {
  return {
    status,
    ...(ofTheMachine.has(check) || status === "skipped" ? {} : { figure }),
    ...(because === undefined ? {} : { because }),
    ...(details.length === 0 || status === "pass" ? {} : { details: details.slice(0, 3) }),
  };
}

await main(process.argv.slice(2));
