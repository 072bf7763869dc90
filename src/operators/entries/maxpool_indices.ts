import { defineOperator } from "../define.js";
import { inferPool, poolAttributes, poolParameters, poolReach, tiles } from "../pool.js";

export const maxpoolIndices = defineOperator({
  name: "maxpool_indices",
  group: "pooling",
  outputs: ["output", "indices"],
  doc: `\`maxpool\` that also says where each value came from, for \`unpool\` (SegNet, Badrinarayanan et al. 2015; Zeiler's deconvolution networks). Gives a
record: \`p.output\`, \`p.indices\`. Of equal values the first in row-major order counts.
Indices are int64 and count over the whole tensor [N, C, H, W], as ONNX has it; PyTorch counts within each channel's plane.
Where the windows tile the map (the stride is the kernel) and only \`unpool\` reads the indices, none are made: \`unpool\` finds the
maxima again, on every device. Elsewhere the node runs on the CPU alone; WebGPU has no kernel for it.`,
  indexed: { plain: "maxpool", again: (a) => (tiles(a) ? { kernel: a.kernel, padding: a.padding, ceil: a.ceil } : undefined) },
  parameters: poolParameters,
  infer(a, rule) {
    const pooled = inferPool(a, rule);
    const [output] = pooled?.outputs ?? [];
    return output && { outputs: [output, { ...output, type: "int64" }] };
  },
  reach: poolReach,
  lower: (a, call, emit) => void emit.node("MaxPool", [a.x.name], poolAttributes(a), call.outputs.map(({ name }) => name)),
  example: "p = x -> maxpool_indices(2)\ny = p.output -> unpool(p.indices, like: x)",
});
