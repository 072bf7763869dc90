/** Checks a value against the type of a parameter and gives it the form that operators and blocks want. */
import { type Dim, constant } from "../../tensor/index.js";
import type { ParameterSpec } from "../../operators/parameters.js";
import type { Value } from "./values.js";

/** The value in the wanted form, or what is wrong with it. */
export type Coerced<T> = { readonly ok: T } | { readonly wanted: string } | { readonly limit: string };

const integer = (value: Value): number | undefined => (value.kind === "int" ? value.value : undefined);
const number = (value: Value): number | undefined => (value.kind === "int" || value.kind === "float" ? value.value : undefined);

function within(value: number, spec: { readonly min?: number; readonly max?: number }, noun: string): Coerced<number> {
  if (spec.min !== undefined && value < spec.min) return { limit: `${noun} of at least ${spec.min}` };
  if (spec.max !== undefined && value > spec.max) return { limit: `${noun} of at most ${spec.max}` };
  return { ok: value };
}

function numbers(value: Value, lengths: readonly number[], read: (item: Value) => number | undefined): readonly number[] | undefined {
  const one = read(value);
  if (one !== undefined) return [one];
  if (value.kind !== "list" || !lengths.includes(value.items.length)) return undefined;
  const all = value.items.map(read);
  return all.every((item) => item !== undefined) ? all : undefined;
}

/** A whole number or a size of the input. */
export function asDim(value: Value): Dim | undefined {
  return value.kind === "dim" ? value.dim : value.kind === "int" ? constant(value.value) : undefined;
}

/** Compile-time arguments of operators; tensors are handled where the call is. */
export function coerceAttribute(value: Value, spec: ParameterSpec): Coerced<unknown> {
  switch (spec.kind) {
    case "int": {
      const found = integer(value);
      return found === undefined ? { wanted: "a whole number" } : within(found, spec, "a whole number");
    }
    case "float": {
      const found = number(value);
      return found === undefined ? { wanted: "a number" } : within(found, spec, "a number");
    }
    case "bool":
      return value.kind === "bool" ? { ok: value.value } : { wanted: "true or false" };
    case "choice": {
      const text = value.kind === "word" || value.kind === "string" ? value.value : undefined;
      const wanted = `one of ${spec.members.join(", ")}`;
      return text === undefined ? { wanted } : spec.members.includes(text) ? { ok: text } : { limit: wanted };
    }
    case "pair": {
      const found = numbers(value, [2], integer);
      if (!found) return { wanted: "a whole number or [height, width]" };
      if (found.some((item) => item < spec.min)) return { limit: `at least ${spec.min}` };
      return { ok: [found[0]!, found[1] ?? found[0]!] };
    }
    case "factors": {
      const found = numbers(value, [2], number);
      if (!found) return { wanted: "a number or [height, width]" };
      return { ok: [found[0]!, found[1] ?? found[0]!] };
    }
    case "ints": {
      const found = value.kind === "list" ? value.items.map(integer) : undefined;
      return found?.every((item) => item !== undefined) ? { ok: found } : { wanted: "a list of whole numbers" };
    }
    case "floats": {
      const found = value.kind === "list" ? value.items.map(number) : [number(value)];
      return found.length > 0 && found.every((item) => item !== undefined) ? { ok: found } : { wanted: "a number or a list of numbers" };
    }
    case "padding": {
      if (value.kind === "word" || value.kind === "string")
        return value.value === "same" || value.value === "valid" ? { ok: value.value } : { limit: "same, valid or numbers" };
      const found = numbers(value, [2, 4], integer);
      if (!found) return { wanted: "same, valid, a whole number, [height, width] or [top, left, bottom, right]" };
      if (found.some((item) => item < 0)) return { limit: "at least 0 (to cut, use `crop` or `slice`)" };
      if (found.length === 4) return { ok: found };
      const [height, width] = [found[0]!, found[1] ?? found[0]!];
      return { ok: [height, width, height, width] };
    }
    case "sizes": {
      const items = value.kind === "list" ? value.items : [value];
      const found = items.map(asDim);
      if (!found.every((item) => item !== undefined)) return { wanted: "a list of sizes" };
      if (spec.length !== undefined && found.length !== spec.length) return { limit: `a list of ${spec.length} sizes` };
      return { ok: found };
    }
    case "tensor":
    case "tensors":
      throw new Error("tensors are not attributes");
  }
}
