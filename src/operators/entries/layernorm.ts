import { constantValue } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { affineInputs, affinePair, affineParameter } from "../affine.js";
import { reachMixing } from "../axes.js";
import { defineOperator } from "../define.js";
import type { Operand } from "../operator.js";
import { anyTensor } from "../parameters.js";
import { reshapeTo } from "../reshaping.js";
import { fixed, sameType } from "../rules.js";

const axisOf = (a: { readonly x: Operand; readonly axis: "channels" | "last" }): number => (a.axis === "last" ? a.x.shape.length - 1 : 1);

export const layernorm = defineOperator({
  name: "layernorm",
  group: "normalisation",
  normalises: true,
  weighted: true,
  doc: `Layer normalisation (Ba et al. 2016): mean and population variance of the channels at each position, then * weight + bias per channel. On a map
[N, C, H, W] this is what ConvNeXt calls channels_first; for tokens [N, L, C] say \`axis: last\`.
The transformers' usual eps is 1e-6, PyTorch's default 1e-5. ONNX has the operator for trailing axes only, so a map is turned there and back.`,
  parameters: {
    x: anyTensor,
    eps: { kind: "float", min: 0, default: 1e-5, doc: "added to the variance" },
    axis: { kind: "choice", members: ["channels", "last"], default: "channels", doc: "axis 1, or the last one (tokens)" },
    affine: affineParameter,
  },
  infer(a, rule) {
    const size = a.x.shape[axisOf(a)];
    const channels = size && constantValue(size);
    if (channels === undefined) return rule.fault(shape.channelsNotFixed, undefined, { shape: a.x.shape });
    return { ...sameType(a.x), owns: a.affine ? affinePair(channels) : [] };
  },
  reach: (a, side) => reachMixing(a.x, [axisOf(a)], side),
  lower(a, call, emit) {
    const [rank, axis, out] = [a.x.shape.length, axisOf(a), [call.outputs[0]!.name]];
    const affine = affineInputs(emit, call, fixed(a.x.shape[axis]!));
    const normalise = (x: string, outputs?: readonly string[]): string =>
      emit.node("LayerNormalization", [x, ...affine], { axis: -1, epsilon: { float: a.eps } }, outputs);
    if (axis === rank - 1) return void normalise(a.x.name, out);
    // [N, C, H, W] -> [N, H, W, C] and back
    const behind = [0, ...Array.from({ length: rank - 2 }, (_, i) => i + 2), 1];
    const front = [0, rank - 1, ...Array.from({ length: rank - 2 }, (_, i) => i + 1)];
    const turned = behind.map((from) => a.x.shape[from]!);
    if (fixed(a.x.shape[axis]!) === 1) {
      // Nothing moves, and a Transpose would be an invitation to ONNX Runtime's optimiser to move what follows.
      reshapeTo(emit, { name: normalise(reshapeTo(emit, a.x, turned)), shape: turned }, a.x.shape, out[0]);
    } else emit.node("Transpose", [normalise(emit.node("Transpose", [a.x.name], { perm: behind }))], { perm: front }, out);
  },
  example: "y = x -> layernorm(eps: 1e-6)",
});
