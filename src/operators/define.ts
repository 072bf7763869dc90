import * as shape from "../diagnostics/catalogue/shape.js";
import type { ArgumentsOf, ParameterSpecs } from "./parameters.js";
import type { Inference, NamedOperand, Operand, Operator, OperatorDefinition } from "./operator.js";
import { type Range, anything, hull } from "./range.js";
import { pointwise } from "./reach.js";

/** Turns a typed definition into an entry of the registry. */
export function defineOperator<const Specs extends ParameterSpecs>(definition: OperatorDefinition<Specs>): Operator {
  type Rule = ArgumentsOf<Specs, Operand>;
  return {
    name: definition.name,
    group: definition.group,
    doc: definition.doc,
    deprecated: definition.deprecated,
    parameters: definition.parameters,
    outputs: definition.outputs ?? [],
    weighted: definition.weighted ?? false,
    convolution: definition.convolution,
    normalises: definition.normalises ?? false,
    runningNorm: definition.runningNorm ?? false,
    indexed: definition.indexed && { plain: definition.indexed.plain, again: (a) => definition.indexed!.again(a as Rule) },
    byMask: definition.byMask,
    infer: (a, rule) => (takesTypes(definition, a, rule) ? definition.infer(a as Rule, rule) : undefined),
    macs: (a, out) => definition.macs?.(a as Rule, out),
    reach: (a, axis, of) => definition.reach?.(a as Rule, axis, of) ?? pointwise,
    range: rangeRule(definition.range),
    identity: (a) => definition.identity?.(a as Rule) ?? false,
    fold: definition.fold && ((a) => definition.fold!(a as ArgumentsOf<Specs, { values: Float64Array }>)),
    lower: (a, call, emit) => definition.lower(a as ArgumentsOf<Specs, NamedOperand>, call, emit),
    example: definition.example,
  };
}

function rangeRule<Specs extends ParameterSpecs>(range: OperatorDefinition<Specs>["range"]): Operator["range"] {
  if (range === undefined) return () => anything;
  if (range === "kept") return (a) => hull([a["x"] as Range | readonly Range[]].flat());
  return (a) => range(a as ArgumentsOf<Specs, Range>);
}

/** Tensor arguments have an element type that the operator computes with. */
function takesTypes(operator: { readonly name: string; readonly parameters: ParameterSpecs }, a: Record<string, unknown>, rule: Inference): boolean {
  for (const [parameter, spec] of Object.entries(operator.parameters)) {
    if (spec.kind !== "tensor" && spec.kind !== "tensors") continue;
    const types = spec.types ?? ["float32"];
    const given = a[parameter] as Operand | readonly Operand[] | undefined;
    for (const { type } of given === undefined ? [] : [given].flat()) {
      if (types.includes(type)) continue;
      rule.fault(shape.wrongElementType, parameter, { operator: operator.name, parameter, wanted: types.join(" or "), given: type });
      return false;
    }
  }
  return true;
}
