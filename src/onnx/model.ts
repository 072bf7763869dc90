/**
 * An ONNX model as plain data, before it becomes text or bytes. The field names are those of `onnx.proto`.
 * Weights are named, not held: their values arrive while the file is written.
 */
export type ElementType = "float32" | "float16" | "int64" | "int32" | "bool";

export type Dimension = number | string;

export interface ValueInfo {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly Dimension[];
  readonly doc?: string;
}

export type Attribute =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "string"; readonly value: string }
  | { readonly kind: "ints"; readonly value: readonly number[] }
  | { readonly kind: "floats"; readonly value: readonly number[] }
  /** `to` of Cast */
  | { readonly kind: "type"; readonly value: ElementType };

export interface OnnxNode {
  readonly op: string;
  readonly name: string;
  /** An empty string stands for an optional input that is absent. */
  readonly inputs: readonly string[];
  readonly outputs: readonly string[];
  readonly attributes: Readonly<Record<string, Attribute>>;
  /** The author's words and line, shown by viewers. */
  readonly doc?: string;
}

/** A small constant that the lowering made (axes, sizes, scales): its values are in the model. */
export interface Constant {
  readonly name: string;
  readonly type: ElementType;
  readonly shape: readonly number[];
  readonly values: readonly number[];
}

/** A parameter of the network: only its name, shape and type are here. */
export interface Weight {
  readonly name: string;
  readonly shape: readonly number[];
  /** Default float32. */
  readonly type?: "float32" | "float16";
}

export interface OnnxModel {
  readonly name: string;
  readonly doc: string;
  readonly opset: number;
  readonly irVersion: number;
  readonly producerVersion: string;
  readonly inputs: readonly ValueInfo[];
  readonly outputs: readonly ValueInfo[];
  readonly values: readonly ValueInfo[];
  readonly nodes: readonly OnnxNode[];
  readonly constants: readonly Constant[];
  /** In checkpoint order. */
  readonly weights: readonly Weight[];
  readonly metadata: readonly (readonly [key: string, value: string])[];
}
