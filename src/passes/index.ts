import type { Network } from "../network/network.js";
import { verify } from "../network/verify.js";
import { dropDeadCode } from "./drop-dead-code.js";
import { dropIdentity } from "./drop-identity.js";
import { foldBatchNorm } from "./fold-batchnorm.js";
import { foldConstants } from "./fold-constants.js";
import type { Pass } from "./pass.js";
import { unpoolByMask } from "./unpool-by-mask.js";

export { dropDeadCode } from "./drop-dead-code.js";
export { specialise } from "./specialise.js";
export { maskedPools } from "./unpool-by-mask.js";
export { withoutLoss } from "./without-loss.js";

/** In this order: */
export const pipeline = (options: { readonly foldBatchNorm: boolean }): readonly Pass[] => [
  dropDeadCode,
  foldConstants,
  // Before folding batch norms: a dropout between convolution and norm would hide the pair.
  dropIdentity,
  ...(options.foldBatchNorm ? [foldBatchNorm] : []),
  unpoolByMask,
  // Last: folding and dropping leave constants that nothing reads.
  dropDeadCode,
];

export const runPasses = (network: Network, list: readonly Pass[]): Network =>
  list.reduce((current, pass) => verify(pass.run(current), pass.name), network);
