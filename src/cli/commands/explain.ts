import { type ExitCode, defineCommand } from "../command.js";
import { Failure } from "../failure.js";

export const explainCommand = defineCommand({
  name: "explain",
  summary: "Explains a diagnostic or an operator, with examples",
  operands: "CODE|OPERATOR|operators|diagnostics",
  atLeast: 1,
  atMost: 1,
  doc: "",
  options: {},
  examples: [
    { line: "segc explain shape/concat-size-mismatch", doc: "why it is a problem, an example that has it and one that has not" },
    { line: "segc explain conv", doc: "what an operator computes, and its parameters" },
    { line: "segc explain operators", doc: "the list" },
    { line: "segc explain diagnostics", doc: "the list" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const pages = await import("../pages.js");
    const topic = operands[0]!;
    const page = pages.pageOn(topic, terminal.colour.out && !options.json);
    if (page === undefined) throw new Failure(`there is no diagnostic and no operator \`${topic}\``, pages.near(topic) ?? "`segc explain operators` and `segc explain diagnostics` list them");
    terminal.out(options.json ? JSON.stringify({ schema: 1, ...page.data }, null, 2) : page.text);
    return 0;
  },
});
