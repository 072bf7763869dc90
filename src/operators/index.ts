/** The registry: an operator is its file in `entries/` and its line here. */
import { abs } from "./entries/abs.js";
import { adaptiveAvgpool } from "./entries/adaptive_avgpool.js";
import { add } from "./entries/add.js";
import { avgpool } from "./entries/avgpool.js";
import { batchnorm } from "./entries/batchnorm.js";
import { bedOfNails } from "./entries/bed_of_nails.js";
import { concat } from "./entries/concat.js";
import { constantTensor } from "./entries/constant.js";
import { conv } from "./entries/conv.js";
import { crop } from "./entries/crop.js";
import { crossEntropy } from "./entries/cross_entropy.js";
import { div } from "./entries/div.js";
import { dropout } from "./entries/dropout.js";
import { elu } from "./entries/elu.js";
import { exp } from "./entries/exp.js";
import { flatten } from "./entries/flatten.js";
import { gelu } from "./entries/gelu.js";
import { globalAvgpool } from "./entries/global_avgpool.js";
import { globalMaxpool } from "./entries/global_maxpool.js";
import { groupnorm } from "./entries/groupnorm.js";
import { hardsigmoid } from "./entries/hardsigmoid.js";
import { hardswish } from "./entries/hardswish.js";
import { instancenorm } from "./entries/instancenorm.js";
import { layernorm } from "./entries/layernorm.js";
import { learnedScale } from "./entries/learned_scale.js";
import { leakyRelu } from "./entries/leaky_relu.js";
import { linear } from "./entries/linear.js";
import { log } from "./entries/log.js";
import { logSoftmax } from "./entries/log_softmax.js";
import { lrn } from "./entries/lrn.js";
import { matmul } from "./entries/matmul.js";
import { maxpool } from "./entries/maxpool.js";
import { maxpoolIndices } from "./entries/maxpool_indices.js";
import { mish } from "./entries/mish.js";
import { mul } from "./entries/mul.js";
import { oneHot } from "./entries/one_hot.js";
import { pad } from "./entries/pad.js";
import { pixelShuffle } from "./entries/pixel_shuffle.js";
import { prelu } from "./entries/prelu.js";
import { reduceMax } from "./entries/reduce_max.js";
import { reduceMean } from "./entries/reduce_mean.js";
import { reduceSum } from "./entries/reduce_sum.js";
import { relu } from "./entries/relu.js";
import { relu6 } from "./entries/relu6.js";
import { reshape } from "./entries/reshape.js";
import { resize } from "./entries/resize.js";
import { scale } from "./entries/scale.js";
import { sigmoid } from "./entries/sigmoid.js";
import { silu } from "./entries/silu.js";
import { slice } from "./entries/slice.js";
import { softmax } from "./entries/softmax.js";
import { spaceToDepth } from "./entries/space_to_depth.js";
import { split } from "./entries/split.js";
import { sqrt } from "./entries/sqrt.js";
import { sub } from "./entries/sub.js";
import { tanh } from "./entries/tanh.js";
import { transpose } from "./entries/transpose.js";
import { unpool } from "./entries/unpool.js";
import { upconv } from "./entries/upconv.js";
import type { Operator } from "./operator.js";
import { unpoolByMask } from "./rewritten/unpool_by_mask.js";

export const operators: readonly Operator[] = [
  conv, upconv,
  maxpool, maxpoolIndices, avgpool, globalAvgpool, globalMaxpool, adaptiveAvgpool,
  resize, bedOfNails, unpool, pixelShuffle, spaceToDepth, crop, pad,
  add, sub, mul, div, scale, learnedScale, constantTensor, exp, log, sqrt, abs, reduceMean, reduceSum, reduceMax,
  batchnorm, groupnorm, instancenorm, layernorm, lrn, dropout,
  relu, relu6, leakyRelu, prelu, elu, gelu, silu, mish, hardswish, sigmoid, hardsigmoid, tanh, softmax, logSoftmax,
  concat, split, slice, reshape, flatten, transpose,
  matmul, linear,
  crossEntropy, oneHot,
];

/** What only passes write: no names of the language. */
const rewritten: readonly Operator[] = [unpoolByMask];

/** Those of the language. */
export const operatorNamed: ReadonlyMap<string, Operator> = new Map(operators.map((entry) => [entry.name, entry]));

const all: ReadonlyMap<string, Operator> = new Map([...operators, ...rewritten].map((entry) => [entry.name, entry]));

/** The entry of a node, whether the author wrote it or a pass. */
export const operatorOf = ({ operator }: { readonly operator: string }): Operator => all.get(operator)!;
