import { type Dim, constant, constantValue, divideExact, floorDiv, sameFunction, times } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { spatialAxis } from "../axes.js";
import { defineOperator } from "../define.js";
import type { Inference, Operand } from "../operator.js";
import { anyTensor, ofAnyType } from "../parameters.js";
import { everything, pointwise } from "../reach.js";
import { reshapeTo } from "../reshaping.js";
import { sameSize } from "../rules.js";

const isRest = (dim: Dim): boolean => constantValue(dim) === -1;

/** The sizes with what -1 stands for; undefined where that cannot be written. The second is what the whole must divide by. */
function resolve(x: Operand, wanted: readonly Dim[]): { readonly sizes: readonly Dim[]; readonly rest?: Dim; readonly by?: number } | undefined {
  if (!wanted.some(isRest)) return { sizes: wanted };
  let rest: Dim | undefined = x.shape.reduce(times, constant(1));
  let by = 1;
  for (const dim of wanted) {
    const value = constantValue(dim);
    if (isRest(dim)) continue;
    if (value === undefined) rest = rest && divideExact(rest, dim);
    else by *= value;
  }
  const left = rest && floorDiv(rest, by);
  return rest && left && { sizes: wanted.map((dim) => (isRest(dim) ? left : dim)), rest, by };
}

function infer(a: { readonly x: Operand; readonly shape: readonly Dim[] }, rule: Inference) {
  const values = { from: a.x.shape, to: a.shape };
  if (a.shape.filter(isRest).length > 1 || a.shape.some((dim) => !isRest(dim) && (constantValue(dim) ?? 1) < 1))
    return rule.fault(shape.badReshape, "shape", values);
  for (const dim of a.shape)
    if (constantValue(dim) === undefined)
      rule.require({ kind: "atLeast", left: dim, right: constant(1) }, "runs", shape.noElements, { axis: "size", of: "the new shape", size: dim });
  const resolved = resolve(a.x, a.shape);
  if (resolved === undefined) return rule.fault(shape.undecided, "shape", { what: `what -1 stands for in ${rule.showShape(a.shape)}` });
  if (resolved.rest) rule.require({ kind: "divisible", dim: resolved.rest, by: resolved.by! }, "runs", shape.badReshape, values, { at: "shape" });
  else {
    const [before, after] = [a.x.shape, a.shape].map((sizes) => sizes.reduce(times, constant(1)));
    if (!sameFunction(before!, after!)) rule.require({ kind: "equal", left: before!, right: after! }, "runs", shape.badReshape, values, { at: "shape" });
  }
  return { outputs: [{ type: a.x.type, shape: resolved.sizes }] };
}

export const reshape = defineOperator({
  name: "reshape",
  group: "layout",
  doc: `Regroups the elements, in row-major order, to another shape: numbers, sizes of the input such as \`H\` or \`H*W\`, and one -1 for whatever is left.
Elements are not moved: to swap axes use \`transpose\`. A channel shuffle is reshape([N, groups, C / groups, H, W]), transpose([0, 2, 1, 3, 4]), reshape([N, C, H, W]).`,
  parameters: {
    x: ofAnyType(anyTensor),
    shape: { kind: "sizes", doc: "the new sizes; one may be -1" },
  },
  infer: (a, rule) => infer(a, rule),
  // Where height and width stay behind, only the axes before them are regrouped.
  reach(a) {
    const { sizes } = resolve(a.x, a.shape)!;
    const ranks = [a.x.shape.length, sizes.length];
    const kept = ranks.every((rank) => rank >= 3) && ([0, 1] as const).every((side) => {
      const [before, after] = ranks.map((rank) => spatialAxis(rank, side));
      return sameSize(a.x.shape[before!]!, sizes[after!]!);
    });
    return kept ? pointwise : everything;
  },
  range: "kept",
  identity(a) {
    const { sizes } = resolve(a.x, a.shape)!;
    return sizes.length === a.x.shape.length && sizes.every((size, axis) => sameSize(size, a.x.shape[axis]!));
  },
  lower: (a, call, emit) => void reshapeTo(emit, a.x, resolve(a.x, a.shape)!.sizes, call.outputs[0]!.name),
  example: "y = x -> reshape([N, 2, 2, H, W]) -> transpose([0, 2, 1, 3, 4]) -> reshape([N, -1, H, W])",
});
