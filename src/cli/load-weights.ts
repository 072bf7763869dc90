/** Checkpoints on the command line: opening them, matching them with a network, and saying what does not fit. */
import { resolve } from "node:path";
import { type Network, elements, parametersOf } from "../network/network.js";
import { positionOf } from "../source/source.js";
import { matchWeights, type Wanted } from "../weights/match-weights.js";
import { type Checkpoint, openCheckpoint } from "../weights/readers/open-checkpoint.js";
import { CheckpointProblem, printable } from "../weights/readers/problem.js";
import { parseRenames, type Rename } from "../weights/renames.js";
import type { LoadedWeights } from "../weights/weight-values.js";
import { Failure, systemFailure } from "./failure.js";
import { noteInput } from "./inputs.js";
import type { Spec } from "./find-spec.js";
import { shownFile } from "./problems.js";
import { readText, shownPath } from "./project.js";
import { grouped, plural, table } from "./table.js";

/** What went wrong with a checkpoint, as a failure of the user's file; anything else as it is. */
export function checkpointFailure(error: unknown): unknown {
  if (!(error instanceof CheckpointProblem)) return error;
  return new Failure(`${shownPath(resolve(error.file))}${error.where === "" ? "" : `, ${error.where}`}: ${error.what}`, error.help);
}

export async function openWeights(path: string): Promise<Checkpoint> {
  try {
    const checkpoint = await openCheckpoint(resolve(path));
    for (const file of checkpoint.files) noteInput(file);
    return checkpoint;
  } catch (error) {
    throw checkpointFailure(systemFailure(`cannot read ${shownPath(resolve(path))}`, error));
  }
}

function readRenames(path: string | undefined): readonly Rename[] {
  if (path === undefined) return [];
  const text = readText(resolve(path));
  try {
    return parseRenames(text, path);
  } catch (error) {
    throw checkpointFailure(error);
  }
}

export interface LoadOptions {
  readonly weights: string;
  readonly map: string | undefined;
}

/** Opens a checkpoint and finds in it what a network wants. */
export async function loadWeights(network: Network, { weights, map }: LoadOptions): Promise<LoadedWeights> {
  const renames = readRenames(map);
  const checkpoint = await openWeights(weights);
  return { checkpoint, match: matchWeights(network, checkpoint, renames) };
}

const most = 12;

/** What does not fit, and what was done about it; empty where everything is in its place. */
export function describeMatch({ match, checkpoint }: LoadedWeights, network: Network, spec: Spec, options: { readonly all: boolean; readonly partial: boolean }): string {
  const file = shownPath(checkpoint.path);
  const lines: string[] = [];
  const list = (rows: readonly (readonly string[])[]): void => {
    const shown = options.all || rows.length <= most + 1 ? rows : rows.slice(0, most);
    lines.push(table(shown, { indent: "    " }).trimEnd());
    if (shown.length < rows.length) lines.push(`    ... and ${grouped(rows.length - shown.length)} more (--verbose shows all)`);
  };
  const perhaps = (near: readonly string[]): string => (near.length === 0 ? "" : `perhaps ${near.map(printable).join(" or ")}`);
  const at = (one: Wanted): string => shownPlace(one, spec);
  const shape = (sizes: readonly number[]): string => `[${sizes.join(", ")}]`;

  if (match.missing.length > 0) {
    lines.push(`  missing in ${file}: ${plural(match.missing.length, "parameter")} of ${network.name}`);
    list(match.missing.map((one) => [one.parameter.name, shape(one.parameter.shape), at(one), perhaps(one.near)]));
  }
  if (match.otherShape.length > 0) {
    lines.push("  of another shape");
    list(match.otherShape.map((one) => [one.parameter.name, `${shape(one.tensor.shape)} in the file, ${shape(one.parameter.shape)} in the network`, at(one)]));
  }
  if (match.unreadable.length > 0) {
    lines.push("  not to be read");
    list(match.unreadable.map((one) => [one.parameter.name, one.tensor.trouble ?? "", at(one)]));
  }
  if (match.ambiguous.length > 0) {
    lines.push("  claimed by several tensors of the file");
    list(match.ambiguous.map((one) => [one.parameter.name, one.tensors.map(printable).join(", "), at(one)]));
  }
  if (match.unexpected.length > 0) {
    lines.push(`  unexpected in ${file}: ${network.name} has no use for ${plural(match.unexpected.length, "tensor")}`);
    list(match.unexpected.map(({ tensor, near }) => [printable(tensor.name), shape(tensor.shape), perhaps(near)]));
  }
  const problems = lines.length > 0;
  const surplus = match.missing.length + match.otherShape.length + match.unreadable.length + match.ambiguous.length === 0;
  const head = problems ? [`${options.partial ? "" : "segc: "}${file} does not fit ${network.name}: ${grouped(match.sources.size)} of ${grouped(match.sources.size + match.missing.length + match.otherShape.length + match.unreadable.length + match.ambiguous.length)} parameters found`] : [];
  const tail: string[] = [];
  if (problems && match.suggestion !== undefined) tail.push(`  help: names differ by what stands before them: --map FILE with the line \`${printable(match.suggestion)}\``);
  if (problems) tail.push(options.partial ? surplus ? "  --partial: they are left out" : "  --partial: the rest gets initial values"
    : surplus ? "  help: --partial leaves them out" : "  help: --partial takes what fits and gives the rest initial values");
  if (match.head) tail.push(`new head: ${file} is for ${match.head.was} classes, ${network.name} has ${match.head.classes}: initial values for ${match.head.parameters.map(({ parameter }) => parameter.name).join(", ")}`);
  if (match.reshaped.length > 0) tail.push(`taken as convolutions: the linear layers ${match.reshaped.map(({ tensor }) => `${printable(tensor.name)} ${shape(tensor.shape)}`).join(", ")}`);
  return [...head, ...lines, ...tail].join("\n");
}

/** The step that owns a parameter, and the line of the spec that asked for it where it is inside of blocks. */
function shownPlace({ place, trace }: Wanted, spec: Spec): string {
  const show = (of: Wanted["place"]): string => `${shownFile(of.file.path, spec)}:${positionOf(of.file, of.span.start).line}`;
  const outer = trace.at(-1);
  return outer === undefined || outer.place.file === place.file ? show(place) : `${show(place)}, used at ${show(outer.place)}`;
}

/** How many numbers of a network's parameters (running statistics apart) come from the checkpoint. */
export const loadedParameters = (network: Network, { match }: LoadedWeights): number =>
  parametersOf(network).reduce((sum, { name, shape, buffer }) => (!buffer && match.sources.has(name) ? sum + elements(shape) : sum), 0);

export function matchJson({ match, checkpoint }: LoadedWeights, spec: Spec): unknown {
  const parameter = (one: Wanted): object => ({
    name: one.parameter.name, shape: one.parameter.shape,
    file: shownFile(one.place.file.path, spec), ...positionOf(one.place.file, one.place.span.start),
  });
  return {
    file: shownPath(checkpoint.path),
    format: checkpoint.format,
    prefix: checkpoint.prefix + match.prefix,
    state_dict: checkpoint.found,
    loaded: match.sources.size,
    complete: match.complete,
    missing: match.missing.map((one) => ({ ...parameter(one), near: one.near })),
    unexpected: match.unexpected.map(({ tensor, near }) => ({ name: tensor.name, shape: tensor.shape, near })),
    other_shape: match.otherShape.map((one) => ({ ...parameter(one), found: one.tensor.shape })),
    unreadable: match.unreadable.map((one) => ({ ...parameter(one), reason: one.tensor.trouble })),
    ambiguous: match.ambiguous.map((one) => ({ ...parameter(one), tensors: one.tensors })),
    new_head: match.head ? { classes: match.head.classes, was: match.head.was, parameters: match.head.parameters.map(({ parameter: { name } }) => name) } : null,
    reshaped: match.reshaped.map((one) => ({ ...parameter(one), found: one.tensor.shape })),
    ignored: match.ignored,
    suggestion: match.suggestion ?? null,
  };
}

