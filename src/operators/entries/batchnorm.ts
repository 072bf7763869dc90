import { defineOperator } from "../define.js";
import { anyTensor } from "../parameters.js";
import { channelsOf } from "../rules.js";

const constant = (value: number) => ({ kind: "constant", value }) as const;

export const batchnorm = defineOperator({
  name: "batchnorm",
  group: "normalisation",
  normalises: true,
  weighted: true,
  runningNorm: true,
  doc: `Batch normalisation with running statistics: (x - mean) / sqrt(var + eps) * weight + bias, per channel (Ioffe and Szegedy 2015).
\`momentum\` is the weight of new statistics, as in PyTorch; ONNX stores 1 - momentum.`,
  parameters: {
    x: anyTensor,
    eps: { kind: "float", min: 0, default: 1e-5, doc: "added to the variance" },
    momentum: { kind: "float", min: 0, max: 1, default: 0.1, doc: "weight of new statistics" },
    scale: { kind: "float", default: 1, doc: "initial weight" },
    frozen: { kind: "bool", default: false, doc: "training leaves weight and bias alone" },
  },
  infer(a, rule) {
    const channels = channelsOf(a.x, rule);
    if (channels === undefined) return undefined;
    const shape = [channels];
    return {
      outputs: [{ type: a.x.type, shape: a.x.shape }],
      owns: [
        { name: "weight", shape, initial: constant(a.scale), trainable: !a.frozen },
        { name: "bias", shape, initial: constant(0), trainable: !a.frozen },
        { name: "running_mean", shape, initial: constant(0), trainable: false, buffer: true },
        { name: "running_var", shape, initial: constant(1), trainable: false, buffer: true },
      ],
    };
  },
  lower(a, call, emit) {
    const { weight, bias, running_mean: mean, running_var: variance } = call.owned;
    emit.node(
      "BatchNormalization",
      [a.x.name, weight!.name, bias!.name, mean!.name, variance!.name],
      { epsilon: { float: a.eps }, momentum: { float: 1 - a.momentum } },
      [call.outputs[0]!.name],
    );
  },
  example: "y = x -> batchnorm(eps: 1e-3)",
});
