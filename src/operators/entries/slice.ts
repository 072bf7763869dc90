import { type Dim, add, ceilDiv, constant, constantValue, sub } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { axisName, hasAxis, spatialAxis } from "../axes.js";
import { defineOperator } from "../define.js";
import type { Operand } from "../operator.js";
import { anyTensor, ofAnyType } from "../parameters.js";
import { everything, pointwise } from "../reach.js";
import { toTheEnd } from "../slicing.js";

interface Arguments {
  readonly x: Operand;
  readonly axis: number;
  readonly from: readonly Dim[] | undefined;
  readonly to: readonly Dim[] | undefined;
}

const bounds = (a: Arguments): readonly [from: Dim, to: Dim] => [a.from?.[0] ?? constant(0), a.to?.[0] ?? a.x.shape[a.axis]!];

export const slice = defineOperator({
  name: "slice",
  group: "layout",
  doc: `The elements \`from\` up to, but not including, \`to\` along one axis, or every \`step\`-th of them. Without \`to\` it takes the rest. Bounds count from 0, may be sizes
of the input (\`H / 2\`), and lie within the axis.`,
  parameters: {
    x: ofAnyType(anyTensor),
    axis: { kind: "int", min: 0, max: 7, doc: "0 batch, 1 channels, 2 height, 3 width" },
    from: { kind: "sizes", length: 1, optional: true, doc: "first element; default 0" },
    to: { kind: "sizes", length: 1, optional: true, doc: "the element after the last; default: the end" },
    step: { kind: "int", min: 1, default: 1, doc: "distance of the elements taken" },
  },
  infer(a, rule) {
    if (!hasAxis(rule, a.x, a.axis, "axis")) return undefined;
    const n = a.x.shape[a.axis]!;
    const [from, to] = bounds(a);
    const values = { axis: axisName(a.axis, a.x.shape.length), from, to, size: n };
    for (const [more, less] of [[from, constant(0)], [to, add(from, constant(1))], [n, to]] as const)
      rule.require({ kind: "atLeast", left: more, right: less }, "runs", shape.emptySlice, values);
    const length = ceilDiv(sub(to, from), a.step);
    if (length === undefined) return rule.fault(shape.undecided, undefined, { what: `how many elements a step of ${a.step} takes` });
    return { outputs: [{ type: a.x.type, shape: a.x.shape.map((size, axis) => (axis === a.axis ? length : size)) }] };
  },
  reach(a, side) {
    if (a.axis !== spatialAxis(a.x.shape.length, side)) return pointwise;
    const [from] = bounds(a);
    if (a.step === 1) return { kind: "shift", by: from };
    const first = constantValue(from);
    return first === undefined ? everything : { kind: "window", kernel: 1, stride: a.step, before: -first, dilation: 1 };
  },
  range: "kept",
  identity: (a) => a.step === 1 && a.to === undefined && constantValue(bounds(a)[0]) === 0,
  lower(a, call, emit) {
    const [from, to] = bounds(a);
    const end = a.to === undefined ? emit.ints([toTheEnd]) : emit.sizes([to]);
    const inputs = [a.x.name, emit.sizes([from]), end, emit.ints([a.axis]), a.step === 1 ? undefined : emit.ints([a.step])];
    emit.node("Slice", inputs, {}, [call.outputs[0]!.name]);
  },
  example: "y = concat(x -> slice(axis: 2, from: 1, step: 2), x -> slice(axis: 2, from: 0, to: H - 1, step: 2))",
});
