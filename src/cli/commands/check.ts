import type { Problem } from "../../diagnostics/problem.js";
import type { Use } from "../../lint/use.js";
import type { Spec } from "../find-spec.js";
import { type ExitCode, defineCommand } from "../command.js";
import { Failure } from "../failure.js";
import { BadValue, type Option, choice, flag, integer, modelOptions, specOptions, text } from "../options.js";
import { plural } from "../table.js";

/** Codes or stages, with commas or repeated. */
const codes = (doc: string): Option<readonly string[]> => ({
  value: "CODE,...",
  doc,
  read: (given) => given.flatMap((one) => one.split(",")).map((one) => one.trim()).filter((one) => one !== ""),
});

const memory: Option<string | undefined> = {
  value: "SIZE",
  doc: "most bytes of one tensor or weight, as in 512MiB",
  read: (given) => {
    const last = given.at(-1);
    if (last !== undefined && !/^(?=.*[1-9])\d+(\.\d+)?\s*([kmg]?i?b)?$/i.test(last.trim())) throw new BadValue(`\`${last}\` is no amount of memory: write 512MiB or 2GB`);
    return last;
  },
};

export const checkCommand = defineCommand({
  name: "check",
  summary: "Checks specs: syntax, names, shapes for all input sizes, expectations, lints",
  operands: "SPEC|FOLDER...",
  atLeast: 1,
  atMost: Infinity,
  doc: "Prints every problem of every file. Status 1 when there are errors, or more warnings than --max-warnings.\nSeverities by code and by folder come from segc.config.json (docs/ci.md).",
  options: {
    ...modelOptions,
    ...specOptions,
    format: choice(["pretty", "concise", "json", "sarif", "github", "gitlab", "junit", "rdjson"], "how problems are written (default pretty)"),
    "output-file": text("FILE", "write the problems there instead of to stdout"),
    "max-warnings": integer("N", "status 1 when there are more warnings", { min: 0, max: 1_000_000 }),
    "exit-zero": flag("status 0 whatever is found"),
    select: codes("only warnings of these codes or stages: lint, lint/off-grid; errors stay"),
    ignore: codes("no warnings of these codes or stages"),
    target: choice(["webgpu", "cuda"], "name operators that will not stay on this device"),
    memory,
    object: integer("PX", "side of the largest objects: heads must see as much", { min: 1, max: 1_000_000 }),
    fix: flag("apply the fixes that leave every network as it is, and those of errors"),
    unsafe: flag("with --fix: also those that change a network"),
    config: text("FILE", "settings; default: the nearest segc.config.json"),
    watch: flag("check again whenever a file changes"),
  },
  examples: [
    { line: "segc check specs/", doc: "every .seg file below a folder" },
    { line: "segc check net.seg --size 512x640", doc: "does it fit this size? if not: which sizes do, and which line is at fault" },
    { line: "segc check net.seg --set classes=19", doc: "with another value of a parameter" },
    { line: "segc check . --format concise --max-warnings 0", doc: "for CI" },
    { line: "segc check . --format sarif --output-file segc.sarif", doc: "for GitHub code scanning; gitlab, junit and rdjson likewise" },
    { line: "segc check net.seg --target webgpu --memory 256MiB", doc: "will it run there?" },
    { line: "segc check specs/ --fix", doc: "repair what can be repaired without changing a network" },
    { line: "segc check - --stdin-filename specs/net.seg", doc: "for editors: the text comes on stdin" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    if (options.watch) return watch(operands, options.config);
    const [core, reports, { repair }, { problemsInUse }, { parseBytes }, settings, { rewriteText, writeText }, { version }, { standardLibrary }, { diagnosticNamed }] = await Promise.all([
      import("../core.js"), import("../../report/index.js"), import("../../report/fixes.js"), import("../../lint/for-use.js"), import("../../lint/use.js"), import("../config.js"),
      import("../write-output.js"), import("../../version.js"), import("../../library.js"), import("../../diagnostics/catalogue/index.js"),
    ]);
    for (const name of ["select", "ignore"] as const)
      for (const code of options[name]) if (!settings.isCode(code)) throw new Failure(`--${name}: there is no diagnostic \`${code}\``, settings.nearCode(code) ?? "`segc explain diagnostics` lists them");
    if (options.unsafe && !options.fix) throw new Failure("--unsafe says which fixes --fix may apply", "add --fix");
    const budget = options.memory === undefined ? undefined : parseBytes(options.memory);
    const asked: Use = {
      ...(options.target === undefined ? {} : { target: options.target }), ...(budget === undefined ? {} : { memory: budget }), ...(options.object === undefined ? {} : { object: options.object }),
    };

    const specs = core.findSpecs(operands, options);
    const { resolve } = await import("node:path");
    const pathOf = (spec: Spec, inProject: string): string => resolve(spec.project.root, inProject);
    const configs = new Map(specs.map((spec) => [spec, settings.configFor(resolve(pathOf(spec, spec.file.path), ".."), options.config)] as const));
    const wanted = (code: string): boolean =>
      (options.select.length === 0 || options.select.some((one) => settings.covers(one, code))) && !options.ignore.some((one) => settings.covers(one, code));

    /** All that is to be said of a text, places inside the project. */
    const problemsOf = (spec: Spec, file: Spec["file"]): readonly Problem[] => {
      const config = configs.get(spec);
      const checked = core.check(file, core.compileOptions(options, spec));
      const use = { ...settings.useFor(config, pathOf(spec, file.path)), ...asked };
      return [...checked.problems, ...checked.models.flatMap((model) => problemsInUse(model, use))].flatMap((problem) => {
        const own = [problem.place, ...problem.trace.map((frame) => frame.place)].find((place) => !(place.file.path in standardLibrary)) ?? problem.place;
        const left = settings.configured(problem, config, pathOf(spec, own.file.path));
        return left !== undefined && (left.severity === "error" || wanted(left.code)) ? [left] : [];
      });
    };

    const problems: Problem[] = [];
    const seen = new Set<string>();
    let repaired = 0;
    for (const spec of specs) {
      let { file } = spec;
      if (options.fix && !spec.shipped) {
        if (spec.path === undefined) throw new Failure("--fix changes files: it does not work on stdin", "--format json has the fixes as data");
        const { text, done } = repair(file.text, (given) => problemsOf(spec, { path: file.path, text: given }), { path: file.path, unsafe: options.unsafe });
        if (text !== file.text) {
          const before = core.format(file);
          const after = core.format({ path: file.path, text });
          // What was in the one layout stays in it.
          const laidOut = "text" in before && before.text === file.text && "text" in after ? after.text : text;
          await rewriteText(spec.path, laidOut);
          file = { path: file.path, text: laidOut };
          repaired += done.length;
          for (const title of done) terminal.say(`${core.shownFile(file.path, spec)}: ${title}`);
        }
      }
      // What several specs use is reported once.
      for (const problem of core.shownProblems(problemsOf(spec, file), spec)) {
        const key = JSON.stringify([problem.place.file.path, problem.place.span, problem.code, problem.message]);
        if (!seen.has(key)) problems.push(problem);
        seen.add(key);
      }
    }

    const counts = core.countProblems(problems);
    const format = options.json ? "json" : (options.format ?? "pretty");
    const files = specs.map((spec) => core.shownFile(spec.file.path, spec));
    const report = { version, files, problems, entries: diagnosticNamed, isOwn: (path: string) => !(path in standardLibrary) };
    const names = format === "json" ? reports.findings(report) : [];
    const written = format === "json" ? `${JSON.stringify({ schema: 1, files, ...counts, problems: problems.map((problem, at) => ({ ...(core.problemJson(problem) as object), fingerprint: names[at]!.fingerprint })) }, null, 2)}\n`
      : format === "pretty" ? core.renderProblems(problems, { colour: terminal.colour.out && options["output-file"] === undefined })
      : format === "concise" ? core.concise(problems)
      : reports.reporters[format](report);
    if (options["output-file"] !== undefined) await writeText(resolve(options["output-file"]), written);
    else if (written !== "") terminal.out(written);
    for (const spec of specs) core.sayRefused(spec, terminal);
    terminal.say(`${plural(specs.length, "file")}, ${core.showCounts(counts)}${options.fix ? `, ${plural(repaired, "repair")}` : ""}`);
    const most = options["max-warnings"] ?? Math.min(...[...configs.values()].map((config) => config?.maxWarnings ?? Infinity));
    const many = counts.warnings > most;
    if (many) terminal.complain(`segc: more than ${plural(most, "warning")}`);
    return options["exit-zero"] ? 0 : counts.errors > 0 || many ? 1 : 0;
  },
});

/** Saving a file gives several events; they are one change. */
const pause = 60;

/**
 * Checks again whenever a spec or the configuration changes, each time in a fresh process: what a file was read as is not kept.
 * Ends when the process is interrupted.
 */
async function watch(operands: readonly string[], config: string | undefined): Promise<ExitCode> {
  const [{ spawn }, { existsSync, statSync, watch: watchFolder }, { dirname, resolve }] = await Promise.all([import("node:child_process"), import("node:fs"), import("node:path")]);
  if (operands.includes("-")) throw new Failure("--watch looks at files: it does not work on stdin");
  const words = process.argv.slice(1).filter((word) => word !== "--watch");
  let running: ReturnType<typeof spawn> | undefined;
  const check = (): void => {
    running?.kill();
    running = spawn(process.execPath, [...process.execArgv, ...words], { stdio: "inherit" });
  };
  let timer: NodeJS.Timeout | undefined;
  const changed = (name: string | null): void => {
    if (name !== null && !/\.seg$|segc\.config\.json$/.test(name) && resolve(name) !== (config && resolve(config))) return;
    clearTimeout(timer);
    timer = setTimeout(check, pause);
  };
  const folders = new Set(operands.map((operand) => {
    const path = resolve(operand);
    if (existsSync(path)) return statSync(path).isDirectory() ? path : dirname(path);
    return process.cwd();
  }));
  check();
  for (const folder of folders) watchFolder(folder, { recursive: true }, (_, name) => changed(name));
  return new Promise<ExitCode>(() => undefined);
}
