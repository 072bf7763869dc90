import { type Dim, constant, floorDiv, times } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { defineOperator } from "../define.js";
import { float32NotBelow, fraction } from "../fraction.js";
import type { Emitter } from "../emitter.js";
import type { NamedOperand, Operand } from "../operator.js";
import { type Pair, map, ofAnyType, optionalTensor } from "../parameters.js";
import { type Reach, nothing } from "../reach.js";
import { reshapeTo } from "../reshaping.js";
import { resampling, resamplingTo } from "../resampling.js";
import { anything } from "../range.js";
import { mapOf, requireElements, sameSize } from "../rules.js";

const sides = [0, 1] as const;

interface Arguments {
  readonly x: Operand;
  readonly scale: Pair | undefined;
  readonly size: readonly Dim[] | undefined;
  readonly like: Operand | undefined;
}

/** The new size; undefined where it cannot be written. */
function target(a: Arguments, side: 0 | 1): Dim | undefined {
  if (a.size) return a.size[side];
  if (a.like) return a.like.shape[2 + side];
  const factor = fraction(a.scale![side]);
  return factor && floorDiv(times(a.x.shape[2 + side]!, constant(factor[0])), factor[1]);
}

export const resize = defineOperator({
  name: "resize",
  group: "resampling",
  doc: `Interpolates to another height and width: give one of \`scale\`, \`size\` or \`like\`.
Half-pixel grid (source = (out + 0.5) * in / out - 0.5), PyTorch's \`align_corners=False\`; with \`align_corners: true\` the corner pixels stay in place.
Nearest takes floor(out * in / out). Bicubic uses a = -0.75. With \`scale\` the size is floor(in * scale) and the source step 1 / scale.
Shrinking does not smooth first (no antialiasing): pool before it, or fine patterns alias.`,
  parameters: {
    x: map,
    scale: { kind: "factors", optional: true, doc: "factor for the size" },
    size: { kind: "sizes", length: 2, optional: true, doc: "height and width" },
    like: ofAnyType(optionalTensor("map whose height and width are taken", 4)),
    mode: { kind: "choice", members: ["bilinear", "nearest", "bicubic"], default: "bilinear", doc: "interpolation" },
    align_corners: { kind: "bool", default: false, doc: "corner pixels stay in place" },
  },
  infer(a, rule) {
    const given = [a.scale, a.size, a.like].filter((value) => value !== undefined).length;
    if (given !== 1) return rule.fault(shape.resizeTarget, undefined, { given });
    const sizes: Dim[] = [];
    for (const side of sides) {
      if (a.scale && !fraction(a.scale[side])) return rule.fault(shape.badFactor, "scale", { factor: a.scale[side] });
      const size = target(a, side);
      if (size === undefined) return rule.fault(shape.undecided, "scale", { what: `the size of ${rule.showShape(a.x.shape)} after resizing` });
      sizes.push(size);
    }
    requireElements(rule, sizes[0]!, sizes[1]!, "the resized map");
    return mapOf(a.x, a.x.shape[1]!, sizes[0]!, sizes[1]!);
  },
  reach(a, side, of): Reach {
    if (of === "like") return nothing;
    // With a factor the step is its inverse, whatever the size is rounded to.
    const factor = a.scale && !a.align_corners ? fraction(a.scale[side]) : undefined;
    if (factor) return resampling([factor[1], factor[0]], a.mode, "given");
    return resamplingTo(a.x.shape[2 + side]!, target(a, side)!, a.mode, a.align_corners);
  },
  // Bicubic weights are negative in part, so that it overshoots.
  range: (a) => (a.mode === "bicubic" ? anything : a.x),
  // All three interpolations give an element back when they meet it exactly.
  identity: (a) => sides.every((side) => (a.scale ? a.scale[side] === 1 : sameSize(a.x.shape[2 + side]!, target(a, side)!))),
  lower(a, call, emit) {
    const nearest = a.mode === "nearest";
    // All four axes are written out: ONNX Runtime's transpose optimiser does not know the attribute `axes` (between two
    // `layernorm`s it would permute two sizes as if they were four).
    const attributes = {
      mode: { bilinear: "linear", nearest: "nearest", bicubic: "cubic" }[a.mode],
      coordinate_transformation_mode: nearest ? "asymmetric" : a.align_corners ? "align_corners" : "half_pixel",
      nearest_mode: nearest ? "floor" : undefined,
      cubic_coeff_a: a.mode === "bicubic" ? { float: -0.75 } : undefined,
    };
    const out = call.outputs[0]!;
    const resized = (x: NamedOperand, outputs?: readonly string[]): string => {
      const target = a.scale
        ? [undefined, emit.floats([1, 1, ...a.scale.map((factor) => float32NotBelow(fraction(factor)!))])]
        : [undefined, undefined, newShape({ ...a, x }, { ...out, shape: [...x.shape.slice(0, 2), ...out.shape.slice(2)] }, emit)];
      return emit.node("Resize", [x.name, ...target], attributes, outputs);
    };
    if (a.mode !== "bicubic") return void resized(a.x, [out.name]);
    // Between two `layernorm`s that optimiser would put the channels last, which ONNX Runtime's bicubic kernel does not take;
    // it does not look beyond a Reshape, which moves no data.
    const planes = [times(a.x.shape[0]!, a.x.shape[1]!), constant(1), a.x.shape[2]!, a.x.shape[3]!];
    const flat = resized({ ...a.x, name: reshapeTo(emit, a.x, planes), shape: planes });
    reshapeTo(emit, { name: flat, shape: [...planes.slice(0, 2), ...out.shape.slice(2)] }, out.shape, out.name);
  },
  example: "y = x -> resize(scale: 2, mode: bicubic)",
});

/** Batch and channels as they are, height and width as asked for. */
function newShape(a: { readonly x: NamedOperand; readonly size: readonly Dim[] | undefined; readonly like: NamedOperand | undefined }, out: NamedOperand, emit: Emitter): string {
  if (out.shape.every((size) => emit.known(size) !== undefined)) return emit.sizes(out.shape);
  return emit.node("Concat", [emit.sizesOf(a.x, [0, 1]), a.like ? emit.sizesOf(a.like, [2, 3]) : emit.sizes(a.size!)], { axis: 0 });
}
