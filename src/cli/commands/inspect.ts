import { pickModel } from "../checked-model.js";
import { type ExitCode, defineCommand } from "../command.js";
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
    tensors: flag("list the tensors: what each sees of the image, and how operands of joins lie to each other"),
    weights: flag("list the weights in checkpoint order"),
  },
  examples: [
    { line: "segc inspect unet", doc: "the summary" },
    { line: "segc inspect net.seg --size 512x1024 --layers", doc: "shapes and costs at one size, layer by layer" },
    { line: "segc inspect net.seg --tensors", doc: "receptive field, stride and centre of every tensor" },
    { line: "segc inspect net.seg --json", doc: "everything, for programs" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const core = await import("../core.js");
    const { spec, model, failed, tellProblems } = await pickModel(operands[0]!, options, "inspect", terminal);
    if (model === undefined) {
      tellProblems();
      return 1;
    }
    const facts = core.inspect(model);
    if (options.json) terminal.out(JSON.stringify(facts, null, 2));
    else {
      const [text, { sizeLevels }] = await Promise.all([import("../inspection-text.js"), import("../inspection-sizes.js")]);
      const shown = (file: string): string => core.shownFile(file, spec);
      terminal.out(text.summary(facts, core.sizeRules(model.network, model.analysis), shown(spec.file.path)));
      terminal.out(sizeLevels(facts, shown));
      if (options.layers) terminal.out(text.layers(facts));
      if (options.tensors) terminal.out(text.tensors(facts));
      if (options.weights) terminal.out(text.weights(facts));
    }
    return failed ? 1 : 0;
  },
});
