import { type ExitCode, defineCommand } from "../command.js";
import { Failure } from "../failure.js";

export const explainCommand = defineCommand({
  name: "explain",
  summary: "Explains a diagnostic, an operator or a check, with examples",
  operands: "CODE|OPERATOR|CHECK|operators|diagnostics|checks",
  atLeast: 1,
  atMost: 1,
  doc: "A check of `segc validate` may be named `check:NAME`, should an operator ever have its name.",
  options: {},
  examples: [
    { line: "segc explain shape/concat-size-mismatch", doc: "why it is a problem, an example that has it and one that has not" },
    { line: "segc explain conv", doc: "what an operator computes, and its parameters" },
    { line: "segc explain receptive_field", doc: "what a check of `segc validate` measures, its threshold, and what to do" },
    { line: "segc explain operators", doc: "the list; also `diagnostics` and `checks`" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const pages = await import("../pages.js");
    const topic = operands[0]!;
    const page = pages.pageOn(topic, terminal.colour.out && !options.json);
    if (page === undefined) throw new Failure(`there is no diagnostic, operator or check \`${topic}\``, pages.near(topic) ?? "`segc explain operators`, `diagnostics` and `checks` list them");
    terminal.out(options.json ? JSON.stringify({ schema: 1, ...page.data }, null, 2) : page.text);
    return 0;
  },
});
