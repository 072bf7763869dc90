/** Expressions: what each stands for, and the nodes that it adds to the network on the way. */
import * as bindErrors from "../../diagnostics/catalogue/bind.js";
import * as errors from "../../diagnostics/catalogue/evaluate.js";
import { didYouMean } from "../../diagnostics/suggest.js";
import { operatorNamed } from "../../operators/index.js";
import type { Expression, ForClause, Step } from "../../syntax/ast.js";
import { negate } from "../../tensor/index.js";
import { arithmetic, dimValue } from "./arithmetic.js";
import { builtins, callBuiltin } from "./builtins.js";
import { type Call, callOperator, invoke, limited, partial } from "./call.js";
import { type Context, inside, letValue, placeOf } from "./context.js";
import { join } from "./naming.js";
import { Scope } from "./scope.js";
import { type Callable, type Value, describe, int, list, unknown, word } from "./values.js";

/** What the place of an expression wants; it decides what a bare name or a call may mean. */
export interface Hint {
  /** An enum with these members: a bare name is one of them. */
  readonly words?: readonly string[];
  /** A block: a call is a block with some arguments already given. */
  readonly block?: boolean;
}

const noHint: Hint = {};

export function evaluate(expression: Expression, ctx: Context, hint: Hint = noHint): Value {
  ctx.session.step(placeOf(ctx, expression));
  switch (expression.kind) {
    case "int": return int(expression.value);
    case "float": return { kind: "float", value: expression.value };
    case "bool": return { kind: "bool", value: expression.value };
    case "string": return { kind: "string", value: expression.value };
    case "text": return filledIn(expression, ctx);
    case "name": return nameValue(expression, ctx, hint);
    case "list": return list(expression.items.map((item) => evaluate(item, inside(ctx), hint)));
    case "braces": return braces(expression, ctx);
    case "comprehension": return comprehension(expression, ctx);
    case "range": return range(expression, ctx);
    case "index": return index(expression, ctx);
    case "member": return member(expression, ctx);
    case "call":
    case "chain": return chain(expression, ctx, hint);
    case "unary": return unary(expression, ctx);
    case "binary": return binary(expression, ctx);
    case "conditional": {
      const condition = truth(expression.condition, inside(ctx));
      return condition === undefined ? unknown : evaluate(condition ? expression.then : expression.otherwise, ctx, hint);
    }
    case "broken": return unknown;
  }
}

/** A condition, or undefined after a complaint. */
export function truth(expression: Expression, ctx: Context): boolean | undefined {
  const value = evaluate(expression, ctx);
  if (value.kind === "bool") return value.value;
  if (value.kind !== "unknown") ctx.session.report(errors.notABool, placeOf(ctx, expression), { given: describe(value) });
  return undefined;
}

/** A name that is no enum member: what it stands for, or undefined. */
export function lookUp(name: string, ctx: Context): Value | undefined {
  const local = ctx.scope.find(name);
  if (local) return local;
  const declared = ctx.module.names.get(name);
  if (declared?.kind === "block") return { kind: "callable", target: declared, bound: new Map() };
  if (declared?.kind === "let")
    return letValue(ctx, declared, () => evaluate(declared.let.value, { ...ctx, module: declared.module, scope: new Scope(undefined), whole: false }, { block: true }));
  const operator = operatorNamed.get(name);
  if (operator) return { kind: "callable", target: { kind: "operator", operator }, bound: new Map() };
  const fact = ctx.facts && Object.hasOwn(ctx.facts.numbers, name) ? ctx.facts.numbers[name] : undefined;
  return fact === undefined ? undefined : int(fact);
}

/** `"conv{s}_{i - 1}"`: expressions in braces are replaced by their values. */
function filledIn(expression: Expression & { kind: "text" }, ctx: Context): Value {
  const parts = expression.parts.map((part) => (typeof part === "string" ? part : written(part, ctx)));
  return parts.includes(undefined) ? unknown : { kind: "string", value: parts.join("") };
}

function written(part: Expression, ctx: Context): string | undefined {
  const value = evaluate(part, inside(ctx));
  if (value.kind === "int" || value.kind === "float" || value.kind === "string" || value.kind === "word") return String(value.value);
  const { start, end } = part.span;
  if (value.kind !== "unknown") ctx.session.report(errors.badOperand, placeOf(ctx, part), { operator: `{${ctx.module.file.text.slice(start, end)}}`, operand: describe(value) });
  return undefined;
}

function nameValue(expression: Expression & { kind: "name" }, ctx: Context, hint: Hint): Value {
  const { name } = expression;
  // Where an enum is wanted, the name of an operator or block is a word too. One outside the set is complained about by the parameter.
  if (hint.words && !ctx.scope.has(name) && ctx.module.names.get(name)?.kind !== "let") return word(name);
  const found = lookUp(name, ctx);
  if (found) return found;
  ctx.session.report(bindErrors.unknownName, placeOf(ctx, expression), { name }, {
    help: didYouMean(name, [...ctx.scope.all(), ...ctx.module.names.keys(), ...operatorNamed.keys()]),
  });
  return unknown;
}

/** A set `{8, 16}` is a list; `{c2: a, c5: b}` and `{c2, c5}` are records when the items are tensors. */
function braces(expression: Expression & { kind: "braces" }, ctx: Context): Value {
  const values = expression.items.map(({ name, value }) => ({
    name: name?.text ?? (value.kind === "name" ? value.name : undefined),
    value: evaluate(value, inside(ctx)),
    at: value,
  }));
  const tensors = values.length > 0 && values.every(({ value }) => value.kind === "tensor" || value.kind === "record" || value.kind === "unknown");
  if (!tensors) return list(values.map(({ value }) => value));
  const fields = new Map<string, Value>();
  for (const { name, value, at } of values) {
    if (name === undefined) ctx.session.report(errors.badIndex, placeOf(ctx, at), { what: "this field of the record has no name" }, { help: "write `name: value`" });
    else if (fields.has(name)) ctx.session.report(bindErrors.duplicateName, placeOf(ctx, at), { name });
    else fields.set(name, value);
  }
  return { kind: "record", fields };
}

/** Runs `body` for every round of the clauses. False when a clause is not a list. */
export function rounds(clauses: readonly ForClause[], ctx: Context, body: (ctx: Context) => boolean, at = 0): boolean {
  const clause = clauses[at];
  if (clause === undefined) return body(ctx);
  const over = evaluate(clause.over, inside(ctx));
  // What is wrong with it has been said: the rounds around this one would say it again.
  if (over.kind === "unknown") return false;
  const place = placeOf(ctx, clause.over);
  if (over.kind !== "list") {
    ctx.session.report(errors.notAList, place, { what: `what \`${clause.name.text}\` runs over`, given: describe(over) });
    return false;
  }
  for (const [count, item] of over.items.entries()) {
    ctx.session.step(place);
    const scope = new Scope(ctx.scope);
    scope.set(clause.name.text, item);
    const name = item.kind === "int" || item.kind === "word" || item.kind === "string" ? String(item.value) : String(count);
    if (!rounds(clauses, { ...ctx, scope, round: join(ctx.round, name) }, body, at + 1)) return false;
  }
  return true;
}

function comprehension(expression: Expression & { kind: "comprehension" }, ctx: Context): Value {
  const items: Value[] = [];
  rounds(expression.clauses, inside(ctx), (round) => {
    const wanted = expression.condition === undefined ? true : truth(expression.condition, round);
    if (wanted) items.push(evaluate(expression.item, { ...round, base: join(round.base, round.round) }));
    return true;
  });
  return list(items);
}

const longestRange = 1_000_000;

function range(expression: Expression & { kind: "range" }, ctx: Context): Value {
  const [from, to] = [evaluate(expression.from, inside(ctx)), evaluate(expression.to, inside(ctx))];
  if (from.kind === "unknown" || to.kind === "unknown") return unknown;
  if (from.kind !== "int" || to.kind !== "int") {
    const [bad, at] = from.kind === "int" ? [to, expression.to] : [from, expression.from];
    ctx.session.report(bindErrors.wrongType, placeOf(ctx, at), { what: "the end of a range", wanted: "a whole number", given: describe(bad) });
    return unknown;
  }
  const count = expression.down ? from.value - to.value + 1 : to.value - from.value + 1;
  if (count > longestRange) {
    ctx.session.report(errors.tooMuchWork, placeOf(ctx, expression), { limit: longestRange });
    return unknown;
  }
  return list(Array.from({ length: Math.max(0, count) }, (_, i) => int(expression.down ? from.value - i : from.value + i)));
}

function index(expression: Expression & { kind: "index" }, ctx: Context): Value {
  const [base, at] = [evaluate(expression.base, inside(ctx)), evaluate(expression.index, inside(ctx))];
  return pick(base, at, expression, ctx);
}

function pick(base: Value, at: Value, expression: Expression & { kind: "index" }, ctx: Context): Value {
  if (base.kind === "unknown" || at.kind === "unknown") return unknown;
  const place = placeOf(ctx, expression);
  if (at.kind === "list") {
    const found = at.items.map((item) => pick(base, item, expression, ctx));
    return found.some((value) => value.kind === "unknown") ? unknown : list(found);
  }
  if (at.kind !== "int") {
    ctx.session.report(errors.badIndex, placeOf(ctx, expression.index), { what: `an index must be a whole number, this is ${describe(at)}` });
    return unknown;
  }
  if (base.kind === "family") {
    const found = base.elements.get(at.value);
    if (found) return found;
    const set = [...base.elements.keys()].sort((a, b) => a - b);
    ctx.session.report(bindErrors.notBoundYet, place, {
      name: `${base.name}[${at.value}]`,
      why: set.length === 0 ? "nothing of this family has been given yet" : `so far the family has ${set.length > 12 ? `${set[0]} .. ${set.at(-1)}` : set.join(", ")}`,
    });
    return unknown;
  }
  if (base.kind === "list") {
    const found = base.items[at.value];
    if (found) return found;
    ctx.session.report(errors.badIndex, place, { what: `index ${at.value} is outside the list of ${base.items.length}` }, {
      help: base.items.length > 0 ? `use 0 to ${base.items.length - 1}` : "the list is empty",
    });
    return unknown;
  }
  ctx.session.report(errors.badIndex, placeOf(ctx, expression.base), { what: `only families and lists have an index, this is ${describe(base)}` });
  return unknown;
}

function member(expression: Expression & { kind: "member" }, ctx: Context): Value {
  const base = evaluate(expression.base, inside(ctx));
  if (base.kind === "unknown") return unknown;
  const name = expression.member.text;
  const found = base.kind === "record" ? base.fields.get(name) : undefined;
  if (found) return found;
  ctx.session.report(errors.noSuchMember, placeOf(ctx, expression.member), { what: describe(base), member: name }, {
    help: base.kind === "record" ? didYouMean(name, base.fields.keys()) : undefined,
  });
  return unknown;
}

function unary(expression: Expression & { kind: "unary" }, ctx: Context): Value {
  const operand = evaluate(expression.operand, inside(ctx));
  if (operand.kind === "unknown") return unknown;
  if (expression.operator === "not") {
    if (operand.kind === "bool") return { kind: "bool", value: !operand.value };
  } else {
    if (operand.kind === "int" || operand.kind === "float") return { ...operand, value: operand.value === 0 ? 0 : -operand.value };
    if (operand.kind === "dim") return dimValue(negate(operand.dim));
    if (operand.kind === "tensor") return scaled(ctx, expression, operand, -1, 0);
  }
  ctx.session.report(errors.badOperand, placeOf(ctx, expression), { operator: expression.operator, operand: describe(operand) });
  return unknown;
}

const tensorOperators = { "+": "add", "-": "sub", "*": "mul", "/": "div" } as const;

function binary(expression: Expression & { kind: "binary" }, ctx: Context): Value {
  const { operator } = expression;
  const operands = inside(ctx);
  if (operator === "and" || operator === "or") {
    const left = truth(expression.left, operands);
    if (left === undefined) return unknown;
    if (left === (operator === "or")) return { kind: "bool", value: left };
    const right = truth(expression.right, operands);
    return right === undefined ? unknown : { kind: "bool", value: right };
  }
  const [left, right] = comparable(expression, operands);
  if (left.kind === "unknown" || right.kind === "unknown") return unknown;
  if ((left.kind === "tensor" || right.kind === "tensor") && operator in tensorOperators)
    return onTensors(ctx, expression, operator as keyof typeof tensorOperators, left, right);
  return arithmetic(ctx, operator, left, right, expression);
}

/** Both sides; a bare name on one side of `==` may be a word where the other side is one. */
function comparable(expression: Expression & { kind: "binary" }, ctx: Context): readonly [Value, Value] {
  const { left, right, operator } = expression;
  if (operator !== "==" && operator !== "!=" && operator !== "in") return [evaluate(left, ctx), evaluate(right, ctx)];
  // `act == relu`: the name of an operator is also a word.
  const isFree = (side: Expression): side is Expression & { kind: "name" } => side.kind === "name" && !ctx.scope.has(side.name) && ctx.module.names.get(side.name)?.kind !== "let";
  /** The free name as a member of the enum that the other side belongs to. */
  const memberOf = (side: Expression & { kind: "name" }, other: Value): Value => {
    if (other.kind !== "word") return evaluate(side, ctx);
    if (other.members && !other.members.includes(side.name)) {
      ctx.session.report(bindErrors.notAllowed, placeOf(ctx, side), { what: "the other side", wanted: `one of ${other.members.join(", ")}`, given: `the word \`${side.name}\`` }, {
        help: didYouMean(side.name, other.members),
      });
      return unknown;
    }
    return word(side.name);
  };
  if (isFree(right)) {
    const value = evaluate(left, ctx);
    return [value, memberOf(right, value)];
  }
  if (isFree(left)) {
    const value = evaluate(right, ctx);
    return [memberOf(left, value), value];
  }
  const value = evaluate(left, ctx);
  // `mode in {bilinear, nearest}`
  if (operator === "in" && value.kind === "word" && (right.kind === "braces" || right.kind === "list")) {
    const items = right.kind === "braces" ? right.items.map((item) => item.value) : right.items;
    return [value, list(items.map((item) => (isFree(item) ? memberOf(item, value) : evaluate(item, ctx))))];
  }
  return [value, evaluate(right, ctx)];
}

function onTensors(ctx: Context, expression: Expression & { kind: "binary" }, operator: keyof typeof tensorOperators, left: Value, right: Value): Value {
  const number = (value: Value): number | undefined => (value.kind === "int" || value.kind === "float" ? value.value : undefined);
  if (left.kind === "tensor" && right.kind === "tensor")
    return callNamed(ctx, expression, tensorOperators[operator], { x: left, y: right }, { x: expression.left, y: expression.right });
  const [a, b] = [number(left), number(right)];
  if (left.kind === "tensor" && b !== undefined) {
    if (operator === "+") return scaled(ctx, expression, left, 1, b);
    if (operator === "-") return scaled(ctx, expression, left, 1, -b);
    if (operator === "*") return scaled(ctx, expression, left, b, 0);
    if (b !== 0) return scaled(ctx, expression, left, 1 / b, 0);
  } else if (right.kind === "tensor" && a !== undefined) {
    if (operator === "+") return scaled(ctx, expression, right, 1, a);
    if (operator === "-") return scaled(ctx, expression, right, -1, a);
    if (operator === "*") return scaled(ctx, expression, right, a, 0);
  }
  ctx.session.report(errors.badOperands, placeOf(ctx, expression), { operator, left: describe(left), right: describe(right) });
  return unknown;
}

const scaled = (ctx: Context, at: Expression, x: Value, factor: number, offset: number): Value =>
  callNamed(ctx, at, "scale", { x, factor: { kind: "float", value: factor }, offset: { kind: "float", value: offset } });

/** A call that an infix operator stands for. */
function callNamed(
  ctx: Context, at: Expression, name: string, given: Readonly<Record<string, Value>>, written: Readonly<Record<string, Expression>> = {},
): Value {
  const operator = operatorNamed.get(name);
  if (!operator) throw new Error(`no operator ${name}`);
  const path = ctx.paths.fresh(join(ctx.base, name));
  const places = new Map(Object.entries(written).map(([key, expression]) => [key, [placeOf(ctx, expression)]]));
  return callOperator(ctx, operator, new Map(Object.entries(given)), places, path, placeOf(ctx, at), true);
}

/** A chain, or a call on its own: `concat(a, b) as joined -> conv(8, 3) -> relu`. */
function chain(expression: Expression & { kind: "call" | "chain" }, ctx: Context, hint: Hint): Value {
  const head = expression.kind === "chain" ? expression.head : expression;
  const steps = expression.kind === "chain" ? expression.steps : [];
  const headLabel = expression.kind === "chain" ? expression.headLabel : undefined;
  if (steps.length === 0 && headLabel === undefined && head.kind !== "call") return evaluate(head, ctx, hint);
  if (head.kind === "call" && head.callee.kind === "name" && steps.length === 0 && !ctx.scope.has(head.callee.name)) {
    const name = head.callee.name;
    if (Object.hasOwn(builtins, name) && lookUp(name, ctx) === undefined)
      return limited(ctx, placeOf(ctx, head), () => callBuiltin(ctx, name, head, (argument) => evaluate(argument, inside(ctx)), (x, y) => callNamed(ctx, head, "add", { x, y }))) ?? unknown;
    const measure = ctx.facts && Object.hasOwn(ctx.facts.ofTensor, name) ? ctx.facts.ofTensor[name] : undefined;
    if (measure) return factOf(ctx, name, measure, head);
  }
  const calls: (Call | undefined)[] = [];
  if (head.kind === "call") calls.push(prepare(ctx, { callee: head.callee, arguments: head.arguments, label: headLabel, span: head.span }, false));
  for (const step of steps) calls.push(prepare(ctx, step, true));
  if (hint.block && steps.length === 0 && calls[0] !== undefined) return partial(ctx, calls[0]);
  // The only unlabelled step that owns weights is called what the binding is called.
  const weighty = calls.filter((call) => call && !call.label && isWeighty(call.callee));
  const sole = ctx.whole && weighty.length === 1 ? weighty[0] : undefined;
  let carried: Value | undefined = head.kind === "call" ? undefined : evaluate(head, inside(ctx));
  for (const call of calls) {
    if (call === undefined) carried = unknown;
    else carried = invoke(ctx, call, carried, call === sole);
  }
  return carried ?? unknown;
}

const isWeighty = (callee: Callable): boolean => callee.target.kind === "block" || callee.target.operator.weighted;

/** Finds what a step calls. */
function prepare(ctx: Context, step: Step, carries: boolean): Call | undefined {
  const { callee } = step;
  const value = callee.kind === "name" && lookUp(callee.name, ctx) === undefined ? undefined : evaluate(callee, inside(ctx));
  if (value === undefined && callee.kind === "name") {
    ctx.session.report(bindErrors.unknownOperator, placeOf(ctx, callee), { name: callee.name }, {
      help: didYouMean(callee.name, callableNames(ctx)),
    });
    return undefined;
  }
  if (value === undefined || value.kind === "unknown") return undefined;
  if (value.kind !== "callable") {
    ctx.session.report(errors.notCallable, placeOf(ctx, callee), { name: callee.kind === "name" ? callee.name : "this", given: describe(value) });
    return undefined;
  }
  return { callee: value, arguments: step.arguments, label: step.label, carries, place: placeOf(ctx, step), calleePlace: placeOf(ctx, callee) };
}

export const callableNames = (ctx: Context): string[] => [
  ...[...ctx.scope.all()].filter((name) => ctx.scope.find(name)?.kind === "callable"),
  ...[...ctx.module.names].filter(([, declared]) => declared.kind === "block").map(([name]) => name),
  ...operatorNamed.keys(),
];

function factOf(ctx: Context, name: string, measure: (id: number) => number | undefined, call: Expression & { kind: "call" }): Value {
  const argument = call.arguments[0];
  const value = argument ? evaluate(argument.value, inside(ctx)) : unknown;
  if (value.kind === "unknown") return unknown;
  if (value.kind !== "tensor") {
    ctx.session.report(errors.notATensor, placeOf(ctx, call), { what: `the argument of \`${name}\``, given: describe(value) });
    return unknown;
  }
  const found = measure(value.id);
  return found === undefined ? word("everything") : Number.isInteger(found) ? int(found) : { kind: "float", value: found };
}

