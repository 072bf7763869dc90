import { constant, times } from "../../tensor/index.js";
import { defineOperator } from "../define.js";
import { map } from "../parameters.js";
import { channelsOf, fixed, mapOf } from "../rules.js";

export const bedOfNails = defineOperator({
  name: "bed_of_nails",
  group: "resampling",
  doc: `Puts each value at the top left of a block of \`factor\` rows and columns that is zero elsewhere: [N, C, H, W] -> [N, C, H*f, W*f]. Unpooling without
memory of where a maximum was; \`unpool\` remembers. Values move by (f - 1) / 2 to the top left of the middle of their block, and convolutions have to
fill the gaps. It is a transposed convolution with a kernel of one element that is 1.`,
  parameters: {
    x: map,
    factor: { kind: "pair", min: 1, doc: "by how much height and width grow" },
  },
  infer(a, rule) {
    const channels = channelsOf(a.x, rule);
    return channels === undefined ? undefined : mapOf(a.x, channels, times(a.x.shape[2]!, constant(a.factor[0])), times(a.x.shape[3]!, constant(a.factor[1])));
  },
  reach: (a, side) => ({ kind: "spread", kernel: 1, stride: a.factor[side], before: 0, dilation: 1 }),
  identity: (a) => a.factor.every((factor) => factor === 1),
  lower(a, call, emit) {
    const channels = fixed(a.x.shape[1]!);
    const ones = emit.floats(new Array<number>(channels).fill(1), [channels, 1, 1, 1]);
    emit.node("ConvTranspose", [a.x.name, ones], { group: channels, kernel_shape: [1, 1], output_padding: a.factor.map((factor) => factor - 1), strides: a.factor }, [call.outputs[0]!.name]);
  },
  example: "y = x -> bed_of_nails(2)",
});
