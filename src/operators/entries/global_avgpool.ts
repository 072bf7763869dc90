import { constant } from "../../tensor/index.js";
import { defineOperator } from "../define.js";
import { map } from "../parameters.js";
import { everything } from "../reach.js";
import { mapOf } from "../rules.js";

export const globalAvgpool = defineOperator({
  name: "global_avgpool",
  group: "pooling",
  doc: `Mean of each channel's whole map, [N, C, 1, 1]: the image-level context of ParseNet, PSPNet and DeepLab v3, and the squeeze of
squeeze-and-excitation blocks. Every output depends on the whole map, so the result for a tile is another than for the whole image.`,
  parameters: { x: map },
  infer: (a) => mapOf(a.x, a.x.shape[1]!, constant(1), constant(1)),
  reach: () => everything,
  range: "kept",
  lower: (a, call, emit) => void emit.node("GlobalAveragePool", [a.x.name], {}, [call.outputs[0]!.name]),
  example: "y = x * (x -> global_avgpool -> sigmoid)",
});
