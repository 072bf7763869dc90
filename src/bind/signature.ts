/** What can be called, seen from outside: operators and blocks have the same face. */
import * as bindErrors from "../diagnostics/catalogue/bind.js";
import type { Problems } from "../diagnostics/problem.js";
import { didYouMean } from "../diagnostics/suggest.js";
import type { Operator } from "../operators/operator.js";
import { isOptional } from "../operators/parameters.js";
import type { Place } from "../source/source.js";
import type * as ast from "../syntax/ast.js";

export interface Slot {
  readonly name: string;
  /** Takes tensors. */
  readonly tensor: boolean;
  /** Takes any number of positional tensors. */
  readonly many: boolean;
  readonly optional: boolean;
}

export interface Signature {
  readonly name: string;
  readonly slots: readonly Slot[];
}

const signatures = new WeakMap<object, Signature>();

export function signatureOfOperator(operator: Operator): Signature {
  let found = signatures.get(operator);
  if (!found) {
    const slots = Object.entries(operator.parameters).map(([name, spec]) => ({
      name, tensor: spec.kind === "tensor" || spec.kind === "tensors", many: spec.kind === "tensors", optional: isOptional(spec),
    }));
    signatures.set(operator, (found = { name: operator.name, slots }));
  }
  return found;
}

export function signatureOfBlock(block: ast.Block): Signature {
  let found = signatures.get(block);
  if (!found) {
    const slots = block.parameters.map((parameter) => ({
      name: parameter.name.text,
      tensor: parameter.type.kind === "named" && parameter.type.name === "tensor",
      many: false,
      optional: parameter.default !== undefined,
    }));
    signatures.set(block, (found = { name: block.name.text, slots }));
  }
  return found;
}

/** Which expressions go to which slot; the slot of what the chain carries is marked. */
export interface Matched {
  readonly given: ReadonlyMap<string, readonly ast.Argument[]>;
  readonly carried: string | undefined;
  readonly missing: readonly Slot[];
  /** False when something was reported. */
  readonly ok: boolean;
}

/**
 * Sorts arguments into slots. `bound` are slots that were filled earlier (a block that was handed on with arguments).
 * `complete: false` leaves out the complaint about missing ones.
 */
export function matchArguments(
  signature: Signature,
  args: readonly ast.Argument[],
  options: { carries: boolean; bound?: ReadonlySet<string>; complete: boolean },
  place: Place,
  problems: Problems,
): Matched {
  const { slots, name: callee } = signature;
  const at = (span: ast.Argument["span"]): Place => ({ file: place.file, span });
  const given = new Map<string, ast.Argument[]>();
  const free = slots.filter((slot) => options.bound?.has(slot.name) !== true);
  let next = 0;
  let ok = true;
  const carried = options.carries ? free[0]?.name : undefined;
  if (options.carries && (free[0] === undefined || !free[0].tensor)) {
    problems.report(bindErrors.tooManyArguments, place, { callee, most: 0, given: 1 }, { help: `\`${callee}\` takes no tensor, so it cannot stand after \`->\`` });
    ok = false;
  }
  // What is carried fills the first slot, unless that takes any number.
  if (options.carries && free[0] && !free[0].many) next = 1;
  let named: ast.Argument | undefined;
  let extra = 0;
  for (const argument of args) {
    if (argument.name !== undefined) {
      const { text } = argument.name;
      named = argument;
      const slot = slots.find((candidate) => candidate.name === text);
      if (slot === undefined) {
        const names = slots.map((candidate) => candidate.name);
        problems.report(bindErrors.unknownArgument, at(argument.name.span), { callee, name: text }, {
          help: didYouMean(text, names) ?? `it has ${names.join(", ")}`,
        });
        ok = false;
      } else if (given.has(text) || text === carried) {
        problems.report(bindErrors.repeatedArgument, at(argument.span), { name: text }, {
          ...(text === carried ? { help: `the chain already gives \`${text}\`` } : {}),
        });
        ok = false;
      } else given.set(text, [argument]);
      continue;
    }
    const slot = free[next];
    if (slot?.many) {
      const list = given.get(slot.name) ?? [];
      list.push(argument);
      given.set(slot.name, list);
    } else if (named !== undefined) {
      problems.report(bindErrors.positionalAfterNamed, at(argument.span), {}, { labels: [{ place: at(named.span), text: "named here" }] });
      ok = false;
    } else if (slot === undefined) extra++;
    else {
      given.set(slot.name, [argument]);
      next++;
    }
  }
  if (extra > 0) {
    const most = free.length - (options.carries ? 1 : 0);
    problems.report(bindErrors.tooManyArguments, place, { callee, most, given: most + extra }, {
      help: `its parameters are ${slots.map((slot) => slot.name).join(", ")}${options.carries ? `; \`${carried ?? ""}\` comes from the left of \`->\`` : ""}`,
    });
    ok = false;
  }
  const missing = free.filter((slot) => !slot.optional && !given.has(slot.name) && slot.name !== carried);
  if (missing.length > 0 && options.complete && ok) {
    problems.report(bindErrors.missingArgument, place, { callee, what: missing.map((slot) => `\`${slot.name}\``).join(" and ") }, {
      help: missing[0]!.tensor && !options.carries ? `\`${missing[0]!.name}\` is a tensor: give it with \`->\` or as an argument` : undefined,
    });
    ok = false;
  }
  return { given, carried, missing, ok };
}
