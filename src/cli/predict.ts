/** `segc predict`: image -> tensor -> ONNX Runtime -> labels, with derived and actual shapes side by side. */
import { existsSync, statSync } from "node:fs";
import { basename, extname, join, resolve } from "node:path";
import { cost } from "../analyses/cost.js";
import { ranges } from "../analyses/ranges.js";
import { type CheckedModel, type CompiledModel, check, compile } from "../compile.js";
import { type NetworkOutput, shapeOf } from "../network/network.js";
import { type Range, anything } from "../operators/range.js";
import { constantValue, evaluateShape } from "../tensor/index.js";
import type { DeviceName } from "../runtime/device-messages.js";
import { RuntimeMissing, RuntimeProblem } from "../runtime/runtime-problem.js";
import { type Session, type Value, createSession } from "../runtime/session.js";
import type { Image, LabelMap } from "../vision/image.js";
import { classHistogram, labelsOf } from "../vision/labels.js";
import { vocClasses } from "../vision/palette.js";
import { resizeImage, resizeLabels } from "../vision/resize.js";
import { writeLabelPng } from "../vision/write-label-png.js";
import { temporaryFolder } from "../weights/temporary-file.js";
import type { ExitCode } from "./command.js";
import { coversImage } from "./covers-image.js";
import { Failure, withoutRuntime } from "./failure.js";
import { type Spec, findSpec } from "./find-spec.js";
import { batchOf, loadImage, nearestSize, preparationOf } from "./image-input.js";
import { noteInput } from "./inputs.js";
import { compileOptions } from "./model-request.js";
import type { Size } from "./options.js";
import { complainOf, problemsJson } from "./problems.js";
import { shownPath } from "./project.js";
import { bytes, grouped, table } from "./table.js";
import type { Terminal } from "./terminal.js";
import { writeCompiled } from "./write-compiled.js";
import { writing } from "./write-output.js";

export interface PredictOptions {
  readonly json: boolean;
  readonly out: string | undefined;
  readonly size: Size | undefined;
  readonly onnx: string | undefined;
  readonly device: DeviceName | undefined;
  readonly palette: "voc" | undefined;
  readonly set: Readonly<Record<string, string>>;
  readonly model: string | undefined;
  readonly seed: number | undefined;
  readonly "max-nodes": number | undefined;
}

interface OutputReport {
  readonly output: NetworkOutput;
  readonly derived: readonly number[];
  readonly actual: readonly number[] | undefined;
}

const same = (a: readonly number[], b: readonly number[] | undefined): boolean => b !== undefined && a.length === b.length && a.every((size, i) => size === b[i]);
const show = (shape: readonly number[] | undefined): string => (shape === undefined ? "missing" : `[${shape.join(", ")}]`);

export async function predict(specName: string, imageName: string, options: PredictOptions, terminal: Terminal): Promise<ExitCode> {
  const spec = findSpec(specName, {});
  const request = compileOptions({ ...options, size: undefined, batch: undefined, "with-loss": false }, spec);
  const first = check(spec.file, request);
  const asked = first.models.length === 1 ? first.models[0] : undefined;
  const failed = first.problems.some(({ severity }) => severity === "error");
  if (asked === undefined || failed) {
    complainOf(first.problems, spec, terminal);
    if (first.models.length > 1) throw new Failure(`${spec.name} has ${first.models.length} models`, "choose one with --model");
    if (!failed) throw new Failure(`${spec.name} has no model to run`);
    if (options.json) terminal.out(problemsJson(first.problems, spec));
    return 1;
  }
  const preparation = preparationOf(asked);
  const image = await loadImage(resolve(imageName));
  const given = options.onnx === undefined ? undefined : await openGiven(options.onnx, asked, options);
  const size = options.size ?? given?.size ?? nearestSize(asked, image);
  if (given?.size && (given.size.height !== size.height || given.size.width !== size.width))
    throw new Failure(`${shownPath(resolve(options.onnx!))} takes images of ${given.size.height}x${given.size.width} only`, "leave out --size, or compile without it");
  if (size.height !== image.height || size.width !== image.width)
    terminal.say(`the image is ${image.height}x${image.width}; it is resized to ${size.height}x${size.width}${options.size || given?.size ? "" : ", the nearest size that fits"}`);

  const batch = constantValue(shapeOf(asked.network, asked.network.inputs[0]!.value)[0]!) ?? 1;
  const sized = compile(spec.file, { ...request, size: { ...size, batch } });
  complainOf(sized.problems, spec, terminal);
  if (sized.model === undefined) {
    if (options.json) terminal.out(problemsJson(sized.problems, spec));
    return 1;
  }
  const model = sized.model;
  sayMemory(model, terminal);

  const session = given?.session ?? (await openCompiled(model, options, terminal));
  const feed: Value = { type: "float32", shape: [batch, preparation.channels, size.height, size.width], data: batchOf(resizeImage(image, size.width, size.height), preparation, batch) };
  const begun = performance.now();
  const results = await running(model, () => session.run({ [model.network.inputs[0]!.name]: feed }));
  terminal.say(`ran on ${options.device ?? "cpu"} in ${((performance.now() - begun) / 1000).toFixed(1)} s`);
  await session.release();

  const outputs = model.network.outputs.map((output): OutputReport => ({
    output,
    derived: evaluateShape(shapeOf(model.network, output.value), model.sizes),
    actual: results[output.name]?.shape,
  }));
  const labels = await writeLabels(model, results, image, size, options.out ?? `${basename(imageName, extname(imageName))}.${spec.name}.png`, terminal);
  const facts: Facts = { model, spec, imageName, image, size, outputs, labels, options };
  terminal.out(options.json ? JSON.stringify(asJson(facts), null, 2) : asText(facts));
  return outputs.every(({ derived, actual }) => same(derived, actual)) ? 0 : 1;
}

/** ONNX Runtime's failures as ours; a node's name leads back to the author's line, where the model is one that segc made just now. */
async function running<T>(model: CompiledModel | string, act: () => Promise<T>): Promise<T> {
  try {
    return await act();
  } catch (error) {
    if (error instanceof RuntimeMissing) throw withoutRuntime(error);
    if (!(error instanceof RuntimeProblem)) throw error;
    if (typeof model === "string") throw new Failure(`ONNX Runtime cannot take ${model}: ${error.message}`, undefined, error.raw);
    const line = model.onnx.nodes.find(({ name }) => error.node !== undefined && error.node.startsWith(name))?.doc;
    throw new Failure(`ONNX Runtime: ${error.message}`, line === undefined ? undefined : `at ${line}`, error.raw);
  }
}

async function openCompiled(model: CompiledModel, options: PredictOptions, terminal: Terminal): Promise<Session> {
  const folder = temporaryFolder("predict");
  const path = join(folder.path, "model.onnx");
  try {
    const progress = terminal.progress("compiling");
    await writeCompiled(model, path, { seed: options.seed ?? 0, weights: "init", onProgress: progress.update }).finally(progress.end);
    return await running(model, () => createSession(path, { device: options.device ?? "cpu" }));
  } finally {
    // The session has read it. Nothing is left to clean up while it runs, so that Ctrl-C ends it at once.
    await folder.remove();
  }
}

/** A model of the user's: it must take what the spec's takes. Its size, where it has a fixed one. */
async function openGiven(file: string, { network }: CheckedModel, options: PredictOptions): Promise<{ readonly session: Session; readonly size: Size | undefined }> {
  const path = resolve(file);
  if (!existsSync(path)) throw new Failure(`there is no file ${file}`);
  if (!statSync(path).isFile()) throw new Failure(`${shownPath(path)} is not a regular file`, "--onnx takes an ONNX file");
  noteInput(path);
  const session = await running(shownPath(path), () => createSession(path, { device: options.device ?? "cpu" }));
  const { name } = network.inputs[0]!;
  const port = session.inputs.find((input) => input.name === name);
  if (port === undefined) throw new Failure(`${shownPath(path)} has no input \`${name}\`, which ${network.name} has`, `it has ${session.inputs.map((input) => input.name).join(", ")}`);
  const [, , height, width] = port.shape;
  return { session, size: typeof height === "number" && typeof width === "number" ? { height, width } : undefined };
}

/** Above this a laptop may run out of memory. */
const much = 4 * 1024 ** 3;

function sayMemory(model: CompiledModel, terminal: Terminal): void {
  const { peakBytes } = cost(model.network, model.sizes);
  if (peakBytes > much) terminal.say(`this takes about ${bytes(peakBytes)} for activations alone; --size chooses a smaller image`);
}

interface Labels {
  readonly output: string;
  readonly file: string;
  readonly map: LabelMap;
  readonly covers: boolean;
  readonly classes: number;
  readonly notFinite: number;
}

/** The classes of the first head that is a map of scores, as a palette image. */
async function writeLabels(model: CompiledModel, results: Readonly<Record<string, Value>>, image: Image, size: Size, file: string, terminal: Terminal): Promise<Labels | undefined> {
  const { network } = model;
  const bounds = ranges(network);
  for (const output of [...network.outputs].sort((a, b) => Number(a.role === "aux") - Number(b.role === "aux"))) {
    const result = results[output.name];
    const classes = result?.shape[1] ?? 0;
    if (result?.type !== "float32" || result.shape.length !== 4 || classes < 1 || classes > 256) continue;
    const map = labelsOf(result.data, result.shape, thresholdOf(bounds.get(output.value)))[0]!;
    const covers = coversImage(model.analysis.geometry.get(output.value), [map.height, map.width], [size.height, size.width]);
    const final = covers ? resizeLabels(map, image.width, image.height) : map;
    await writing(resolve(file), (path) => writeLabelPng(path, final));
    return { output: output.name, file, map: final, covers, classes, notFinite: result.data.reduce((count, value) => count + (Number.isFinite(value) ? 0 : 1), 0) };
  }
  terminal.say("no output is a map of class scores, so no label image is written");
  return undefined;
}

/** Where one map of scores is cut: half way between its bounds (0.5 for probabilities), at 0 where it has none. */
const thresholdOf = ({ low, high }: Range = anything): number => (Number.isFinite(low) && Number.isFinite(high) ? (low + high) / 2 : 0);

interface Facts {
  readonly model: CompiledModel;
  readonly spec: Spec;
  readonly imageName: string;
  readonly image: Image;
  readonly size: Size;
  readonly outputs: readonly OutputReport[];
  readonly labels: Labels | undefined;
  readonly options: PredictOptions;
}

function histogram({ map, classes }: Labels): readonly { readonly label: number; readonly name: string | null; readonly pixels: number }[] {
  return [...classHistogram(map)]
    .map((pixels, label) => ({ label, name: classes === vocClasses.length ? vocClasses[label]! : null, pixels }))
    .filter(({ pixels }) => pixels > 0);
}

function asText({ model, size, outputs, labels }: Facts): string {
  const parts = [
    `${model.network.name} at ${size.height}x${size.width}\n`,
    table([["output", "derived", "actual", ""], ...outputs.map(({ output, derived, actual }) => [output.name, show(derived), show(actual), same(derived, actual) ? "equal" : "DIFFERENT"])], { indent: "  " }),
  ];
  if (labels === undefined) return parts.join("");
  const pixels = labels.map.data.length;
  const rows = [...histogram(labels)].sort((a, b) => b.pixels - a.pixels).map(({ label, name, pixels: count }) => [String(label), name ?? "", grouped(count), `${((100 * count) / pixels).toFixed(1)} %`]);
  return [
    ...parts,
    table([["class", "", "pixels", ""], ...rows], { indent: "  ", right: [0, 2, 3] }),
    labels.notFinite > 0 ? `  ${grouped(labels.notFinite)} scores are not finite\n` : "",
    `${labels.file}: the labels of \`${labels.output}\`, ${labels.map.height}x${labels.map.width}${labels.covers ? "" : ", which is the part of the image that the network covers"}\n`,
  ].join("");
}

const asJson = ({ model, spec, imageName, image, size, outputs, labels, options }: Facts): unknown => ({
  schema: 1,
  model: model.network.name,
  spec: spec.file.path,
  image: { file: imageName, height: image.height, width: image.width },
  size,
  device: options.device ?? "cpu",
  weights: options.onnx ?? "init",
  outputs: outputs.map(({ output, derived, actual }) => ({ name: output.name, role: output.role, derived, actual: actual ?? null, equal: same(derived, actual) })),
  labels: labels === undefined ? null : {
    output: labels.output, file: labels.file, height: labels.map.height, width: labels.map.width, covers_image: labels.covers, not_finite: labels.notFinite, histogram: histogram(labels),
  },
});
