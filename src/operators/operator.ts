/** The one entry that holds everything about an operator. A stage that would ask for an operator's name lacks a field here. */
import type { Details } from "../diagnostics/problem.js";
import type { Diagnostic, Placeholders } from "../diagnostics/diagnostic.js";
import type { Condition, Dim, ElementType, Initial, TensorType } from "../tensor/index.js";
import type { ArgumentsOf, Attribute, ParameterSpecs } from "./parameters.js";
import type { Emitter } from "./emitter.js";
import type { Range } from "./range.js";
import type { Reach } from "./reach.js";

/** A weight or a running statistic that a call of an operator owns. */
export interface OwnedTensor {
  /** Last part of its path: `weight`, `bias`, `running_mean`. */
  readonly name: string;
  readonly shape: readonly number[];
  readonly initial: Initial;
  /** False for what training leaves alone. */
  readonly trainable: boolean;
  /** A running statistic: counted as buffer, not as parameter. */
  readonly buffer?: boolean;
}

/**
 * How strict a demand on the input size is.
 * `runs`: without it there is no valid graph. `lossless`: without it pixels are dropped or a crop is lopsided.
 */
export type Strictness = "runs" | "lossless";

/** What a message may tell: sizes and shapes are written out for people, and only where the message is wanted. */
export type Told = string | number | Dim | readonly Dim[];

/** What the rules of one call may ask and say. Places come from the call: a rule speaks of argument names only. */
export interface Inference {
  /** Reports a fault at an argument (or at the whole call) and marks the result as unknown. */
  fault<Message extends string>(
    entry: Diagnostic<Message>,
    at: string | undefined,
    values: Readonly<Record<Placeholders<Message>, Told>>,
    details?: Details,
  ): undefined;
  /**
   * States a condition on the sizes. It limits the legal input sizes; the problem is reported where it leaves none, where the
   * author's `where` claims more, or where a size that is asked for breaks it.
   */
  require<Message extends string>(
    condition: Condition,
    strictness: Strictness,
    entry: Diagnostic<Message>,
    values: Readonly<Record<Placeholders<Message>, Told>>,
    about?: {
      readonly at?: string;
      /** The operands that disagree: their histories are shown. */
      readonly between?: readonly [Operand, Operand];
      readonly help?: string;
      /** The size that the message is about: its number is told where an input size breaks the demand. */
      readonly size?: Dim;
    },
  ): void;
  /** Writes a dimension or shape into the text of a fault. */
  show(dim: Dim): string;
  showShape(shape: readonly Dim[]): string;
}

export interface Inferred {
  readonly outputs: readonly TensorType[];
  readonly owns?: readonly OwnedTensor[];
}

/** A tensor operand as shape rules see it. */
export interface Operand extends TensorType {
  readonly type: ElementType;
}

/** A tensor operand while lowering: it has a name in the graph. */
export interface NamedOperand extends Operand {
  readonly name: string;
}

/** What lowering knows about the call. */
export interface Lowering {
  readonly outputs: readonly NamedOperand[];
  /** Graph names of what the call owns, by short name; absent ones are undefined. */
  readonly owned: Readonly<Record<string, NamedOperand | undefined>>;
}

export interface OperatorDefinition<Specs extends ParameterSpecs> {
  readonly name: string;
  readonly group: Group;
  /** First sentence: what it computes. Then shapes, source, pitfalls. */
  readonly doc: string;
  /** Out of use: what to write instead, as "use `conv`". */
  readonly deprecated?: string;
  /** In positional order; the first takes what a chain carries. */
  readonly parameters: Specs;
  /** Names of the outputs, where there are several: the call then gives a record. `list`: as many as the arguments say, in a list. */
  readonly outputs?: readonly string[] | "list";
  /** Owns weights: an unnamed step then passes on the name of its binding. */
  readonly weighted?: boolean;
  /** Counts in `conv_layers`. Says where the output channels lie in the weight: [out, in / groups, ..] or [in, out / groups, ..]. */
  readonly convolution?: "out-first" | "in-first";
  /** Takes the mean out and divides by the width: how wide its input is does not matter behind it. */
  readonly normalises?: boolean;
  /** Scales and shifts each channel by running statistics, so that a convolution before it can take it over. */
  readonly runningNorm?: boolean;
  /** The second output says where the values of the first came from. */
  readonly indexed?: {
    /** The operator that gives the first output alone. */
    readonly plain: string;
    /** The arguments with which the places are found again; undefined where they have to be kept. */
    readonly again: (a: ArgumentsOf<Specs, Operand>) => Readonly<Record<string, Attribute>> | undefined;
  };
  /** Puts values where `indices` say: the operator that finds the places again instead. */
  readonly byMask?: string;
  readonly infer: (a: ArgumentsOf<Specs, Operand>, rule: Inference) => Inferred | undefined;
  /** Multiply-accumulates; absent: none. Only convolutions and matrix products count. */
  readonly macs?: (a: ArgumentsOf<Specs, Operand>, out: Operand) => Dim;
  /** How output elements look into the tensor parameter `of`, on axis 0 (height) or 1 (width). Absent: elementwise. */
  readonly reach?: (a: ArgumentsOf<Specs, Operand>, axis: 0 | 1, of: string) => Reach;
  /**
   * Bounds of the result's values, from those of the tensors; absent: none. `kept`: each is a value of `x` or a mean of
   * some, so that its bounds stay.
   */
  readonly range?: "kept" | ((a: ArgumentsOf<Specs, Range>) => Range) | undefined;
  /** True when the call does nothing in inference, so that it can be left out. */
  readonly identity?: (a: ArgumentsOf<Specs, Operand>) => boolean;
  /** Values on constant inputs (row-major), where the operator can be worked out at compile time. */
  readonly fold?: ((a: ArgumentsOf<Specs, { readonly values: Float64Array }>) => Float64Array) | undefined;
  readonly lower: (a: ArgumentsOf<Specs, NamedOperand>, call: Lowering, emit: Emitter) => void;
  /** Statements of a model with `input x: [N, 4, H, W]` that bind `y`. Compiled and run by the tests. */
  readonly example: string;
}

export type Group = "convolution" | "pooling" | "resampling" | "arithmetic" | "normalisation" | "activation" | "layout" | "matrix" | "loss";

/** An operator with the types of its arguments forgotten: what lists and stages handle. */
export interface Operator {
  readonly name: string;
  readonly group: Group;
  readonly doc: string;
  readonly deprecated: string | undefined;
  readonly parameters: ParameterSpecs;
  readonly outputs: readonly string[] | "list";
  readonly weighted: boolean;
  readonly convolution: "out-first" | "in-first" | undefined;
  readonly normalises: boolean;
  readonly runningNorm: boolean;
  readonly indexed: { readonly plain: string; readonly again: (a: Record<string, unknown>) => Readonly<Record<string, Attribute>> | undefined } | undefined;
  readonly byMask: string | undefined;
  readonly infer: (a: Record<string, unknown>, rule: Inference) => Inferred | undefined;
  readonly macs: (a: Record<string, unknown>, out: Operand) => Dim | undefined;
  readonly reach: (a: Record<string, unknown>, axis: 0 | 1, of: string) => Reach;
  readonly range: (a: Record<string, unknown>) => Range;
  readonly identity: (a: Record<string, unknown>) => boolean;
  readonly fold: ((a: Record<string, unknown>) => Float64Array) | undefined;
  readonly lower: (a: Record<string, unknown>, call: Lowering, emit: Emitter) => void;
  readonly example: string;
}

export type { Attribute };
