/** What an expression can stand for while a spec is worked out. */
import type { Operator } from "../../operators/operator.js";
import type { Declared } from "../../bind/program.js";
import { type Dim, show, type Domain } from "../../tensor/index.js";
import type { ValueId } from "../network.js";

export type Value =
  | { readonly kind: "int"; readonly value: number }
  | { readonly kind: "float"; readonly value: number }
  | { readonly kind: "bool"; readonly value: boolean }
  | { readonly kind: "string"; readonly value: string }
  /** A member of an enum: `same`, `bilinear`. */
  | { readonly kind: "word"; readonly value: string; readonly members?: readonly string[] }
  | { readonly kind: "list"; readonly items: readonly Value[] }
  /** A size that depends on the input. */
  | { readonly kind: "dim"; readonly dim: Dim }
  | { readonly kind: "tensor"; readonly id: ValueId }
  | { readonly kind: "record"; readonly fields: ReadonlyMap<string, Value> }
  /** An indexed family, filled step by step. */
  | { readonly kind: "family"; readonly name: string; readonly elements: Map<number, Value> }
  | Callable
  /** Reported already: nothing complains about it again. */
  | { readonly kind: "unknown" };

export interface Callable {
  readonly kind: "callable";
  readonly target: { readonly kind: "operator"; readonly operator: Operator } | (Declared & { readonly kind: "block" });
  /** Arguments given when the block was handed on: `batchnorm(eps: 1e-3)`. */
  readonly bound: ReadonlyMap<string, Value>;
}

export const unknown: Value = { kind: "unknown" };

export const int = (value: number): Value => ({ kind: "int", value });
export const list = (items: readonly Value[]): Value => ({ kind: "list", items });
/** `members`: all words of the enum, where they are known. */
export const word = (value: string, members?: readonly string[]): Value => ({ kind: "word", value, ...(members ? { members } : {}) });

/** How a value is named in messages: "the number 3", "a tensor". */
export function describe(value: Value): string {
  switch (value.kind) {
    case "int": return `the number ${value.value}`;
    case "float": return `the number ${Number.isInteger(value.value) ? value.value.toFixed(1) : value.value}`;
    case "bool": return `${value.value}`;
    case "string": return `the string "${value.value.slice(0, 40)}"`;
    case "word": return `the word \`${value.value}\``;
    case "list": return value.items.length === 0 ? "an empty list" : `a list of ${value.items.length}`;
    case "dim": return `the size ${show(value.dim)}`;
    case "tensor": return "a tensor";
    case "record": return `a record of ${[...value.fields.keys()].map((name) => `\`${name}\``).join(", ")}`;
    case "family": return `the indexed family \`${value.name}\``;
    case "callable": return value.target.kind === "operator" ? `the operator \`${value.target.operator.name}\`` : `the block \`${value.target.block.name.text}\``;
    case "unknown": return "unknown";
  }
}

/** As one would write it in a spec: for settings, digests and messages. */
export function write(value: Value, domain?: Domain): string {
  switch (value.kind) {
    case "int":
    case "float":
    case "bool": return String(value.value);
    case "string": return JSON.stringify(value.value);
    case "word": return value.value;
    case "list": return `[${value.items.map((item) => write(item, domain)).join(", ")}]`;
    case "dim": return show(value.dim, domain);
    case "callable": {
      const name = value.target.kind === "operator" ? value.target.operator.name : value.target.block.name.text;
      const bound = [...value.bound].map(([key, item]) => `${key}: ${write(item, domain)}`);
      return bound.length === 0 ? name : `${name}(${bound.join(", ")})`;
    }
    default: return describe(value);
  }
}
