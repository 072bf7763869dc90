import { resolve } from "node:path";
import type { Checkpoint } from "../../weights/readers/open-checkpoint.js";
import { printable } from "../../weights/readers/problem.js";
import { type ExitCode, defineCommand } from "../command.js";
import { Failure } from "../failure.js";
import { flag, modelOptions, out, seed, specOptions } from "../options.js";
import { bytes, grouped, plural, table } from "../table.js";
import type { Terminal } from "../terminal.js";

export const weightsCommand = defineCommand({
  name: "weights",
  summary: "Lists a checkpoint, or writes the initial weights of a spec",
  operands: "FILE|SPEC",
  atLeast: 1,
  atMost: 1,
  doc: [
    "Lists the tensors of a checkpoint: safetensors (also model.safetensors.index.json), PyTorch .pth, .npz, .npy, or an ONNX file.",
    "Only descriptions are read, and nothing in a file is ever executed. With --init it writes a spec's initial weights as safetensors.",
  ].join("\n"),
  options: {
    init: flag("write the initial weights of SPEC to --out"),
    out: out("safetensors file to write"),
    seed,
    ...modelOptions,
    ...specOptions,
  },
  examples: [
    { line: "segc weights fcn_resnet50_coco.pth", doc: "names, shapes and element types" },
    { line: "segc weights unet.seg --init --out unet.safetensors", doc: "the same first values for a PyTorch user" },
    { line: "segc compile fcn_resnet --weights fcn_resnet50_coco.pth", doc: "an ONNX file with these weights" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const operand = operands[0]!;
    if (!options.init) {
      if (options.out !== undefined) throw new Failure("--out is for --init: a list goes to stdout");
      const idle = options.seed !== undefined ? "--seed" : Object.keys(options.set).length > 0 ? "--set" : options.model !== undefined ? "--model" : undefined;
      if (idle !== undefined) throw new Failure(`${idle} is for --init: a checkpoint has what it has`);
      if (operand === "") throw new Failure("the name of the checkpoint is empty");
      if (operand.endsWith(".seg")) throw new Failure(`${operand} is a spec, not a checkpoint`, "`segc inspect SPEC --weights` lists its parameters; --init --out FILE writes their initial values");
      const { openWeights } = await import("../load-weights.js");
      const checkpoint = await openWeights(operand);
      try {
        const { shownPath } = await import("../project.js");
        list(checkpoint, shownPath(checkpoint.path), options.json, terminal);
      } finally {
        checkpoint.close();
      }
      return 0;
    }

    if (options.out === undefined || options.out === "-") throw new Failure("--init needs a file to write", "name it: --out initial.safetensors");
    const core = await import("../core.js");
    const spec = core.findSpec(operand, options);
    const { problems, model } = core.compile(spec.file, core.compileOptions(options, spec));
    core.complainOf(problems, spec, terminal);
    if (model === undefined) {
      if (options.json) terminal.out(core.problemsJson(problems, spec));
      return 1;
    }
    const [{ wantedBy }, { parameterValues }, { writeSafetensors }, { writing }, { weightBytes }] = await Promise.all([
      import("../../weights/match-weights.js"), import("../../weights/weight-values.js"), import("../../weights/write-safetensors.js"), import("../write-output.js"), import("../../onnx/element-types.js"),
    ]);
    const parameters = new Map(wantedBy(model.network).map(({ parameter }) => [parameter.name, parameter]));
    const path = resolve(options.out);
    const progress = terminal.progress(`writing ${core.shownPath(path)}`);
    const from = options.seed ?? 0;
    const tensors = [...parameters.values()].map(({ name, shape }) => ({ name, shape }));
    const write = (target: string): ReturnType<typeof writeSafetensors> =>
      writeSafetensors(tensors, {
        path: target,
        values: ({ name }) => parameterValues(parameters.get(name)!, from),
        metadata: { format: "pt", "segc.model": model.network.name, "segc.seed": String(from) },
        onProgress: progress.update,
      });
    const written = await writing(path, write, weightBytes(tensors)).finally(progress.end);
    terminal.out(
      options.json
        ? JSON.stringify({ schema: 1, file: core.shownPath(path), bytes: written.bytes, sha256: written.sha256, model: model.network.name, seed: from, tensors: parameters.size }, null, 2)
        : `${core.shownPath(path)}\n${table([["model", model.network.name], ["tensors", grouped(parameters.size)], ["bytes", `${grouped(written.bytes)} (${bytes(written.bytes)})`], ["seed", String(from)], ["sha256", written.sha256]], { indent: "  " })}`,
    );
    return 0;
  },
});

/** `file`: the path as it is shown. */
function list(checkpoint: Checkpoint, file: string, json: boolean, terminal: Terminal): void {
  const { format, metadata, found, prefix, tensors } = checkpoint;
  const total = tensors.reduce((sum, { elements }) => sum + elements, 0);
  if (json) {
    terminal.out(JSON.stringify({
      schema: 1, file, format, state_dict: found, prefix, metadata, elements: total,
      tensors: tensors.map(({ name, shape, dtype, elements, trouble }) => ({ name, shape, dtype, elements, readable: trouble === undefined, ...(trouble === undefined ? {} : { reason: trouble }) })),
    }, null, 2));
    return;
  }
  terminal.out(table(tensors.map(({ name, shape, dtype, elements, trouble }) => [printable(name), `[${shape.join(", ")}]`, printable(dtype), grouped(elements), trouble ?? ""]), { right: [3] }));
  terminal.say(`${format}: ${plural(tensors.length, "tensor")}, ${plural(total, "element")}${found.length > 0 ? `, found under ${found.map((key) => `\`${printable(key)}\``).join(", ")}` : ""}${prefix === "" ? "" : `, without the common prefix \`${prefix}\``}`);
}
