import { constant } from "../../tensor/index.js";
import { defineOperator } from "../define.js";
import { map } from "../parameters.js";
import { everything } from "../reach.js";
import { mapOf } from "../rules.js";

export const globalMaxpool = defineOperator({
  name: "global_maxpool",
  group: "pooling",
  doc: `Largest value of each channel's whole map, [N, C, 1, 1]; with \`global_avgpool\` the channel half of CBAM (Woo et al. 2018).`,
  parameters: { x: map },
  infer: (a) => mapOf(a.x, a.x.shape[1]!, constant(1), constant(1)),
  reach: () => everything,
  range: "kept",
  lower: (a, call, emit) => void emit.node("GlobalMaxPool", [a.x.name], {}, [call.outputs[0]!.name]),
  example: "y = x * (x -> global_maxpool -> sigmoid)",
});
