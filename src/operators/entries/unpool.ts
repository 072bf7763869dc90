import * as shape from "../../diagnostics/catalogue/shape.js";
import { sides } from "../axes.js";
import { defineOperator } from "../define.js";
import { map, tensor } from "../parameters.js";
import { everything, nothing } from "../reach.js";
import { exactly, hull } from "../range.js";
import { ratioOf, resampling } from "../resampling.js";
import { mapOf } from "../rules.js";

export const unpool = defineOperator({
  name: "unpool",
  group: "resampling",
  doc: `Puts each value back where \`maxpool_indices\` found it, zeros elsewhere (SegNet). The result is [N, C, height of like, width of like];
it is sparse, so convolutions follow. \`like\` must be the map that was pooled, or one of the same size and channels: indices count over
its whole tensor. With overlapping windows the same place can be named twice; the later value stays.
Windows that tile the map need no indices: the graph compares the pooled map with each position of its windows, the first of equal
values in row-major order counts, and everything stays on the GPU. Otherwise it is MaxUnpool, which ONNX Runtime has for the CPU alone.
In a window with a NaN the place is not defined.`,
  byMask: "unpool_by_mask",
  parameters: {
    x: map,
    indices: { ...tensor("where the values go: `indices` of `maxpool_indices`", 4), types: ["int64"] },
    like: tensor("the map that was pooled: its height and width are restored, its values are not used", 4),
  },
  infer(a, rule) {
    const shapes = { indices: a.indices.shape, map: a.x.shape };
    for (const axis of a.x.shape.keys())
      rule.require({ kind: "equal", left: a.x.shape[axis]!, right: a.indices.shape[axis]! }, "runs", shape.poolMismatch, shapes, { between: [a.x, a.indices] });
    for (const side of [0, 1] as const) {
      const [from, to] = [a.x.shape[2 + side]!, a.like.shape[2 + side]!];
      rule.require(
        { kind: "atLeast", left: to, right: from }, "runs", shape.unpoolTooSmall,
        { axis: sides[side], from, to }, { between: [a.x, a.like] },
      );
    }
    return mapOf(a.x, a.x.shape[1]!, a.like.shape[2]!, a.like.shape[3]!);
  },
  // Exact for windows that do not overlap.
  reach(a, side, of) {
    if (of === "like") return nothing;
    // Values go back to where they were: the step is that of the pooling, whatever its size was rounded to.
    const ratio = ratioOf(a.x.shape[2 + side]!, a.like.shape[2 + side]!);
    return ratio ? resampling(ratio, "nearest", "given") : everything;
  },
  range: (a) => hull([a.x, exactly(0)]),
  lower(a, call, emit) {
    const out = call.outputs[0]!;
    const known = out.shape.every((dim) => emit.known(dim) !== undefined);
    const target = known ? emit.sizes(out.shape) : emit.node("Concat", [emit.sizesOf(a.x, [0, 1]), emit.sizesOf(a.like, [2, 3])], { axis: 0 });
    // The size comes from `output_shape`; a kernel of 1 keeps ONNX Runtime from asking that the two agree.
    emit.node("MaxUnpool", [a.x.name, a.indices.name, target], { kernel_shape: [1, 1], strides: [1, 1] }, [out.name]);
  },
  example: "p = x -> maxpool_indices(2, ceil: true)\ny = p.output -> unpool(p.indices, like: x)",
});
