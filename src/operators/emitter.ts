/** What an operator's lowering may use to write ONNX nodes. Values are names in the graph. */
import type { NamedOperand } from "./operator.js";
import type { Dim } from "../tensor/index.js";

export type AttributeValue = number | string | readonly number[] | { readonly float: number } | { readonly floats: readonly number[] } | { readonly type: string };

export interface Emitter {
  /** Writes a node and returns the name of its first output. `outputs` defaults to one new name. */
  node(
    op: string,
    inputs: readonly (string | undefined)[],
    attributes?: Readonly<Record<string, AttributeValue | undefined>>,
    outputs?: readonly string[],
  ): string;
  ints(values: readonly number[], shape?: readonly number[]): string;
  floats(values: readonly number[], shape?: readonly number[]): string;
  bools(values: readonly boolean[], shape?: readonly number[]): string;
  /** A 1-D int64 value with the sizes of `axes` (consecutive): a constant where they are known, else read from the tensor. */
  sizesOf(tensor: NamedOperand, axes: readonly number[]): string;
  /**
   * A 1-D int64 value that holds the given sizes. Known sizes become constants; others are worked out in the graph from the
   * network's inputs.
   */
  sizes(dims: readonly Dim[]): string;
  /** The value of a size where every legal input gives the same one. */
  known(dim: Dim): number | undefined;
}
