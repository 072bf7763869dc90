import type { CompiledModel } from "../../compile.js";
import type { WrittenModel } from "../../weights/write-model.js";
import type { RangeReport } from "../check-half.js";
import { type ExitCode, defineCommand } from "../command.js";
import { Failure } from "../failure.js";
import { choice, flag, modelOptions, out, seed, specOptions, text } from "../options.js";
import { bytes, grouped, plural, table } from "../table.js";

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
    weights: text("init|none|FILE", "init: initial values (default); none: weights become inputs of the graph; FILE: a checkpoint (`segc help weights`)"),
    partial: flag("with --weights FILE: take what fits, the rest gets initial values"),
    map: text("RENAMES", "with --weights FILE: renames, a line each: `backbone.body.* -> backbone.*`"),
    seed,
    "external-data": flag("put the weights into a file beside the model (done by itself above 2 GiB)"),
    "fold-batchnorm": flag("fold batch normalisation into convolutions"),
    half: flag("float16 weights and arithmetic; inputs and outputs stay float32"),
    "check-range": flag("with --half: run once on random noise, and name the values that float16 cannot hold"),
    opset: choice(["18", "19", "20", "21"], "ONNX opset (default 18)"),
    emit: choice(["tokens", "ast", "network", "onnx"], "print a stage of the compiler instead of writing the model"),
  },
  examples: [
    { line: "segc compile fcn8s.seg", doc: "writes compiled/fcn8s.onnx" },
    { line: "segc compile unet --size 572 --batch 4", doc: "a static graph of the U-Net that comes with segc" },
    { line: "segc compile net.seg --set classes=19 --out net.onnx", doc: "sets a parameter of the model" },
    { line: "segc compile fcn_resnet --weights fcn_resnet50_coco.pth", doc: "with the weights of a checkpoint" },
    { line: "segc compile net.seg --emit network", doc: "prints the graph with the shape of each tensor" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const core = await import("../core.js");
    const spec = core.findSpec(operands[0]!, options);
    if (options.emit === "tokens" || options.emit === "ast") return (await import("../emit.js")).emitSource(options.emit, spec, options, terminal);

    const { createHash } = await import("node:crypto");
    const { problems, model: single } = core.compile(spec.file, {
      ...core.compileOptions(options, spec),
      sha256: (text) => createHash("sha256").update(text).digest("hex"),
      foldBatchNorm: options["fold-batchnorm"],
      ...(options.opset === undefined ? {} : { opset: Number(options.opset) as 18 | 19 | 20 | 21 }),
    });
    core.complainOf(problems, spec, terminal);
    if (single === undefined) {
      if (options.json) terminal.out(core.problemsJson(problems, spec));
      return 1;
    }
    const model = options.half ? { ...single, onnx: (await import("../../onnx/to-half.js")).toHalf(single.onnx) } : single;
    if (options.emit !== undefined) return (await import("../emit.js")).emitModel(options.emit, model, options, terminal);
    if (options.out === "-") throw new Failure("a model is not written to stdout", "name a file: --out net.onnx");

    const source = options.weights ?? "init";
    const fromFile = source !== "init" && source !== "none";
    if (!fromFile && (options.partial || options.map !== undefined)) throw new Failure(`${options.partial ? "--partial" : "--map"} is for the weights of a file`, "name it: --weights FILE");
    if (options["check-range"] && !options.half) throw new Failure("--check-range is for --half");
    const load = fromFile ? await import("../load-weights.js") : undefined;
    const loaded = await load?.loadWeights(model.network, { weights: source, map: options.map });
    try {
      const checkpoint = loaded && load?.matchJson(loaded, spec);
      if (loaded && load) {
        const words = load.describeMatch(loaded, model.network, spec, { all: options.verbose, partial: options.partial && loaded.match.sources.size > 0 });
        // Where nothing at all is found, --partial would only hide that it is the wrong file.
        const fits = loaded.match.complete || (options.partial && loaded.match.sources.size > 0);
        if (words !== "") fits ? terminal.say(words) : terminal.complain(words);
        if (!fits) {
          if (options.json) terminal.out(core.problemsJson(problems, spec, { checkpoint }));
          return 1;
        }
      }

      // What is wrong inside of a checkpoint may come out only when its values are read.
      const reading = <T>(work: Promise<T>): Promise<T> => work.catch((error: unknown) => {
        throw load ? load.checkpointFailure(error) : error;
      });
      const range = options["check-range"] ? await reading((await import("../check-half.js")).checkHalf(single, { seed: options.seed ?? 0, weights: "init", loaded })) : undefined;
      const { defaultOutput, writeCompiled } = await import("../write-compiled.js");
      const path = options.out ?? defaultOutput(spec);
      const progress = terminal.progress(`writing ${core.shownPath(path)}`);
      const written = await reading(writeCompiled(model, path, {
        seed: options.seed ?? 0,
        weights: source === "none" ? "none" : "init",
        loaded,
        external: options["external-data"],
        onProgress: progress.update,
      })).finally(progress.end);
      for (const line of halfLines(written, range)) terminal.complain(line);
      const report: Report = {
        core, model, written, file: core.shownPath(path), seed: options.seed ?? 0,
        weights: fromFile ? "file" : source, source: loaded && load ? { file: core.shownPath(source), parameters: load.loadedParameters(model.network, loaded) } : undefined, checkpoint, range,
      };
      const shown = core.shownProblems(problems, spec).map(core.problemJson);
      terminal.out(options.json ? JSON.stringify(reportJson(report, shown), null, 2) : reportText(report));
      return 0;
    } finally {
      loaded?.checkpoint.close();
    }
  },
});

/** What float16 could not hold: of the weights, and of the values inside. */
function halfLines({ halfLosses = [] }: WrittenModel, range: RangeReport | undefined): readonly string[] {
  const first = (lines: readonly string[], what: string): readonly string[] =>
    lines.length > 12 ? [...lines.slice(0, 12), `segc: and ${lines.length - 12} more ${what}; --json lists all`] : lines;
  const weights = halfLosses.filter(({ overflowed }) => overflowed > 0);
  return [
    ...first(weights.map(({ name, overflowed, largest }) => `segc: ${name}: ${plural(overflowed, "value")} beyond 65504 became infinite in float16 (the largest is ${largest.toPrecision(4)})`), "weights"),
    ...first((range?.beyond ?? []).map(({ name, reaches, line }) => `segc: ${name} reaches ${reaches.toPrecision(4)}, beyond 65504: infinite in float16${line === undefined ? "" : ` (${line})`}`), "values"),
  ];
}

interface Report {
  readonly core: typeof import("../core.js");
  readonly model: CompiledModel;
  readonly written: WrittenModel;
  readonly file: string;
  readonly seed: number;
  readonly weights: "init" | "none" | "file";
  /** The checkpoint's path as shown, how many numbers of parameters it gave, and what else was found in it. */
  readonly source: { readonly file: string; readonly parameters: number } | undefined;
  readonly checkpoint: unknown;
  readonly range: RangeReport | undefined;
}

function reportText({ core, model, written, file, weights, source, range, seed: from }: Report): string {
  const facts = core.outline(model);
  const settings = Object.entries(facts.settings).map(([name, value]) => `${name} = ${value}`).join(", ");
  const external = written.externalPath === undefined ? [] : [
    ["data", `${core.shownPath(written.externalPath)}, ${bytes(written.externalBytes ?? 0)} (${grouped(written.externalBytes ?? 0)} bytes)`],
    ["data sha256", written.externalSha256 ?? ""],
  ];
  return `${file}\n${table(
    [
      ["model", `${facts.model}${settings === "" ? "" : ` (${settings})`}`],
      ...(written.halfLosses === undefined ? [] : [["float16", halfText(written.halfLosses)]]),
      ...(range === undefined ? [] : [["range", `${range.beyond.length === 0 ? "all values fit" : `${plural(range.beyond.length, "value")} beyond 65504`}; ${range.largest.name} reaches ${range.largest.reaches.toPrecision(4)} (${Object.entries(range.sizes).map(([symbol, size]) => `${symbol} = ${size}`).join(", ")})`]]),
      ["bytes", `${grouped(written.bytes)} (${bytes(written.bytes)})`],
      ["parameters", `${grouped(facts.parameters.total)}${weights === "none" ? ", not in the file" : origin(facts.parameters.total, source, from === 0 ? "initial values" : `initial values of seed ${from}`)}`],
      ...facts.inputs.map((port) => ["input", `${port.name}: [${port.shape.join(", ")}]`]),
      ...facts.outputs.map((port) => [port.role === "head" ? "output" : port.role === "aux" ? "aux output" : port.role, `${port.name}: [${port.shape.join(", ")}]`]),
      ...core.sizeRules(model.network, model.analysis).map((rule) => ["legal sizes", core.showRule(rule)]),
      ["sha256", written.sha256],
      ...external,
    ],
    { indent: "  " },
  )}`;
}

const origin = (total: number, source: Report["source"], initial: string): string =>
  source === undefined ? `, ${initial}` : source.parameters === total ? ` from ${source.file}` : `, ${grouped(source.parameters)} of them from ${source.file}, the others ${initial}`;

function halfText(losses: NonNullable<WrittenModel["halfLosses"]>): string {
  const [infinite, zero] = [losses.reduce((sum, { overflowed }) => sum + overflowed, 0), losses.reduce((sum, { vanished }) => sum + vanished, 0)];
  return `${plural(infinite, "weight")} became infinite, ${grouped(zero)} became zero`;
}

function reportJson({ core, model, written, file, weights, checkpoint, range, seed: from }: Report, problems: readonly unknown[]): unknown {
  const { model: name, settings, parameters, buffers, inputs, outputs, alignment, legal } = core.outline(model);
  return {
    schema: 1, file,
    bytes: written.bytes,
    sha256: written.sha256,
    external_data: written.externalPath === undefined ? null : { file: core.shownPath(written.externalPath), bytes: written.externalBytes, sha256: written.externalSha256 },
    model: name, settings, parameters, buffers, inputs, outputs, alignment, legal,
    sizes: model.sizes,
    opset: model.onnx.opset,
    weights, seed: from,
    precision: model.onnx.weights.some(({ type }) => type === "float16") ? "float16" : "float32",
    half_losses: written.halfLosses ?? [],
    range: range ?? null,
    checkpoint: checkpoint ?? null,
    problems,
  };
}
