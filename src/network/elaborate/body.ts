/** Statements of blocks and models. */
import * as bindErrors from "../../diagnostics/catalogue/bind.js";
import * as errors from "../../diagnostics/catalogue/evaluate.js";
import type { Place } from "../../source/source.js";
import type * as ast from "../../syntax/ast.js";
import { type Context, placeOf } from "./context.js";
import { evaluate, rounds, truth } from "./evaluate.js";
import { expectation } from "./expect.js";
import { input } from "./input.js";
import type { OutputRole } from "../network.js";
import { join } from "./naming.js";
import { type Value, describe } from "./values.js";

/** Runs statements in order; what a `return` gives ends them. */
export function runBody(statements: readonly ast.Statement[], ctx: Context): Value | undefined {
  for (const statement of statements) {
    ctx.session.step(placeOf(ctx, statement));
    const result = run(statement, ctx);
    if (result !== undefined) return result;
  }
  return undefined;
}

function run(statement: ast.Statement, ctx: Context): Value | undefined {
  switch (statement.kind) {
    case "binding": return void bind(statement, ctx);
    case "let": return void define(ctx, statement.name, evaluate(statement.value, { ...ctx, base: statement.name.text, whole: false }, { block: true }));
    case "role": return withRole(ctx, statement.role, () => runBody(statement.body, { ...ctx, role: statement.role }));
    case "if": {
      const condition = truth(statement.condition, ctx);
      return condition === undefined ? undefined : runBody(condition ? statement.then : statement.otherwise, ctx);
    }
    case "for": {
      let result: Value | undefined;
      rounds(statement.clauses, ctx, (round) => (result = runBody(statement.body, round)) === undefined);
      return result;
    }
    case "return":
      if (ctx.model) return void ctx.session.report(bindErrors.misplaced, placeOf(ctx, statement), { statement: "return", where: "a model" });
      return evaluate(statement.value, { ...ctx, base: "", whole: false });
    case "input":
      if (!ctx.model) return void ctx.session.report(bindErrors.misplaced, placeOf(ctx, statement), { statement: "input", where: "a block" });
      return void input(statement, ctx, ctx.model);
    case "expect":
      if (!ctx.model) return void ctx.session.report(bindErrors.misplaced, placeOf(ctx, statement), { statement: "expect", where: "a block" });
      return void ctx.model.expectations.push(expectation(statement, ctx));
  }
}

function withRole<T>(ctx: Context, role: ast.Role, work: () => T): T {
  const before = ctx.session.role;
  ctx.session.role = role;
  const result = work();
  ctx.session.role = before;
  return result;
}

function define(ctx: Context, name: ast.Name, value: Value): void {
  if (name.text !== "_" && ctx.scope.has(name.text)) ctx.session.report(bindErrors.duplicateName, placeOf(ctx, name), { name: name.text });
  else ctx.scope.set(name.text, value);
}

/** `role name[i][j] = value` */
function bind(statement: ast.Binding, ctx: Context): void {
  const indices: number[] = [];
  for (const expression of statement.indices) {
    const value = evaluate(expression, { ...ctx, whole: false });
    if (value.kind === "unknown") return;
    if (value.kind !== "int" || value.value < 0) {
      ctx.session.report(errors.badIndex, placeOf(ctx, expression), { what: `an index must be a whole number of at least 0, this is ${describe(value)}` });
      return;
    }
    indices.push(value.value);
  }
  const name = [statement.name.text, ...indices].join(".");
  // A plain name inside a loop is another one in each round.
  const base = indices.length === 0 ? join(name, ctx.round) : name;
  const role = statement.role ?? ctx.role;
  const work = (): Value => evaluate(statement.value, { ...ctx, base, whole: true });
  const value = role === undefined ? work() : withRole(ctx, role, work);
  if (indices.length === 0) define(ctx, statement.name, value);
  else element(statement, ctx, indices, value);
  if (role === "head" || role === "aux" || role === "loss") output(statement, ctx, role, base, value);
}

/** Puts an element into its family. */
function element(statement: ast.Binding, ctx: Context, indices: readonly number[], value: Value): void {
  let family = ctx.scope.family(statement.name.text);
  const around: Value[] = [];
  for (const [depth, index] of indices.entries()) {
    if (family === undefined) {
      ctx.session.report(bindErrors.duplicateName, placeOf(ctx, statement.name), { name: statement.name.text });
      return;
    }
    const shown = `${statement.name.text}${indices.slice(0, depth + 1).map((at) => `[${at}]`).join("")}`;
    const found: Value | undefined = family.elements.get(index);
    around.push(family);
    if (depth === indices.length - 1) {
      if (holds(ctx, placeOf(ctx, statement.value), value, around)) ctx.session.report(errors.badIndex, placeOf(ctx, statement.value), { what: `\`${shown}\` cannot hold \`${statement.name.text}\`, of which it is a part` }, { help: "choose an element, such as `[0]`" });
      else if (found !== undefined) ctx.session.report(bindErrors.duplicateName, placeOf(ctx, statement.name), { name: shown });
      else family.elements.set(index, value);
      return;
    }
    if (found === undefined) {
      const made = { kind: "family", name: shown, elements: new Map<number, Value>() } as const;
      family.elements.set(index, made);
      family = made;
    } else family = found.kind === "family" ? found : undefined;
  }
}

/** Whether one of these is a value, or inside it. */
function holds(ctx: Context, place: Place, value: Value, wanted: readonly Value[]): boolean {
  ctx.session.step(place);
  if (wanted.includes(value)) return true;
  const parts = value.kind === "list" ? value.items : value.kind === "family" ? value.elements.values() : value.kind === "record" ? value.fields.values() : [];
  return [...parts].some((part) => holds(ctx, place, part, wanted));
}

function output(statement: ast.Binding, ctx: Context, role: OutputRole, name: string, value: Value): void {
  if (!ctx.model) {
    ctx.session.report(bindErrors.misplaced, placeOf(ctx, statement), { statement: role, where: "a block" }, { help: "`return` the tensor, and mark it in the model" });
    return;
  }
  if (ctx.model.outputs.some((other) => other.name === name)) ctx.session.report(bindErrors.duplicateName, placeOf(ctx, statement.name), { name });
  else if (value.kind === "tensor") ctx.model.outputs.push({ value: value.id, name, role });
  else if (value.kind !== "unknown")
    ctx.session.report(errors.notATensor, placeOf(ctx, statement.value), { what: `the ${role} \`${name}\``, given: describe(value) }, {
      help: value.kind === "record" ? `choose one of its fields, such as \`.${[...value.fields.keys()][0] ?? ""}\`` : undefined,
    });
}

