import { constant, floorDiv, times } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { defineOperator } from "../define.js";
import { map } from "../parameters.js";
import { mapOf } from "../rules.js";

export const pixelShuffle = defineOperator({
  name: "pixel_shuffle",
  group: "resampling",
  doc: `Channels become a finer grid (sub-pixel convolution, Shi et al. 2016; DUpsampling): [N, C*f*f, H, W] -> [N, C, H*f, W*f]. Channel c*f*f + i*f + j goes to row i and
column j of the cell, as PyTorch has it (ONNX's CRD order; TensorFlow's depth_to_space is DCR). \`space_to_depth\` is the inverse.`,
  parameters: {
    x: map,
    factor: { kind: "int", min: 1, doc: "by how much height and width grow" },
  },
  infer(a, rule) {
    const [channels, square] = [a.x.shape[1]!, a.factor * a.factor];
    rule.require({ kind: "divisible", dim: channels, by: square }, "runs", shape.notDivisible, { axis: "number of channels", size: channels, by: square });
    const left = floorDiv(channels, square);
    if (left === undefined) return rule.fault(shape.undecided, undefined, { what: `the ${square}th part of ${rule.show(channels)}` });
    const factor = constant(a.factor);
    return mapOf(a.x, left, times(a.x.shape[2]!, factor), times(a.x.shape[3]!, factor));
  },
  reach: (a) => ({ kind: "resample", numerator: 1, offset: 0, denominator: a.factor, taps: [0, 0], step: "given" }),
  range: "kept",
  identity: (a) => a.factor === 1,
  lower: (a, call, emit) => void emit.node("DepthToSpace", [a.x.name], { blocksize: a.factor, mode: "CRD" }, [call.outputs[0]!.name]),
  example: "y = x -> pixel_shuffle(2)",
});
