import type { Declared, Module } from "../../bind/program.js";
import type { Place, Span } from "../../source/source.js";
import type { Role } from "../../syntax/ast.js";
import type { Domain } from "../../tensor/index.js";
import type { NetworkInput, NetworkOutput, ValueId } from "../network.js";
import type { Paths } from "./naming.js";
import type { Scope } from "./scope.js";
import type { Session } from "./session.js";
import { type Value, unknown } from "./values.js";

/** A fact stated by `expect`, to be checked when the whole network is known. */
export interface Expectation {
  readonly place: Place;
  readonly check: (facts: Facts) => void;
}

/** What `expect` can speak of, worked out by the analyses. */
export interface Facts {
  /** `parameters`, `trainable`, `buffers`, `conv_layers`, `output_stride`. */
  readonly numbers: Readonly<Record<string, number | undefined>>;
  /** `receptive_field(x)`, `stride(x)`; undefined when the tensor sees everything or has none. */
  readonly ofTensor: Readonly<Record<string, (id: ValueId) => number | undefined>>;
  /** The sizes of each symbol at which nothing is lost. */
  readonly alignment: Domain;
}

/** What a model collects while its body is worked out. */
export interface ModelParts {
  readonly inputs: NetworkInput[];
  readonly outputs: NetworkOutput[];
  readonly expectations: Expectation[];
}

/** Where an expression stands. */
export interface Context {
  readonly session: Session;
  readonly module: Module;
  readonly scope: Scope;
  readonly paths: Paths;
  /** Unlabelled steps are named after this binding. */
  readonly base: string;
  /** The whole right side of a binding: its only step with weights takes the binding's own name. */
  readonly whole: boolean;
  /** Values of the loop variables around, which keep the names of each round apart. */
  readonly round: string;
  /** The role of the statements here, as the text around them says; a block does not inherit that of its call. */
  readonly role: Role | undefined;
  readonly model: ModelParts | undefined;
  readonly depth: number;
  readonly facts: Facts | undefined;
}

export const placeOf = (ctx: Pick<Context, "module">, at: { readonly span: Span }): Place => ({ file: ctx.module.file, span: at.span });

/** The context of arguments and operands inside a larger expression. */
export const inside = (ctx: Context): Context => (ctx.whole ? { ...ctx, whole: false } : ctx);

const letValues = new WeakMap<Session, Map<object, Value>>();

/** A top-level `let`, worked out once for a session. */
export function letValue(ctx: Context, declared: Declared & { readonly kind: "let" }, evaluate: () => Value): Value {
  let cache = letValues.get(ctx.session);
  if (!cache) letValues.set(ctx.session, (cache = new Map()));
  const found = cache.get(declared.let);
  if (found) return found;
  cache.set(declared.let, unknown);
  const value = evaluate();
  cache.set(declared.let, value);
  return value;
}
