/**
 * The syntax tree: plain data, one closed union per category. Every node has a span.
 * What the parser could not read is left out or becomes `{ kind: "broken" }`; later stages stay silent about it.
 */
import type { Span } from "../source/source.js";

export interface Name {
  readonly text: string;
  readonly span: Span;
}

export interface File {
  readonly uses: readonly Use[];
  readonly declarations: readonly Declaration[];
  readonly span: Span;
}

/** `use std.blocks { double_conv, conv_bn_relu as cbr }` or `use "./parts.seg" { node }` */
export interface Use {
  readonly kind: "use";
  /** `std.blocks` for the standard library, or the path as it is written between quotes. */
  readonly module: { readonly from: "std" | "file"; readonly path: string; readonly span: Span };
  readonly names: readonly { readonly name: Name; readonly alias: Name | undefined }[];
  readonly span: Span;
}

export type Declaration = Model | Block | Let;

export interface Model {
  readonly kind: "model";
  readonly doc: string | undefined;
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  readonly body: readonly Statement[];
  readonly span: Span;
}

export interface Block {
  readonly kind: "block";
  readonly doc: string | undefined;
  readonly name: Name;
  readonly parameters: readonly Parameter[];
  /** What the block returns: `tensor`, or a record of tensors. */
  readonly result: TypeExpression | undefined;
  readonly body: readonly Statement[];
  readonly span: Span;
}

/** `output_stride: int in {8, 16} = 16` */
export interface Parameter {
  readonly doc: string | undefined;
  readonly name: Name;
  readonly type: TypeExpression;
  /** The expression after `in`: a set `{8, 16}` or a range `1..4`. */
  readonly allowed: Expression | undefined;
  readonly default: Expression | undefined;
  readonly span: Span;
}

export type TypeExpression =
  | { readonly kind: "named"; readonly name: "int" | "float" | "bool" | "string" | "tensor" | "block"; readonly span: Span }
  | { readonly kind: "list"; readonly element: TypeExpression; readonly span: Span }
  /** Missing or no type at all: reported, and anything fits. */
  | { readonly kind: "unknown"; readonly span: Span }
  /** `{same, valid}`: one of these words. */
  | { readonly kind: "enum"; readonly members: readonly Name[]; readonly span: Span }
  /** `{c2: tensor, c5: tensor}` */
  | { readonly kind: "record"; readonly fields: readonly { readonly name: Name; readonly type: TypeExpression }[]; readonly span: Span };

export type Role = "encoder" | "context" | "skip" | "decoder" | "head" | "aux" | "loss";
export const roles: readonly Role[] = ["encoder", "context", "skip", "decoder", "head", "aux", "loss"];

export type Statement = Input | Binding | RoleBlock | Let | For | If | Expect | Return;

/** `input image: [N, 3, H, W] where H = 16*k + 124 with mean: [0.5, 0.5, 0.5]` */
export interface Input {
  readonly kind: "input";
  readonly doc: string | undefined;
  readonly name: Name;
  readonly shape: readonly Expression[];
  readonly where: readonly Expression[];
  /** How an image becomes this tensor: `with order: bgr, scale: 255, mean: [..], std: [..]`. */
  readonly settings: readonly Argument[];
  readonly span: Span;
}

/** `skip s = down[i] -> crop(like: grown)`, `x[i][j] = ...` */
export interface Binding {
  readonly kind: "binding";
  readonly doc: string | undefined;
  readonly role: Role | undefined;
  readonly name: Name;
  /** One entry for each `[...]` of an indexed family. */
  readonly indices: readonly Expression[];
  readonly value: Expression;
  readonly span: Span;
}

export interface RoleBlock {
  readonly kind: "role";
  readonly role: Role;
  readonly body: readonly Statement[];
  readonly span: Span;
}

export interface Let {
  readonly kind: "let";
  readonly doc: string | undefined;
  readonly name: Name;
  readonly value: Expression;
  readonly span: Span;
}

/** `for j in 1..depth, i in 0..depth-j { ... }`: later clauses vary fastest and may use earlier names. */
export interface For {
  readonly kind: "for";
  readonly clauses: readonly ForClause[];
  readonly body: readonly Statement[];
  readonly span: Span;
}

export interface ForClause {
  readonly name: Name;
  readonly over: Expression;
}

export interface If {
  readonly kind: "if";
  readonly condition: Expression;
  readonly then: readonly Statement[];
  /** Statements of `else`; an `else if` is one nested If. */
  readonly otherwise: readonly Statement[];
  readonly span: Span;
}

/**
 * `expect logits: [N, classes, H, W]` (shape), `expect parameters == 31_030_658` (fact),
 * `expect alignment H = 16*k + 124, H >= 188` (alignment).
 */
export interface Expect {
  readonly kind: "expect";
  readonly what:
    | { readonly kind: "shape"; readonly subject: Expression; readonly shape: readonly Expression[] }
    | { readonly kind: "fact"; readonly condition: Expression }
    | { readonly kind: "alignment"; readonly constraints: readonly Expression[] };
  readonly span: Span;
}

export interface Return {
  readonly kind: "return";
  readonly value: Expression;
  readonly span: Span;
}

export type BinaryOperator =
  | "or" | "and"
  | "==" | "!=" | "<" | "<=" | ">" | ">=" | "in"
  /** A single `=`, only in `where` and `expect alignment`. */
  | "="
  | "+" | "-" | "*" | "/" | "%" | "^";

export type Expression =
  | { readonly kind: "int"; readonly value: number; readonly span: Span }
  | { readonly kind: "float"; readonly value: number; readonly span: Span }
  | { readonly kind: "bool"; readonly value: boolean; readonly span: Span }
  | { readonly kind: "string"; readonly value: string; readonly span: Span }
  /** `"conv{s}_{i - 1}"`: a string with expressions in braces. */
  | { readonly kind: "text"; readonly parts: readonly (string | Expression)[]; readonly span: Span }
  | { readonly kind: "name"; readonly name: string; readonly span: Span }
  | { readonly kind: "list"; readonly items: readonly Expression[]; readonly span: Span }
  /** `{8, 16}` or `{c2: a, c5: b}` or `{c2, c5}`: a set after `in`, a record after `return`. */
  | { readonly kind: "braces"; readonly items: readonly { readonly name: Name | undefined; readonly value: Expression }[]; readonly span: Span }
  /** `[f * 2 for f in filters if f > 64]` */
  | {
      readonly kind: "comprehension";
      readonly item: Expression;
      readonly clauses: readonly ForClause[];
      readonly condition: Expression | undefined;
      readonly span: Span;
    }
  /** `1..depth` or `depth downto 1`, both ends included. */
  | { readonly kind: "range"; readonly from: Expression; readonly to: Expression; readonly down: boolean; readonly span: Span }
  /** `down[i]`; the index may be a range, which gives a list. */
  | { readonly kind: "index"; readonly base: Expression; readonly index: Expression; readonly span: Span }
  | { readonly kind: "member"; readonly base: Expression; readonly member: Name; readonly span: Span }
  | { readonly kind: "call"; readonly callee: Expression; readonly arguments: readonly Argument[]; readonly span: Span }
  /** `image -> conv(64, 3) as conv1 -> relu` */
  | { readonly kind: "chain"; readonly head: Expression; readonly headLabel: Label | undefined; readonly steps: readonly Step[]; readonly span: Span }
  | { readonly kind: "unary"; readonly operator: "-" | "not"; readonly operand: Expression; readonly span: Span }
  | { readonly kind: "binary"; readonly operator: BinaryOperator; readonly left: Expression; readonly right: Expression; readonly span: Span }
  /** `if aux then 2 else 1` */
  | { readonly kind: "conditional"; readonly condition: Expression; readonly then: Expression; readonly otherwise: Expression; readonly span: Span }
  | { readonly kind: "broken"; readonly span: Span };

export interface Argument {
  readonly name: Name | undefined;
  readonly value: Expression;
  readonly span: Span;
}

/** One `-> callee(arguments) as label` of a chain. `-> relu` is the same as `-> relu()`. */
export interface Step {
  readonly callee: Expression;
  readonly arguments: readonly Argument[];
  readonly label: Label | undefined;
  readonly span: Span;
}

/**
 * `as conv1`, `as downsample[0]`, `as [i]`, `as _`. The parts joined by dots are one or more components of a
 * parameter path; `_` alone adds no component.
 */
export interface Label {
  readonly parts: readonly LabelPart[];
  readonly span: Span;
}

export type LabelPart = { readonly kind: "word"; readonly name: Name } | { readonly kind: "index"; readonly value: Expression };
