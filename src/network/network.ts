/**
 * The network: a static-single-assignment graph of plain data. Shapes are exact functions of the input's symbols.
 * Values are numbered; node order is a topological order.
 */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Frame } from "../diagnostics/problem.js";
import type { Attribute } from "../operators/parameters.js";
import type { Strictness } from "../operators/operator.js";
import type { Place } from "../source/source.js";
import type { Role } from "../syntax/ast.js";
import type { Condition, Dim, Domain, Initial, TensorType } from "../tensor/index.js";

export type ValueId = number;

export interface NetworkValue {
  readonly id: ValueId;
  /** The author's path of the step that makes it, unique: `down.0.conv1`; or an input's name. */
  readonly name: string;
  readonly type: TensorType;
}

export interface Parameter {
  /** Path as checkpoints write it: `backbone.layer1.0.conv1.weight`. */
  readonly name: string;
  /** Short name inside its node: `weight`. */
  readonly field: string;
  readonly shape: readonly number[];
  readonly initial: Initial;
  readonly trainable: boolean;
  /** A running statistic. */
  readonly buffer: boolean;
  /** Made by the batch-norm pass from other parameters. */
  readonly folded?: FoldedFrom;
}

/** `weight * s` or `(bias - mean) * s + shift` with `s = scale / sqrt(variance + eps)`, channel by channel. */
export interface FoldedFrom {
  readonly part: "weight" | "bias";
  /** Where the output channels lie in the weight: [out, ...] or [in, out / groups, ...]. */
  readonly axis: "out-first" | "in-first";
  readonly groups: number;
  readonly weight: Parameter;
  readonly bias: Parameter | undefined;
  readonly scale: Parameter;
  readonly shift: Parameter;
  readonly mean: Parameter;
  readonly variance: Parameter;
  readonly eps: number;
}

export interface NetworkNode {
  readonly operator: string;
  readonly path: string;
  /** Tensor arguments by parameter name; a list for variadic ones. */
  readonly inputs: Readonly<Record<string, ValueId | readonly ValueId[] | undefined>>;
  readonly attributes: Readonly<Record<string, Attribute>>;
  readonly outputs: readonly ValueId[];
  readonly parameters: readonly Parameter[];
  readonly role: Role | undefined;
  readonly place: Place;
  readonly trace: readonly Frame[];
}

/** How an image becomes an input tensor: value = (channel / (255 / scale) - mean) / std, in the given channel order. */
export interface ImageSettings {
  readonly order: "rgb" | "bgr";
  /** Largest value of a channel before mean and std: 1 or 255. */
  readonly scale: number;
  readonly mean: readonly number[];
  readonly std: readonly number[];
  /** Height and width of typical images, where the author says so. */
  readonly natural: readonly [number, number] | undefined;
}

export interface NetworkInput {
  readonly value: ValueId;
  readonly name: string;
  readonly doc: string | undefined;
  readonly image: ImageSettings;
}

export interface NetworkOutput {
  readonly value: ValueId;
  readonly name: string;
  /** `aux` helps training; a `loss` is left out of the graph unless it is asked for. */
  readonly role: OutputRole;
}

export type OutputRole = "head" | "aux" | "loss";

/** A condition on the input sizes, with what to say where it does not hold. */
export interface Demand {
  readonly condition: Condition;
  readonly strictness: Strictness;
  readonly entry: Diagnostic;
  /**
   * Written when it is asked for: of most demands nothing is ever said. `within`: the sizes that it is right for, by default those that
   * the demands before it leave; a size that the author's `where` keeps out needs more (`2*floor(H/16)` against `floor(H/8)` are both
   * `H/8` where H divides by 16).
   */
  readonly message: (within?: Domain) => string;
  /** The node whose rule states it. */
  readonly path: string;
  readonly place: Place;
  readonly trace: readonly Frame[];
  /** Values that disagree. */
  readonly between: readonly [ValueId, ValueId] | undefined;
  /** The size that the message is about. */
  readonly size: Dim | undefined;
}

export interface Network {
  readonly name: string;
  readonly doc: string;
  readonly file: string;
  /** The model's parameters with the values that it was elaborated with, as text. */
  readonly settings: readonly (readonly [name: string, value: string])[];
  readonly inputs: readonly NetworkInput[];
  readonly outputs: readonly NetworkOutput[];
  readonly nodes: readonly NetworkNode[];
  readonly values: readonly NetworkValue[];
  readonly demands: readonly Demand[];
  /** What `where` accepts. */
  readonly claimed: Domain;
  /** Sizes that are accepted and run: `claimed`, less what the network cannot take. */
  readonly legal: Domain;
  readonly place: Place;
}

export const valueOf = (network: Network, id: ValueId): NetworkValue => network.values[id]!;

/** All values that a node reads, in order. */
export function inputsOf(node: NetworkNode): readonly ValueId[] {
  const ids: ValueId[] = [];
  for (const name in node.inputs) {
    const input = node.inputs[name];
    if (typeof input === "number") ids.push(input);
    else if (input !== undefined) ids.push(...input);
  }
  return ids;
}

/** Number of elements. */
export const elements = (shape: readonly number[]): number => shape.reduce((product, size) => product * size, 1);

export const shapeOf = (network: Network, id: ValueId): readonly Dim[] => network.values[id]!.type.shape;

/** Parameters in checkpoint order: that in which the author wrote the steps. */
export const parametersOf = (network: Network): readonly Parameter[] => network.nodes.flatMap((node) => node.parameters);
