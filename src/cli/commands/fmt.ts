import type { Problem } from "../../diagnostics/problem.js";
import { type ExitCode, defineCommand } from "../command.js";
import { explain } from "../explain-failure.js";
import { flag, specOptions } from "../options.js";
import { plural } from "../table.js";

export const fmtCommand = defineCommand({
  name: "fmt",
  summary: "Formats specs",
  operands: "SPEC|FOLDER...",
  atLeast: 1,
  atMost: Infinity,
  doc: "Rewrites files in the one layout, and names those that changed. With `-` the formatted text goes to stdout.",
  options: { ...specOptions, check: flag("change nothing; status 1 when a file is not formatted") },
  examples: [
    { line: "segc fmt specs/", doc: "every .seg file below a folder" },
    { line: "segc fmt --check .", doc: "for CI" },
    { line: "segc fmt - < net.seg", doc: "for editors" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const [core, { rewriteText }] = await Promise.all([import("../core.js"), import("../write-output.js")]);
    const { specs, failures } = core.findSpecs(operands, options);
    const problems: Problem[] = [];
    const changed: string[] = [];
    let text: string | undefined;
    for (const spec of specs) {
      const result = core.format(spec.file);
      if ("problems" in result) {
        problems.push(...core.shownProblems(result.problems, spec));
        core.complainOf(result.problems, spec, terminal);
        continue;
      }
      if (result.text !== spec.file.text) changed.push(spec.path === undefined ? spec.file.path : core.shownFile(spec.file.path, spec));
      if (options.check) continue;
      if (spec.path === undefined) text = result.text;
      else if (result.text !== spec.file.text) await rewriteText(spec.path, result.text);
    }
    if (options.json) terminal.out(JSON.stringify({ schema: 1, files: specs.map((spec) => core.shownFile(spec.file.path, spec)), changed, text: text ?? null, problems: problems.map(core.problemJson) }, null, 2));
    else if (text !== undefined) {
      if (text !== "") terminal.out(text);
    } else if (changed.length > 0) terminal.out(changed.join("\n"));
    if (text === undefined) terminal.say(`${plural(specs.length, "file")}, ${changed.length} ${options.check ? "not formatted" : "changed"}${problems.length > 0 ? `, ${core.showCounts(core.countProblems(problems))}` : ""}`);
    for (const failure of failures) explain(failure, options.verbose);
    if (failures.length > 0) return 2;
    return problems.length > 0 || (options.check && changed.length > 0) ? 1 : 0;
  },
});
