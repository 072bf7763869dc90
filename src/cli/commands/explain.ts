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
    const [{ diagnosticNamed }, { operatorNamed }, pages] = await Promise.all([
      import("../../diagnostics/catalogue/index.js"), import("../../operators/index.js"), import("../pages.js"),
    ]);
    const topic = operands[0]!;
    const page = topic === "operators" ? pages.operatorList()
      : topic === "diagnostics" ? pages.diagnosticList()
      : diagnosticNamed.has(topic) ? pages.diagnosticPage(diagnosticNamed.get(topic)!, terminal.colour.out && !options.json)
      : operatorNamed.has(topic) ? pages.operatorPage(operatorNamed.get(topic)!)
      : undefined;
    if (page === undefined) {
      const { didYouMean } = await import("../../diagnostics/suggest.js");
      const codes = [...diagnosticNamed.keys()];
      const ended = codes.filter((code) => code.endsWith(`/${topic}`));
      throw new Failure(
        `there is no diagnostic and no operator \`${topic}\``,
        (ended.length > 0 ? `did you mean \`${ended[0]}\`?` : undefined) ?? didYouMean(topic, [...codes, ...operatorNamed.keys()]) ?? "`segc explain operators` and `segc explain diagnostics` list them",
      );
    }
    terminal.out(options.json ? JSON.stringify({ schema: 1, ...page.data }, null, 2) : page.text);
    return 0;
  },
});
