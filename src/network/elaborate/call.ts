/** Calls of operators and blocks: arguments are sorted, checked and handed over, and a node or a body follows. */
import { type Slot, matchArguments, signatureOfBlock, signatureOfOperator } from "../../bind/signature.js";
import * as bindErrors from "../../diagnostics/catalogue/bind.js";
import * as errors from "../../diagnostics/catalogue/evaluate.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import type { Operand, Operator, Told } from "../../operators/operator.js";
import { type Attribute, type ParameterSpec, showDefault } from "../../operators/parameters.js";
import type { Place } from "../../source/source.js";
import type * as ast from "../../syntax/ast.js";
import { type Domain, DimLimit } from "../../tensor/index.js";
import type { Demand, Parameter, ValueId } from "../network.js";
import { runBody } from "./body.js";
import { coerceAttribute } from "./coerce.js";
import { type Context, inside, placeOf } from "./context.js";
import { type Hint, evaluate } from "./evaluate.js";
import { labelPath } from "./label.js";
import { join } from "./naming.js";
import { Scope } from "./scope.js";
import { type Origin, sizeFix } from "./size-fix.js";
import { hintOf, matchResult, matchType, meantAsWord } from "./types.js";
import { type Callable, type Value, describe, unknown } from "./values.js";

/** One call, ready to be made. */
export interface Call {
  readonly callee: Callable;
  readonly arguments: readonly ast.Argument[];
  readonly label: ast.Label | undefined;
  /** Stands after `->`. */
  readonly carries: boolean;
  readonly place: Place;
  readonly calleePlace: Place;
}

const signatureOf = (callee: Callable) =>
  callee.target.kind === "operator" ? signatureOfOperator(callee.target.operator) : signatureOfBlock(callee.target.block);

const nameOf = (callee: Callable): string => (callee.target.kind === "operator" ? callee.target.operator.name : callee.target.block.name.text);

/** The type that an argument is evaluated for. */
function hintFor(callee: Callable, slot: Slot): Hint {
  if (callee.target.kind === "block") {
    const parameter = callee.target.block.parameters.find((candidate) => candidate.name.text === slot.name);
    return parameter ? hintOf(parameter.type) : {};
  }
  const spec = callee.target.operator.parameters[slot.name];
  return spec ? hintOfAttribute(spec) : {};
}

const hintOfAttribute = (spec: ParameterSpec): Hint => (spec.kind === "choice" ? { words: spec.members } : spec.kind === "padding" ? { words: ["same", "valid"] } : {});

/** Where the arguments of each slot stand. */
export type ArgumentPlaces = ReadonlyMap<string, readonly Place[]>;

interface Given {
  readonly values: Map<string, Value>;
  readonly places: ArgumentPlaces;
}

/** Sorts and evaluates the arguments of a call; undefined after a complaint that leaves no sense in going on. */
function gather(ctx: Context, call: Call, carried: Value | undefined, complete: boolean): Given | undefined {
  const signature = signatureOf(call.callee);
  // A block that is handed on takes its tensor later, so the arguments given now begin behind it.
  const carries = call.carries || (!complete && signature.slots[0]?.tensor === true);
  const matched = matchArguments(
    signature, call.arguments, { carries, bound: new Set(call.callee.bound.keys()), complete }, call.calleePlace, ctx.session.problems,
  );
  const values = new Map<string, Value>(call.callee.bound);
  const places = new Map<string, readonly Place[]>();
  if (matched.carried !== undefined && carried !== undefined) values.set(matched.carried, carried);
  for (const [name, args] of matched.given) {
    const slot = signature.slots.find((candidate) => candidate.name === name)!;
    const found = args.map((argument) => evaluate(argument.value, inside(ctx), hintFor(call.callee, slot)));
    const before = slot.many && name === matched.carried && carried ? [carried] : [];
    values.set(name, slot.many ? { kind: "list", items: [...before, ...found] } : found[0]!);
    places.set(name, args.map((argument) => placeOf(ctx, argument)));
  }
  return matched.ok ? { values, places } : undefined;
}

/** A block or operator handed on with some arguments given: `norm: batchnorm(eps: 1e-3)`. */
export function partial(ctx: Context, call: Call): Value {
  const given = gather(ctx, call, undefined, false);
  return given ? { ...call.callee, bound: given.values } : unknown;
}

/** Arguments, a scope and a path of its own: as long as so many expressions. */
const stepsOfBlock = 4;

export function invoke(ctx: Context, call: Call, carried: Value | undefined, takesBindingName: boolean): Value {
  const name = nameOf(call.callee);
  const given = gather(ctx, call, carried, true);
  const path = pathOf(ctx, call, name, takesBindingName);
  if (!given || carried?.kind === "unknown" || path === "taken") return unknown;
  const { target } = call.callee;
  if (target.kind === "block") ctx.session.step(call.place, stepsOfBlock);
  return target.kind === "operator"
    ? callOperator(ctx, target.operator, given.values, given.places, path ?? ctx.paths.fresh(name), call.place)
    : callBlock(ctx, target, given, path, call.place);
}

/** The path of a step; undefined for a block `as _`, which adds no component. An operator `as _` takes the path of the block around it. */
function pathOf(ctx: Context, call: Call, name: string, takesBindingName: boolean): string | undefined | "taken" {
  if (call.label) {
    const label = labelPath(ctx, call.label);
    if (label === undefined) return "taken";
    if (label === "" && call.callee.target.kind === "block") return undefined;
    // Blocks may share a prefix, as parts of one Sequential do; steps and weights may not share a path.
    if (call.callee.target.kind === "block") return join(ctx.paths.prefix, label);
    const path = label === "" ? ctx.paths.own() : ctx.paths.labelled(label);
    if (path !== undefined) return path;
    ctx.session.report(errors.duplicatePath, { file: call.place.file, span: call.label.span }, { path: join(ctx.paths.prefix, label) });
    return "taken";
  }
  return takesBindingName && ctx.base !== "" ? ctx.paths.fresh(ctx.base) : ctx.paths.fresh(join(ctx.base, name));
}

/** Lists, families and records of one field are taken apart; anything but tensors is complained about. */
function tensorsIn(ctx: Context, value: Value, place: Place, what: string): readonly ValueId[] | undefined {
  if (value.kind === "tensor") return [value.id];
  if (value.kind === "list" || value.kind === "family") {
    ctx.session.step(place);
    const items = value.kind === "list" ? value.items : [...value.elements].sort(([a], [b]) => a - b).map(([, item]) => item);
    const found = items.map((item) => tensorsIn(ctx, item, place, what));
    return found.every((ids) => ids !== undefined) ? found.flat() : undefined;
  }
  if (value.kind !== "unknown") notATensor(ctx, value, place, what);
  return undefined;
}

function notATensor(ctx: Context, value: Value, place: Place, what: string): void {
  ctx.session.report(errors.notATensor, place, { what, given: describe(value) }, {
    help: value.kind === "record" ? `choose one of its fields, such as \`.${[...value.fields.keys()][0] ?? ""}\`` : value.kind === "family" ? "choose an element, such as `[0]`" : undefined,
  });
}

/** Adds a node: arguments are checked by the operator's declaration, its rule gives shapes and demands. */
export function callOperator(
  ctx: Context,
  operator: Operator,
  given: ReadonlyMap<string, Value>,
  places: ArgumentPlaces,
  path: string,
  place: Place,
  infix = false,
): Value {
  const { session } = ctx;
  const inputs: Record<string, ValueId | readonly ValueId[] | undefined> = {};
  const attributes: Record<string, Attribute> = {};
  /** Which tensor an operand is, and where it is written when it stands there alone. */
  const origin = new Map<Operand, Origin>();
  const operand = (id: ValueId, place: Place | undefined): Operand => {
    const made = { ...session.values[id]!.type };
    origin.set(made, { id, place });
    return made;
  };
  const placeAt = (name: string | undefined): Place | undefined => (name === undefined ? undefined : places.get(name)?.[0]);
  const a: Record<string, unknown> = {};
  let ok = true;
  for (const [name, spec] of Object.entries(operator.parameters)) {
    const value = given.get(name);
    const at = placeAt(name) ?? place;
    const read = readArgument(ctx, operator, name, spec, value, at);
    if (read === undefined) ok = false;
    else if (spec.kind === "tensor") {
      inputs[name] = read.value as ValueId | undefined;
      a[name] = read.value === undefined ? undefined : operand(read.value as ValueId, placeAt(name));
    } else if (spec.kind === "tensors") {
      const ids = read.value as readonly ValueId[];
      const written = places.get(name) ?? [];
      inputs[name] = ids;
      a[name] = ids.map((id, index) => operand(id, written.length === ids.length ? written[index] : undefined));
    } else {
      attributes[name] = read.value as Attribute;
      a[name] = read.value;
    }
  }
  if (!ok) return unknown;
  let fine = true;
  const inferred = limited(ctx, place, () =>
    operator.infer(a, {
      fault(entry, at, values, details) {
        fine = false;
        const write = session.writer();
        session.report(entry, placeAt(at) ?? place, Object.fromEntries(Object.entries<Told>(values).map(([key, told]) => [key, write(told)])) as typeof values & Record<string, string>, details);
        return undefined;
      },
      require(condition, strictness, entry, values, about = {}) {
        // One complaint is enough: the width usually fails with the height.
        if (!fine) return;
        const write = session.writer();
        const message = (within?: Domain): string => entry.message.replace(/\{(\w+)\}/g, (_, key: string) => write((values as Record<string, Told>)[key]!, within));
        const [first, second] = about.between?.map((one) => origin.get(one)!) ?? [];
        const demand: Demand = {
          condition, strictness, entry, message, path, place: placeAt(about.at) ?? place, trace: session.trace, size: about.size,
          between: first && second && [first.id, second.id],
        };
        if (!session.demand(demand, () => ({ help: about.help, fix: first && second && sizeFix(session, first, second, infix) }))) fine = false;
      },
      show: session.show,
      showShape: session.showShape,
    }),
  );
  if (!inferred || !fine) return unknown;
  const { outputs: names } = operator;
  const outputs = inferred.outputs.map((type, index) =>
    session.addValue(names === "list" ? `${path}.${index}` : index === 0 ? path : `${path}.${names[index]!}`, type),
  );
  const parameters: Parameter[] = (inferred.owns ?? []).map((owned) => ({
    name: `${path}.${owned.name}`,
    field: owned.name,
    shape: owned.shape,
    initial: owned.initial,
    trainable: owned.trainable,
    buffer: owned.buffer ?? false,
  }));
  const twice = session.nameTaken(parameters);
  if (twice !== undefined) {
    session.report(errors.duplicatePath, place, { path: twice });
    return unknown;
  }
  session.addNode({ operator: operator.name, path, inputs, attributes, outputs, parameters, role: session.role, place, trace: session.trace });
  const tensors = outputs.map((id): Value => ({ kind: "tensor", id }));
  if (names === "list") return { kind: "list", items: tensors };
  return names.length === 0 ? tensors[0]! : { kind: "record", fields: new Map(names.map((name, index) => [name, tensors[index]!])) };
}

/** Sizes beyond the exact range become a problem at the call. */
export function limited<T>(ctx: Context, place: Place, work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof DimLimit)) throw error;
    ctx.session.report(shape.tooLarge, place, { what: "a size here", limit: error.message });
    return undefined;
  }
}

/** One argument in the form that the rules want; undefined after a complaint (or where it is unknown). */
function readArgument(
  ctx: Context, operator: Operator, name: string, spec: ParameterSpec, value: Value | undefined, at: Place,
): { readonly value: unknown } | undefined {
  const what = `\`${name}\` of \`${operator.name}\``;
  if (value === undefined) return { value: "default" in spec ? spec.default : undefined };
  if (value.kind === "unknown") return undefined;
  if (spec.kind === "tensors") {
    const ids = tensorsIn(ctx, value, at, what);
    return ids && { value: ids };
  }
  if (spec.kind === "tensor") {
    if (value.kind !== "tensor") {
      notATensor(ctx, value, at, what);
      return undefined;
    }
    const dims = ctx.session.values[value.id]!.type.shape;
    if (spec.rank !== undefined && dims.length !== spec.rank) {
      ctx.session.report(shape.wrongRank, at, { operator: operator.name, parameter: name, wanted: spec.rank, shape: ctx.session.showShape(dims) });
      return undefined;
    }
    return { value: value.id };
  }
  if (value.kind === "list" && value.items.some((item) => item.kind === "unknown")) return undefined;
  const read = coerceAttribute(value, spec);
  if ("ok" in read) return { value: read.ok };
  const standard = showDefault(spec);
  const help = { help: meantAsWord(at, hintOfAttribute(spec).words) ?? (standard === undefined ? spec.doc : `${spec.doc}; the default is ${standard}`) };
  if ("limit" in read) ctx.session.report(bindErrors.notAllowed, at, { what, wanted: read.limit, given: describe(value) }, help);
  else ctx.session.report(bindErrors.wrongType, at, { what, wanted: read.wanted, given: describe(value) }, help);
  return undefined;
}

/** Works out the body of a block in a scope of its own. */
function callBlock(ctx: Context, target: Callable["target"] & { kind: "block" }, given: Given, path: string | undefined, place: Place): Value {
  const { block, module } = target;
  const { session } = ctx;
  if (ctx.depth >= session.limits.maxDepth) {
    session.report(errors.tooDeep, place, { limit: session.limits.maxDepth });
    return unknown;
  }
  const scope = new Scope(undefined);
  const around = session.trace;
  const role = session.role;
  const inner: Context = {
    session, module, scope, paths: ctx.paths.inside(path), base: "", whole: false, round: "", role: undefined, model: undefined, depth: ctx.depth + 1, facts: undefined,
  };
  let ok = true;
  for (const parameter of block.parameters) {
    const name = parameter.name.text;
    const value = given.values.get(name);
    const source = value ?? (parameter.default ? evaluate(parameter.default, inner, hintOf(parameter.type)) : unknown);
    const at = value ? (given.places.get(name)?.[0] ?? place) : placeOf(inner, parameter);
    const checked = matchType(inner, source, parameter, `\`${name}\` of \`${block.name.text}\``, at);
    if (checked === undefined) ok = false;
    scope.set(name, checked ?? unknown);
  }
  if (!ok) return unknown;
  session.trace = [{ what: `block \`${block.name.text}\``, place }, ...around];
  const result = runBody(block.body, inner);
  session.trace = around;
  session.role = role;
  if (result === undefined) session.report(bindErrors.noReturn, placeOf(inner, block.name), { name: block.name.text });
  return matchResult(ctx, result ?? unknown, block.result, block.name.text, placeOf(inner, block.result ?? block.name));
}
