/**
 * The compiler on one page: each stage is a folder, and none imports a later one.
 *
 *   source -> syntax tree -> bound program -> network -> passes -> ONNX
 *                                               |
 *                                               +-> analyses, expectations, lint
 *
 * Pure: text in, values out. A host reads files, streams weights and prints.
 */
import { type Analysis, analyse } from "./analyses/analyse.js";
import { facts } from "./analyses/facts.js";
import { type RequestedSize, resolveSizes } from "./analyses/sizes.js";
import { bind } from "./bind/bind.js";
import { ModuleCache } from "./bind/module-cache.js";
import type { Host } from "./bind/modules.js";
import type { Program } from "./bind/program.js";
import * as say from "./diagnostics/catalogue/bind.js";
import { type Problem, Problems } from "./diagnostics/problem.js";
import { didYouMean } from "./diagnostics/suggest.js";
import { parsedBefore, standardLibrary } from "./library.js";
import { withoutIgnored } from "./lint/ignore.js";
import { lintNetwork, lintProgram } from "./lint/lint.js";
import { type AskedUse, useOf } from "./lint/use.js";
import { elaborate } from "./network/elaborate/elaborate.js";
import { knownNames } from "./network/elaborate/known.js";
import { type Limits, defaultLimits } from "./network/elaborate/session.js";
import type { Network } from "./network/network.js";
import { verify } from "./network/verify.js";
import { lower } from "./onnx/lower.js";
import { type TextDigest, metadata } from "./onnx/metadata.js";
import type { OnnxModel } from "./onnx/model.js";
import { dropDeadCode, pipeline, runPasses, specialise, withoutLoss } from "./passes/index.js";
import type { SourceFile } from "./source/source.js";
import type { Model } from "./syntax/ast.js";
import { version } from "./version.js";

export interface CompileOptions {
  /** Which model of the file; needed where it has several. */
  readonly model?: string;
  /** Values of the model's parameters, as one would write them in a spec. */
  readonly set?: Readonly<Record<string, string>>;
  /** Fixes input sizes: the graph becomes static in them. */
  readonly size?: RequestedSize;
  /** What the network is for: rules that hold for a device, a budget of bytes or a size of objects. Outdoes what the file says. */
  readonly use?: AskedUse;
  /** Keeps the losses, and the inputs that only they read (labels, weight maps). */
  readonly withLoss?: boolean;
  /** Folds batch normalisation into convolutions. */
  readonly foldBatchNorm?: boolean;
  /** Reads the modules that a spec uses; the standard library needs no host. */
  readonly host?: Host;
  /** Modules read before: the same cache for several specs reads what they share once. */
  readonly modules?: ModuleCache;
  readonly limits?: Partial<Limits>;
  /** The host's SHA-256 of a text, where it has a faster one than ours. */
  readonly sha256?: TextDigest;
  /** ONNX opset, 18 to 21. */
  readonly opset?: 18 | 19 | 20 | 21;
}

export interface Checked {
  readonly problems: readonly Problem[];
  /** One for each model of the file that could be worked out. */
  readonly models: readonly CheckedModel[];
}

export interface CheckedModel {
  /** As the author wrote it, without what no output reads. */
  readonly network: Network;
  readonly analysis: Analysis;
  /** The numbers of `size`, by symbol. */
  readonly sizes: Readonly<Record<string, number>>;
}

export interface Compiled {
  readonly problems: readonly Problem[];
  /** Undefined when there are errors. */
  readonly model: CompiledModel | undefined;
}

export interface CompiledModel extends CheckedModel {
  /** After all passes; its parameters are the weights of the graph. */
  readonly lowered: Network;
  readonly onnx: OnnxModel;
}

/** Compiles one model of a spec to an ONNX graph (as data: weights are named, their values are a host's). Never throws for what a spec says. */
export function compile(source: SourceFile, options: CompileOptions = {}): Compiled {
  const problems = new Problems();
  const program = bindSource(source, options, problems);                 // text    -> modules, names
  const model = choose(program, options.model, problems);
  const checked = model && checkModel(program, model, options, problems); // program -> network, analyses, expectations
  const found = withoutIgnored(program, problems);
  if (!checked || problems.hasErrors) return { problems: found, model: undefined };
  const sized = specialise(checked.network, checked.sizes);              // symbols -> numbers, where a size is given
  const lowered = runPasses(sized, pipeline({ foldBatchNorm: options.foldBatchNorm ?? false }));
  const onnx = lower(lowered, {                                          // network -> nodes
    opset: options.opset ?? 18,
    irVersion: 8,
    producerVersion: version,
    metadata: metadata(program, checked.network, checked.analysis, options.sha256),
  });
  return { problems: found, model: { ...checked, lowered, onnx } };
}

/** Checks every model and block of a spec: syntax, names, shapes for all input sizes, expectations and lint rules. */
export const check = (source: SourceFile, options: CompileOptions = {}): Checked => checkAgain(source, options, undefined);

/** What came of one model. */
export interface ModelResult {
  readonly problems: readonly Problem[];
  readonly checked: CheckedModel | undefined;
}

/** Results of models that were checked before. */
export interface ModelMemory {
  readonly recall: (model: Model) => ModelResult | undefined;
  readonly keep: (model: Model, result: ModelResult) => void;
}

/** `check` that asks a memory first; only where every name is known what it stands for. */
export function checkAgain(source: SourceFile, options: CompileOptions, memoryFor: ((program: Program) => ModelMemory) | undefined): Checked {
  const problems = new Problems();
  const program = bindSource(source, options, problems);
  const memory = problems.list.length === 0 ? memoryFor?.(program) : undefined;
  const wanted = options.model === undefined ? modelsOf(program) : [choose(program, options.model, problems)];
  const models = wanted.map((model) => {
    if (model === undefined) return undefined;
    const known = memory?.recall(model);
    const result = known ?? checkAlone(program, model, options, problems.hasErrors);
    if (known === undefined) memory?.keep(model, result);
    problems.take(result.problems);
    return result.checked;
  });
  lintProgram(program, new Set(Object.keys(options.set ?? {})), problems);
  return { problems: withoutIgnored(program, problems), models: models.filter((model) => model !== undefined) };
}

function checkAlone(program: Program & { readonly sound: boolean }, model: Model, options: CompileOptions, broken: boolean): ModelResult {
  const problems = new Problems(broken);
  const checked = checkModel(program, model, options, problems);
  return { problems: problems.list, checked };
}

function bindSource(source: SourceFile, options: CompileOptions, problems: Problems): Program & { readonly sound: boolean } {
  const { host } = options;
  const read = (path: string): string | undefined => standardLibrary[path] ?? host?.read(path);
  const refusal = (path: string): string | undefined => host?.refusal?.(path);
  return bind(source, { read, refusal, parsed: parsedBefore, list: () => [...Object.keys(standardLibrary), ...(host?.list?.() ?? [])] }, knownNames, options.modules ?? new ModuleCache(), problems);
}

function checkModel(program: Program & { readonly sound: boolean }, model: Model, options: CompileOptions, problems: Problems): CheckedModel | undefined {
  if (!program.sound) return undefined;
  const { network: whole, expectations } = elaborate(model, program.main, new Map(Object.entries(options.set ?? {})), { ...defaultLimits, ...options.limits }, problems);
  if (whole === undefined) return undefined;
  const network = runPasses(options.withLoss ? verify(whole, "elaboration") : withoutLoss(verify(whole, "elaboration")), [dropDeadCode]);
  const analysis = analyse(network);
  const known = facts(network, analysis);
  for (const expectation of expectations) expectation.check(known);
  const sizes = resolveSizes(network, analysis.alignment, options.size ?? {}, problems);
  lintNetwork(whole, analysis, useOf(network, analysis, sizes ?? {}, options.use), problems);
  return sizes && { network, analysis, sizes };
}

const modelsOf = (program: Program): readonly Model[] => program.main.tree.declarations.filter((declaration) => declaration.kind === "model");

function choose(program: Program, name: string | undefined, problems: Problems): Model | undefined {
  const models = modelsOf(program);
  const names = models.map((model) => model.name.text);
  const found = name === undefined ? (models.length === 1 ? models[0] : undefined) : models.find((model) => model.name.text === name);
  if (found || problems.hasErrors) return found;
  const place = { file: program.main.file, span: { start: 0, end: 0 } };
  if (name !== undefined) problems.report(say.unknownModel, place, { name }, { help: didYouMean(name, names) ?? (names.length > 0 ? `the file has ${names.join(", ")}` : undefined) });
  else if (models.length === 0) problems.report(say.noModel, place, { file: program.main.file.path });
  else problems.report(say.severalModels, place, { file: program.main.file.path, count: models.length }, { help: `choose one: ${names.join(", ")}` });
  return undefined;
}
