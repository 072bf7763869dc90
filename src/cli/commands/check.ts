import type { Problem } from "../../diagnostics/problem.js";
import { positionOf } from "../../source/source.js";
import { type ExitCode, defineCommand } from "../command.js";
import { choice, integer, modelOptions, specOptions } from "../options.js";
import { plural } from "../table.js";

export const checkCommand = defineCommand({
  name: "check",
  summary: "Checks specs: syntax, names, shapes for all input sizes, expectations, lints",
  operands: "SPEC|FOLDER...",
  atLeast: 1,
  atMost: Infinity,
  doc: "Prints every problem of every file. Status 1 when there are errors, or more warnings than --max-warnings.",
  options: {
    ...modelOptions,
    ...specOptions,
    format: choice(["pretty", "concise", "json"], "how problems are written (default pretty)"),
    "max-warnings": integer("N", "status 1 when there are more warnings", { min: 0, max: 1_000_000 }),
  },
  examples: [
    { line: "segc check specs/", doc: "every .seg file below a folder" },
    { line: "segc check net.seg --size 512x640", doc: "does it fit this size? if not: which sizes do, and which line is at fault" },
    { line: "segc check net.seg --set classes=19", doc: "with another value of a parameter" },
    { line: "segc check . --format concise --max-warnings 0", doc: "for CI" },
    { line: "segc check - --stdin-filename specs/net.seg", doc: "for editors: the text comes on stdin" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const core = await import("../core.js");
    const specs = core.findSpecs(operands, options);
    const problems: Problem[] = [];
    const seen = new Set<string>();
    for (const spec of specs) {
      // What several specs use is reported once.
      for (const problem of core.shownProblems(core.check(spec.file, core.compileOptions(options, spec)).problems, spec)) {
        const { line, column } = positionOf(problem.place.file, problem.place.span.start);
        const key = JSON.stringify([problem.place.file.path, line, column, problem.code, problem.message]);
        if (!seen.has(key)) problems.push(problem);
        seen.add(key);
      }
    }
    const counts = core.countProblems(problems);
    const format = options.json ? "json" : (options.format ?? "pretty");
    if (format === "json")
      terminal.out(JSON.stringify({ schema: 1, files: specs.map((spec) => core.shownFile(spec.file.path, spec)), ...counts, problems: problems.map(core.problemJson) }, null, 2));
    else if (problems.length > 0)
      terminal.out(format === "concise" ? core.concise(problems) : core.renderProblems(problems, { colour: terminal.colour.out }));
    for (const spec of specs) core.sayRefused(spec, terminal);
    terminal.say(`${plural(specs.length, "file")}, ${core.showCounts(counts)}`);
    const most = options["max-warnings"];
    if (most !== undefined && counts.warnings > most) terminal.complain(`segc: more than ${plural(most, "warning")}`);
    return counts.errors > 0 || (most !== undefined && counts.warnings > most) ? 1 : 0;
  },
});
