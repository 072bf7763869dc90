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
    const core = await import("../core.js");
    const spec = core.findSpec(operands[0]!, options);
    const { problems, models } = core.check(spec.file, core.compileOptions(options, spec));
    const failed = problems.some(({ severity }) => severity === "error");
    core.complainOf(problems, spec, terminal);
    if (models.length > 1) throw new Failure(`${core.shownFile(spec.file.path, spec)} has ${models.length} models`, `choose one: ${models.map(({ network }) => `--model ${network.name}`).join(", ")}`);
    const model = models[0];
    if (model === undefined) {
      if (!failed) throw new Failure(`${core.shownFile(spec.file.path, spec)} has no model to inspect`, "a file of blocks is a library for others");
      if (options.json) terminal.out(JSON.stringify({ schema: 1, problems: core.shownProblems(problems, spec).map(core.problemJson) }, null, 2));
      return 1;
    }
    const facts = core.inspect(model);
    if (options.json) terminal.out(JSON.stringify(facts, null, 2));
    else {
      const text = await import("../inspection-text.js");
      terminal.out(text.summary(facts, core.sizeRules(model.network, model.analysis), core.shownFile(spec.file.path, spec)));
      if (options.layers) terminal.out(text.layers(facts));
      if (options.weights) terminal.out(text.weights(facts));
    }
    return failed ? 1 : 0;
  },
});
