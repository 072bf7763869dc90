/**
 * What an operator takes, declared once: the binder checks arguments by it, `explain` and the reference print it, and
 * the TypeScript types of the arguments that a rule sees follow from it.
 */
import type { Dim, ElementType } from "../tensor/index.js";

interface Common {
  readonly doc: string;
  /** Out of use: what to write instead, as "use `kernel`". */
  readonly deprecated?: string;
}

export type ParameterSpec =
  | (Common & { readonly kind: "tensor"; readonly optional?: boolean; readonly rank?: number; readonly types?: readonly ElementType[] })
  | (Common & { readonly kind: "tensors"; readonly types?: readonly ElementType[] })
  | (Common & { readonly kind: "int"; readonly min?: number; readonly max?: number; readonly default?: number; readonly optional?: boolean })
  | (Common & { readonly kind: "float"; readonly min?: number; readonly max?: number; readonly default?: number; readonly optional?: boolean })
  | (Common & { readonly kind: "bool"; readonly default?: boolean; readonly optional?: boolean })
  | (Common & { readonly kind: "choice"; readonly members: readonly string[]; readonly default?: string; readonly optional?: boolean })
  /** `3` or `[3, 5]`: height, width. */
  | (Common & { readonly kind: "pair"; readonly min: number; readonly default?: Pair; readonly optional?: boolean })
  /** `2`, `0.5` or `[2, 4]`: height, width. */
  | (Common & { readonly kind: "factors"; readonly optional?: boolean })
  | (Common & { readonly kind: "ints"; readonly default?: readonly number[]; readonly optional?: boolean })
  /** `0.5` or `[0.1, 0.2, 0.7]`. */
  | (Common & { readonly kind: "floats"; readonly optional?: boolean })
  /** `same`, `valid`, `1`, `[1, 2]` (height, width) or `[top, left, bottom, right]`. */
  | (Common & { readonly kind: "padding"; readonly default: Padding })
  /** Sizes that may depend on the input: whole numbers or expressions of its symbols. */
  | (Common & { readonly kind: "sizes"; readonly length?: number; readonly optional?: boolean });

export type Pair = readonly [height: number, width: number];

export type Padding = "same" | "valid" | readonly [top: number, left: number, bottom: number, right: number];

export type ParameterSpecs = Readonly<Record<string, ParameterSpec>>;

interface Values<Operand> {
  tensor: Operand;
  tensors: readonly Operand[];
  int: number;
  float: number;
  bool: boolean;
  choice: string;
  pair: Pair;
  factors: Pair;
  ints: readonly number[];
  floats: readonly number[];
  padding: Padding;
  sizes: readonly Dim[];
}

type ValueOf<Spec extends ParameterSpec, Operand> = Spec extends { readonly kind: "choice"; readonly members: readonly (infer Member)[] }
  ? Spec extends { readonly optional: true } ? Member | undefined : Member
  : Spec extends { readonly optional: true }
    ? Values<Operand>[Spec["kind"]] | undefined
    : Values<Operand>[Spec["kind"]];

/** The arguments of one call, by name; tensors appear as `Operand`. */
export type ArgumentsOf<Specs extends ParameterSpecs, Operand> = {
  readonly [Name in keyof Specs]: ValueOf<Specs[Name], Operand>;
};

/** An argument that is not a tensor, as the network keeps it. */
export type Attribute = number | boolean | string | readonly number[] | readonly Dim[] | undefined;

export const tensor = (doc: string, rank?: number) => ({ kind: "tensor", doc, ...(rank === undefined ? {} : { rank }) }) as const;
export const optionalTensor = (doc: string, rank?: number) => ({ ...tensor(doc, rank), optional: true }) as const;
export const tensors = (doc: string) => ({ kind: "tensors", doc }) as const;

const everyType = ["float32", "int64", "bool"] as const;
/** For operators that only move elements: they take every element type; the others take float32. */
export const ofAnyType = <Spec extends ParameterSpec & { kind: "tensor" | "tensors" }>(spec: Spec) => ({ ...spec, types: everyType });

/** The feature map that a chain carries in: the first parameter of nearly every operator. */
export const map = tensor("feature map [N, C, H, W]", 4);
/** The same for operators that work on any rank. */
export const anyTensor = tensor("tensor of any rank");

/** Whether a call may leave the parameter out. */
export const isOptional = (spec: ParameterSpec): boolean =>
  ("optional" in spec && spec.optional === true) || ("default" in spec && spec.default !== undefined);

/** How the type reads in help and messages. */
export function describeSpec(spec: ParameterSpec): string {
  switch (spec.kind) {
    case "choice": return `{${spec.members.join(", ")}}`;
    case "pair": return "int or [int, int]";
    case "factors": return "float or [float, float]";
    case "ints": return "[int]";
    case "floats": return "float or [float]";
    case "padding": return "same, valid, int, [int, int] or [int, int, int, int]";
    case "sizes": return "list of sizes";
    case "tensors": return "one or more tensors";
    default: return spec.kind;
  }
}

/** The default as one would write it in a spec, or undefined when there is none. */
export function showDefault(spec: ParameterSpec): string | undefined {
  if (!("default" in spec) || spec.default === undefined) return undefined;
  const value: unknown = spec.default;
  if (Array.isArray(value)) return value.every((item) => item === value[0]) && spec.kind === "pair" ? String(value[0]) : `[${value.join(", ")}]`;
  return String(value);
}
