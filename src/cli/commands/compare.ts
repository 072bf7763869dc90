import type { CompiledModel } from "../../compile.js";
import { type ExitCode, defineCommand } from "../command.js";
import { BadValue, type Option, flag, modelOptions, text } from "../options.js";
import { Failure } from "../failure.js";
import { stoppable } from "../stoppable.js";
import { runDevice, deviceOf } from "./validate.js";

/** Each is one variant. */
const variants: Option<readonly Readonly<Record<string, string>>[]> = {
  value: "name=value",
  doc: "a variant of the spec; repeat it for more, join settings of one by `;`",
  read: (given) => given.map((one) => Object.fromEntries(one.split(";").map((setting) => {
    const match = /^\s*([A-Za-z_]\w*)\s*=\s*(\S.*?)\s*$/s.exec(setting);
    if (match === null) throw new BadValue(`\`${setting}\` is not of the form name=value`);
    return [match[1]!, match[2]!];
  }))),
};

export const compareCommand = defineCommand({
  name: "compare",
  summary: "Puts networks, or variants of one, side by side",
  operands: "SPEC...",
  atLeast: 1,
  atMost: 64,
  doc: "Parameters, multiply-accumulates, memory, receptive field, legal sizes and latency. All are taken at one image size where they allow it. `*` marks what no other beats in all of parameters, MACs and latency.",
  options: {
    set: variants,
    size: modelOptions.size,
    "no-latency": flag("do not run anything"),
    device: runDevice,
    html: text("FILE", "write the table and a plot of cost against what is seen"),
  },
  examples: [
    { line: "segc compare unet fcn8s segnet", doc: "three networks" },
    { line: "segc compare unet --set base=16 --set base=32 --set \"base=32; depth=3\"", doc: "three variants of one" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const core = await import("../core.js");
    const { compareAll, comparisonText, comparisonJson } = await import("../../validation/compare.js");
    if (options.set.length > 0 && operands.length > 1) throw new Failure("several specs and several settings do not go together", "compare several specs, or one with several --set");
    const wanted = options.set.length > 0 ? options.set.map((settings) => ({ operand: operands[0]!, settings })) : operands.map((operand) => ({ operand, settings: {} }));
    if (wanted.length < 2) throw new Failure("one network has nothing to be compared with", "name several specs, or repeat --set");
    const models: { readonly name: string; readonly model: CompiledModel }[] = [];
    for (const { operand, settings } of wanted) {
      const spec = core.findSpec(operand, {});
      const { problems, model } = core.compile(spec.file, { host: spec.project.host, set: settings });
      const failed = problems.filter(({ severity }) => severity === "error");
      core.complainOf(failed, spec, terminal);
      if (model === undefined) {
        if (options.json) terminal.out(core.problemsJson(failed, spec));
        return 1;
      }
      const label = Object.entries(settings).map(([name, value]) => `${name}=${value}`).join(" ");
      models.push({ name: label === "" ? model.network.name : label, model });
    }
    const device = options["no-latency"] ? undefined : await deviceOf(options.device ?? "auto", terminal, false);
    if (device) terminal.say(`latency on ${device.device}: ${device.why}`);
    return stoppable(async (signal): Promise<ExitCode> => {
      const rows = await compareAll(models, { size: options.size, device: device?.device, signal });
      terminal.out(options.json ? JSON.stringify(comparisonJson(rows), null, 2) : comparisonText(rows));
      if (options.html !== undefined) {
        const { comparisonHtml } = await import("../../validation/report/comparison.js");
        const { writeText } = await import("../write-output.js");
        await writeText((await import("node:path")).resolve(options.html), comparisonHtml(rows));
      }
      return 0;
    });
  },
});
