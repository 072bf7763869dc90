/** What `segc check` does: specs are checked, repaired where that is wanted, and what was found is written. */
import { resolve } from "node:path";
import { Checker } from "../checker.js";
import { diagnosticNamed } from "../diagnostics/catalogue/index.js";
import type { Problem } from "../diagnostics/problem.js";
import { renderProblems } from "../diagnostics/render.js";
import { format } from "../format/format.js";
import { standardLibrary } from "../library.js";
import type { AskedUse } from "../lint/use.js";
import { repair } from "../report/fixes.js";
import { findings, reporters } from "../report/index.js";
import { version } from "../version.js";
import type { CheckGiven } from "./commands/check.js";
import type { ExitCode } from "./command.js";
import { type Config, configFor, configured, covers, isCode, nearCode, useFor } from "./config.js";
import { explain } from "./explain-failure.js";
import { Failure } from "./failure.js";
import { type Spec, findSpecs } from "./find-spec.js";
import { compileOptions } from "./model-request.js";
import { concise, countProblems, problemJson, sayRefused, showCounts, shownFile, shownProblems } from "./problems.js";
import { plural } from "./table.js";
import { rewriteText, writeText } from "./write-output.js";

const pathOf = (spec: Spec, inProject: string): string => resolve(spec.project.root, inProject);

/** `checker`: remembers what it has checked, from one call to the next. */
export async function checkSpecs({ operands, options, terminal }: CheckGiven, checker = new Checker()): Promise<ExitCode> {
  for (const name of ["select", "ignore"] as const)
    for (const code of options[name]) if (!isCode(code)) throw new Failure(`--${name}: there is no diagnostic \`${code}\``, nearCode(code) ?? "`segc explain diagnostics` lists them");
  if (options.unsafe && !options.fix) throw new Failure("--unsafe says which fixes --fix may apply", "add --fix");

  const { specs, failures } = findSpecs(operands, options);
  const configs = new Map(specs.map((spec) => [spec, configFor(resolve(pathOf(spec, spec.file.path), ".."), options.config)] as const));
  const problems: Problem[] = [];
  const seen = new Set<string>();
  let repaired = 0;
  for (const spec of specs) {
    const found = (file: Spec["file"]): readonly Problem[] => problemsOf(spec, file, configs.get(spec), options, checker);
    const { file, titles } = options.fix && !spec.shipped ? await repairedSpec(spec, found, options) : { file: spec.file, titles: [] };
    repaired += titles.length;
    for (const title of titles) terminal.say(`${shownFile(file.path, spec)}: ${title}`);
    // What several specs use is reported once.
    for (const problem of shownProblems(found(file), spec)) {
      const key = JSON.stringify([problem.place.file.path, problem.place.span, problem.code, problem.message]);
      if (!seen.has(key)) problems.push(problem);
      seen.add(key);
    }
  }

  const counts = countProblems(problems);
  const written = report(problems, specs.map((spec) => shownFile(spec.file.path, spec)), options, terminal.colour.out && options["output-file"] === undefined);
  if (options["output-file"] !== undefined) await writeText(resolve(options["output-file"]), written);
  else if (written !== "") terminal.out(written);
  for (const spec of specs) sayRefused(spec, terminal);
  terminal.say(`${plural(specs.length, "file")}, ${showCounts(counts)}${options.fix ? `, ${plural(repaired, "repair")}` : ""}`);
  const most = options["max-warnings"] ?? Math.min(...[...configs.values()].map((config) => config?.maxWarnings ?? Infinity));
  const many = counts.warnings > most;
  if (many) terminal.complain(`segc: more than ${plural(most, "warning")}`);
  for (const failure of failures) explain(failure, options.verbose);
  if (failures.length > 0) return 2;
  return options["exit-zero"] ? 0 : counts.errors > 0 || many ? 1 : 0;
}

type Options = CheckGiven["options"];

/** All that is to be said of a text, places inside the project. */
function problemsOf(spec: Spec, file: Spec["file"], config: Config | undefined, options: Options, checker: Checker): readonly Problem[] {
  const wanted = (code: string): boolean =>
    (options.select.length === 0 || options.select.some((one) => covers(one, code))) && !options.ignore.some((one) => covers(one, code));
  const use = { ...useFor(config, pathOf(spec, file.path)), ...askedUse(options) };
  return checker.check(file, { ...compileOptions(options, spec), use }).problems.flatMap((problem) => {
    const own = [problem.place, ...problem.trace.map((frame) => frame.place)].find((place) => !(place.file.path in standardLibrary)) ?? problem.place;
    const left = configured(problem, config, pathOf(spec, own.file.path));
    return left !== undefined && (left.severity === "error" || wanted(left.code)) ? [left] : [];
  });
}

function askedUse({ target, memory, object }: Options): AskedUse {
  return { ...(target === undefined ? {} : { target }), ...(memory === undefined ? {} : { memory }), ...(object === undefined ? {} : { object }) };
}

/** Writes the repaired file where that differs; gives what it then holds, and what was done. */
async function repairedSpec(spec: Spec, found: (file: Spec["file"]) => readonly Problem[], { unsafe }: Options): Promise<{ readonly file: Spec["file"]; readonly titles: readonly string[] }> {
  const { file } = spec;
  if (spec.path === undefined) throw new Failure("--fix changes files: it does not work on stdin", "--format json has the fixes as data");
  const { text, done } = repair(file.text, (given) => found({ path: file.path, text: given }), { path: file.path, unsafe });
  if (text === file.text) return { file, titles: [] };
  const before = format(file);
  const after = format({ path: file.path, text });
  // What was in the one layout stays in it.
  const laidOut = "text" in before && before.text === file.text && "text" in after ? after.text : text;
  await rewriteText(spec.path, laidOut);
  return { file: { path: file.path, text: laidOut }, titles: done };
}

/** What was found, in the form that was asked for. */
function report(problems: readonly Problem[], files: readonly string[], options: Options, colour: boolean): string {
  const form = options.json ? "json" : (options.format ?? "pretty");
  if (form === "pretty") return renderProblems(problems, { colour });
  if (form === "concise") return concise(problems);
  const found = { version, files, problems, entries: diagnosticNamed, isOwn: (path: string) => !(path in standardLibrary) };
  if (form !== "json") return reporters[form](found);
  const names = findings(found);
  const list = problems.map((problem, at) => ({ ...(problemJson(problem) as object), fingerprint: names[at]!.fingerprint }));
  return `${JSON.stringify({ schema: 1, files, ...countProblems(problems), problems: list }, null, 2)}\n`;
}
