import type { CompiledModel } from "../../compile.js";
import type { WrittenModel } from "../../weights/write-model.js";
import { type ExitCode, defineCommand } from "../command.js";
import { Failure } from "../failure.js";
import { choice, flag, modelOptions, out, seed, specOptions } from "../options.js";
import { bytes, grouped, table } from "../table.js";

export const compileCommand = defineCommand({
  name: "compile",
  summary: "Compiles a spec to an ONNX file",
  operands: "SPEC",
  atLeast: 1,
  atMost: 1,
  doc: [
    "Writes compiled/<name of the spec>.onnx: into the project's compiled/ folder where it has one, else below the current folder.",
    "Input sizes stay symbolic unless --size fixes them. The same spec, settings and seed give the same bytes.",
  ].join("\n"),
  options: {
    out: out("file to write"),
    ...modelOptions,
    ...specOptions,
    weights: choice(["init", "none"], "init: initial values (default); none: weights become inputs of the graph"),
    seed,
    "external-data": flag("put the weights into a file beside the model (done by itself above 2 GiB)"),
    "fold-batchnorm": flag("fold batch normalisation into convolutions"),
    opset: choice(["18", "19", "20", "21"], "ONNX opset (default 18)"),
    emit: choice(["tokens", "ast", "network", "onnx"], "print a stage of the compiler instead of writing the model"),
  },
  examples: [
    { line: "segc compile fcn8s.seg", doc: "writes compiled/fcn8s.onnx" },
    { line: "segc compile unet --size 572 --batch 4", doc: "a static graph of the U-Net that comes with segc" },
    { line: "segc compile net.seg --set classes=19 --out net.onnx", doc: "sets a parameter of the model" },
    { line: "segc compile net.seg --emit network", doc: "prints the graph with the shape of each tensor" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const core = await import("../core.js");
    const spec = core.findSpec(operands[0]!, options);
    if (options.emit === "tokens" || options.emit === "ast") return (await import("../emit.js")).emitSource(options.emit, spec, options, terminal);

    const { problems, model } = core.compile(spec.file, {
      ...core.compileOptions(options, spec),
      foldBatchNorm: options["fold-batchnorm"],
      ...(options.opset === undefined ? {} : { opset: Number(options.opset) as 18 | 19 | 20 | 21 }),
    });
    core.complainOf(problems, spec, terminal);
    if (model === undefined) {
      if (options.json) terminal.out(JSON.stringify({ schema: 1, problems: core.shownProblems(problems, spec).map(core.problemJson) }, null, 2));
      return 1;
    }
    if (options.emit !== undefined) return (await import("../emit.js")).emitModel(options.emit, model, options, terminal);
    if (options.out === "-") throw new Failure("a model is not written to stdout", "name a file: --out net.onnx");

    const { defaultOutput, writeCompiled } = await import("../write-compiled.js");
    const path = options.out ?? defaultOutput(spec);
    const progress = terminal.progress(`writing ${core.shownPath(path)}`);
    const written = await writeCompiled(model, path, {
      seed: options.seed ?? 0,
      weights: options.weights ?? "init",
      external: options["external-data"],
      onProgress: progress.update,
    }).finally(progress.end);

    const report: Report = { core, model, written, file: core.shownPath(path), seed: options.seed ?? 0, weights: options.weights ?? "init" };
    const shown = core.shownProblems(problems, spec).map(core.problemJson);
    terminal.out(options.json ? JSON.stringify(reportJson(report, shown), null, 2) : reportText(report));
    return 0;
  },
});

interface Report {
  readonly core: typeof import("../core.js");
  readonly model: CompiledModel;
  readonly written: WrittenModel;
  readonly file: string;
  readonly seed: number;
  readonly weights: "init" | "none";
}

function reportText({ core, model, written, file, weights, seed: from }: Report): string {
  const facts = core.inspect(model);
  const settings = Object.entries(facts.settings).map(([name, value]) => `${name} = ${value}`).join(", ");
  const external = written.externalPath === undefined ? [] : [
    ["data", `${core.shownPath(written.externalPath)}, ${bytes(written.externalBytes ?? 0)} (${grouped(written.externalBytes ?? 0)} bytes)`],
    ["data sha256", written.externalSha256 ?? ""],
  ];
  return `${file}\n${table(
    [
      ["model", `${facts.model}${settings === "" ? "" : ` (${settings})`}`],
      ["bytes", `${grouped(written.bytes)} (${bytes(written.bytes)})`],
      ["parameters", `${grouped(facts.parameters.total)}${weights === "none" ? ", not in the file" : from === 0 ? ", initial values" : `, initial values of seed ${from}`}`],
      ...facts.inputs.map((port) => ["input", `${port.name}: [${port.shape.join(", ")}]`]),
      ...facts.outputs.map((port) => [port.role === "head" ? "output" : "aux output", `${port.name}: [${port.shape.join(", ")}]`]),
      ...core.sizeRules(model.network, model.analysis).map((rule) => ["legal sizes", core.showRule(rule)]),
      ["sha256", written.sha256],
      ...external,
    ],
    { indent: "  " },
  )}`;
}

function reportJson({ core, model, written, file, weights, seed: from }: Report, problems: readonly unknown[]): unknown {
  const { model: name, settings, parameters, buffers, inputs, outputs, alignment, legal } = core.inspect(model);
  return {
    schema: 1, file,
    bytes: written.bytes,
    sha256: written.sha256,
    external_data: written.externalPath === undefined ? null : { file: core.shownPath(written.externalPath), bytes: written.externalBytes, sha256: written.externalSha256 },
    model: name, settings, parameters, buffers, inputs, outputs, alignment, legal,
    sizes: model.sizes,
    opset: model.onnx.opset,
    weights, seed: from,
    problems,
  };
}
