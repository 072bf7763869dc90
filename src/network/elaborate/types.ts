/** Declared types of parameters of blocks and models. */
import * as bindErrors from "../../diagnostics/catalogue/bind.js";
import * as errors from "../../diagnostics/catalogue/evaluate.js";
import type { Place } from "../../source/source.js";
import type { Parameter, TypeExpression } from "../../syntax/ast.js";
import { equal } from "./arithmetic.js";
import type { Context } from "./context.js";
import { type Hint, evaluate } from "./evaluate.js";
import { type Value, describe, list, unknown, word, write } from "./values.js";

export const hintOf = (type: TypeExpression): Hint =>
  type.kind === "enum" ? { words: type.members.map((member) => member.text) }
  : type.kind === "list" ? hintOf(type.element)
  : { block: type.kind === "named" && type.name === "block" };

export function showType(type: TypeExpression): string {
  switch (type.kind) {
    case "named": return type.name;
    case "unknown": return "anything";
    case "list": return `[${showType(type.element)}]`;
    case "enum": return `{${type.members.map((member) => member.text).join(", ")}}`;
    case "record": return `{${type.fields.map((field) => `${field.name.text}: ${showType(field.type)}`).join(", ")}}`;
  }
}

const nouns = {
  int: "a whole number", float: "a number", bool: "true or false", string: "a string", tensor: "a tensor", block: "a block or operator",
} as const;

const wantedFor = (type: TypeExpression): string =>
  type.kind === "named" ? nouns[type.name]
  : type.kind === "enum" ? `one of ${type.members.map((member) => member.text).join(", ")}`
  : type.kind === "list" ? `a list (${showType(type)})`
  : `a record ${showType(type)}`;

/** The value as the type wants it, or undefined when it does not fit. */
function convert(value: Value, type: TypeExpression): Value | undefined {
  if (value.kind === "unknown") return value;
  switch (type.kind) {
    case "named":
      switch (type.name) {
        case "int": return value.kind === "int" || value.kind === "dim" ? value : undefined;
        case "float": return value.kind === "int" || value.kind === "float" ? value : undefined;
        case "bool": return value.kind === "bool" ? value : undefined;
        case "string": return value.kind === "string" ? value : undefined;
        case "tensor": return value.kind === "tensor" ? value : undefined;
        case "block": return value.kind === "callable" ? value : undefined;
      }
      break;
    case "enum": {
      const text = value.kind === "word" || value.kind === "string" ? value.value : undefined;
      return text !== undefined && type.members.some((member) => member.text === text) ? word(text, type.members.map((member) => member.text)) : undefined;
    }
    case "list": {
      const items = value.kind === "list" ? value.items : value.kind === "family" ? [...value.elements].sort(([a], [b]) => a - b).map(([, item]) => item) : undefined;
      const found = items?.map((item) => convert(item, type.element));
      return found?.every((item) => item !== undefined) ? list(found) : undefined;
    }
    case "record":
      return value.kind === "record" && type.fields.every((field) => value.fields.has(field.name.text)) ? value : undefined;
  }
  return undefined;
}

/** What to do where a word was written, and stands for something else: `init: bilinear` beside a tensor of that name. */
export function meantAsWord({ file, span }: Place, words: readonly string[] | undefined): string | undefined {
  const written = /[A-Za-z_]\w*$/.exec(file.text.slice(span.start, span.end))?.[0];
  return written !== undefined && words?.includes(written) ? `here \`${written}\` is a name of this spec; in quotes it is the word: "${written}"` : undefined;
}

/** What a block returns, held against its declared type; unknown after a complaint. */
export function matchResult(ctx: Context, value: Value, type: TypeExpression | undefined, block: string, at: Place): Value {
  if (value.kind === "unknown") return value;
  const wanted: TypeExpression = type ?? { kind: "named", name: "tensor", span: at.span };
  // Without a declared type a record is as good as a tensor.
  const found = type === undefined && value.kind === "record" ? value : convert(value, wanted);
  if (found) return found;
  ctx.session.report(bindErrors.wrongType, at, { what: `what \`${block}\` returns`, wanted: wantedFor(wanted), given: describe(value) });
  return unknown;
}

/** Checks type and allowed values; undefined after a complaint or for what is unknown. */
export function matchType(ctx: Context, value: Value, parameter: Parameter, what: string, at: Place): Value | undefined {
  if (value.kind === "unknown" || parameter.type.kind === "unknown") return undefined;
  const found = convert(value, parameter.type);
  if (found === undefined) {
    const values = { what, wanted: wantedFor(parameter.type), given: describe(value) };
    const help = meantAsWord(at, hintOf(parameter.type).words) ?? (value.kind === "record" ? `choose one of its fields, such as \`.${[...value.fields.keys()][0] ?? ""}\`` : undefined);
    if (parameter.type.kind === "enum" && (value.kind === "word" || value.kind === "string")) ctx.session.report(bindErrors.notAllowed, at, values);
    else ctx.session.report(bindErrors.wrongType, at, values, { help });
    return undefined;
  }
  if (parameter.allowed === undefined) return found;
  const allowed = evaluate(parameter.allowed, ctx, hintOf(parameter.type));
  if (allowed.kind === "unknown") return undefined;
  if (allowed.kind !== "list") {
    ctx.session.report(errors.notAList, { file: ctx.module.file, span: parameter.allowed.span }, { what: "the allowed values", given: describe(allowed) });
    return undefined;
  }
  const members = allowed.items;
  const each = found.kind === "list" ? found.items : [found];
  const bad = each.find((item) => !members.some((member) => equal(item, member) === true));
  if (bad === undefined) return found;
  const wanted = parameter.allowed.kind === "range" ? `from ${write(members[0] ?? value)} to ${write(members.at(-1) ?? value)}` : `one of ${members.map((member) => write(member)).join(", ")}`;
  ctx.session.report(bindErrors.notAllowed, at, { what, wanted, given: describe(bad) });
  return undefined;
}
