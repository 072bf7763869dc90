import { type Dim, constant, floorDiv, times } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { sides } from "../axes.js";
import { defineOperator } from "../define.js";
import { map } from "../parameters.js";
import { reshapeTo } from "../reshaping.js";
import { mapOf } from "../rules.js";

export const spaceToDepth = defineOperator({
  name: "space_to_depth",
  group: "resampling",
  doc: `Each cell of f x f pixels becomes f*f channels: [N, C, H, W] -> [N, C*f*f, H/f, W/f], without losing anything. Row i and column j of a cell go to channel
c*f*f + i*f + j: the inverse of \`pixel_shuffle\`, PyTorch's pixel_unshuffle. ONNX's SpaceToDepth and TensorFlow's have the channels in another order
(i, j, c), so weights trained behind those need their input channels reordered.`,
  parameters: {
    x: map,
    factor: { kind: "int", min: 1, doc: "by how much height and width shrink" },
  },
  infer(a, rule) {
    const sizes: Dim[] = [];
    for (const side of [0, 1] as const) {
      const n = a.x.shape[2 + side]!;
      rule.require({ kind: "divisible", dim: n, by: a.factor }, "runs", shape.notDivisible, { axis: sides[side], size: n, by: a.factor });
      const size = floorDiv(n, a.factor);
      if (size === undefined) return rule.fault(shape.undecided, undefined, { what: `the ${a.factor}th part of ${rule.show(n)}` });
      sizes.push(size);
    }
    return mapOf(a.x, times(a.x.shape[1]!, constant(a.factor * a.factor)), sizes[0]!, sizes[1]!);
  },
  reach: (a) => ({ kind: "window", kernel: a.factor, stride: a.factor, before: 0, dilation: 1 }),
  range: "kept",
  identity: (a) => a.factor === 1,
  lower(a, call, emit) {
    const [batch, channels] = a.x.shape;
    const [, , rows, columns] = call.outputs[0]!.shape;
    const factor = constant(a.factor);
    // [N, C, H/f, f, W/f, f] -> [N, C, f, f, H/f, W/f]
    const cells = reshapeTo(emit, a.x, [batch!, channels!, rows!, factor, columns!, factor]);
    const turned = emit.node("Transpose", [cells], { perm: [0, 1, 3, 5, 2, 4] });
    const shapeBefore = [batch!, channels!, factor, factor, rows!, columns!];
    reshapeTo(emit, { name: turned, shape: shapeBefore }, call.outputs[0]!.shape, call.outputs[0]!.name);
  },
  example: "y = x -> space_to_depth(2)",
});
