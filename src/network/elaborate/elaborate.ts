/** Works a model out to a network: loops run, blocks are opened, shapes are derived and every demand on the input size is noted. */
import type { Module } from "../../bind/program.js";
import * as bindErrors from "../../diagnostics/catalogue/bind.js";
import * as errors from "../../diagnostics/catalogue/evaluate.js";
import type { Problems } from "../../diagnostics/problem.js";
import { didYouMean } from "../../diagnostics/suggest.js";
import type * as ast from "../../syntax/ast.js";
import { parseExpression } from "../../syntax/parse-expression.js";
import type { Network } from "../network.js";
import { runBody } from "./body.js";
import { type Context, type Expectation, type ModelParts, placeOf } from "./context.js";
import { evaluate } from "./evaluate.js";
import { Paths } from "./naming.js";
import { Scope } from "./scope.js";
import { type Limits, Session, Stopped } from "./session.js";
import { hintOf, matchType } from "./types.js";
import { type Value, unknown, write } from "./values.js";

export interface Elaborated {
  /** Undefined when an error left no network. */
  readonly network: Network | undefined;
  readonly expectations: readonly Expectation[];
}

/** `overrides`: the texts given by `--set`, by parameter. */
export function elaborate(model: ast.Model, module: Module, overrides: ReadonlyMap<string, string>, limits: Limits, problems: Problems): Elaborated {
  const session = new Session(problems, limits);
  const parts: ModelParts = { inputs: [], outputs: [], expectations: [] };
  const ctx: Context = {
    session, module, scope: new Scope(undefined), paths: new Paths("", new Set()), base: "", whole: false, round: "", role: undefined, model: parts, depth: 0, facts: undefined,
  };
  const before = problems.list.length;
  const settings: (readonly [string, string])[] = [];
  try {
    for (const parameter of model.parameters) {
      const value = parameterValue(model, parameter, overrides.get(parameter.name.text), ctx);
      ctx.scope.set(parameter.name.text, value);
      settings.push([parameter.name.text, write(value)]);
    }
    for (const name of overrides.keys())
      if (!model.parameters.some((parameter) => parameter.name.text === name))
        session.report(errors.badOverride, placeOf(ctx, model.name), { what: `\`${model.name.text}\` has no parameter \`${name}\`` }, {
          help: didYouMean(name, model.parameters.map((parameter) => parameter.name.text)) ?? parameterList(model),
        });
    runBody(model.body, ctx);
  } catch (error) {
    if (!(error instanceof Stopped)) throw error;
  }
  // After a syntax error the missing statement may be the one that could not be read.
  const failed = problems.hasErrors;
  if (!failed && parts.inputs.length === 0) session.report(bindErrors.noInput, placeOf(ctx, model.name), { name: model.name.text });
  else if (!failed && parts.outputs.every((output) => output.role === "loss")) session.report(bindErrors.noOutput, placeOf(ctx, model.name), { name: model.name.text });
  if (problems.list.slice(before).some((problem) => problem.severity === "error")) return { network: undefined, expectations: [] };
  return {
    network: {
      name: model.name.text,
      doc: model.doc ?? "",
      file: module.file.path,
      settings,
      inputs: parts.inputs,
      outputs: parts.outputs,
      nodes: session.nodes,
      values: session.values,
      demands: session.demands,
      claimed: session.claimed,
      legal: session.legal,
      place: placeOf(ctx, model.name),
    },
    expectations: parts.expectations,
  };
}

const parameterList = (model: ast.Model): string =>
  model.parameters.length === 0 ? "it has no parameters" : `it has ${model.parameters.map((parameter) => parameter.name.text).join(", ")}`;

/** A parameter's default, or what `--set` gives it. */
function parameterValue(model: ast.Model, parameter: ast.Parameter, text: string | undefined, ctx: Context): Value {
  const { session } = ctx;
  const name = parameter.name.text;
  const place = placeOf(ctx, parameter);
  if (parameter.type.kind === "unknown") return unknown;
  const hint = hintOf(parameter.type);
  if (text === undefined) {
    if (parameter.default === undefined) {
      session.report(bindErrors.missingArgument, place, { callee: model.name.text, what: `\`${name}\`` }, { help: `give it a default, or \`--set ${name}=...\`` });
      return unknown;
    }
    return matchType(ctx, evaluate(parameter.default, ctx, hint), parameter, `the default of \`${name}\``, place) ?? unknown;
  }
  const expression = parseExpression(text);
  // Strings need no quotes on the command line.
  const value: Value | undefined =
    parameter.type.kind === "named" && parameter.type.name === "string" && expression?.kind !== "string" ? { kind: "string", value: text }
    : expression && evaluate(expression, ctx, hint);
  if (value === undefined) {
    session.report(errors.badOverride, place, { what: `\`--set ${name}=${text}\` is not a value` }, { help: "write it as in a spec: a number, true, a word or a list such as [1, 2]" });
    return unknown;
  }
  return matchType(ctx, value, parameter, `\`${name}\` (given with --set)`, place) ?? unknown;
}
