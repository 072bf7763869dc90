import { type ExitCode, defineCommand } from "../command.js";
import { Failure } from "../failure.js";
import { flag, modelOptions, specOptions } from "../options.js";

export const inspectCommand = defineCommand({
  name: "inspect",
  summary: "Shows what is known of a network: parameters, cost, receptive field, legal sizes",
  operands: "SPEC",
  atLeast: 1,
  atMost: 1,
  doc: "Shapes are expressions of the input size, numbers where --size is given. Costs without --size are for a typical size, which is named.",
  options: {
    ...modelOptions,
    ...specOptions,
    layers: flag("list the layers: path, operator, role, output shape, parameters, MACs"),
    weights: flag("list the weights in checkpoint order"),
  },
  examples: [
    { line: "segc inspect unet", doc: "the summary" },
    { line: "segc inspect net.seg --size 512x1024 --layers", doc: "shapes and costs at one size, layer by layer" },
    { line: "segc inspect net.seg --json", doc: "everything, for programs" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const [{ check }, { inspect }, { findSpec }, { compileOptions }, report] = await Promise.all([
      import("../../compile.js"), import("../../analyses/inspect.js"), import("../find-spec.js"), import("../model-request.js"), import("../problems.js"),
    ]);
    const spec = findSpec(operands[0]!, options);
    const { problems, models } = check(spec.file, compileOptions(options, spec));
    const failed = problems.some(({ severity }) => severity === "error");
    report.complainOf(problems, spec, terminal);
    if (models.length > 1) throw new Failure(`${report.shownFile(spec.file.path, spec)} has ${models.length} models`, `choose one: ${models.map(({ network }) => `--model ${network.name}`).join(", ")}`);
    const model = models[0];
    if (model === undefined) {
      if (!failed) throw new Failure(`${report.shownFile(spec.file.path, spec)} has no model to inspect`, "a file of blocks is a library for others");
      if (options.json) terminal.out(JSON.stringify({ schema: 1, problems: report.shownProblems(problems, spec).map(report.problemJson) }, null, 2));
      return 1;
    }
    const facts = inspect(model);
    if (options.json) terminal.out(JSON.stringify(facts, null, 2));
    else {
      const [text, { sizeRules }] = await Promise.all([import("../inspection-text.js"), import("../describe-sizes.js")]);
      terminal.out(text.summary(facts, sizeRules(model.network, model.analysis), report.shownFile(spec.file.path, spec)));
      if (options.layers) terminal.out(text.layers(facts));
      if (options.weights) terminal.out(text.weights(facts));
    }
    return failed ? 1 : 0;
  },
});
