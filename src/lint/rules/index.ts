/** The rules: one file each, and a line here. */
import type { NetworkRule, ProgramRule, UseRule } from "../rule.js";
import { biasBeforeNorm } from "./bias-before-norm.js";
import { checkerboard } from "./checkerboard.js";
import { cropOffCentre } from "./crop-off-centre.js";
import { degenerateRate } from "./degenerate-rate.js";
import { deprecatedName } from "./deprecated-name.js";
import { dilationHoles } from "./dilation-holes.js";
import { doubleResize } from "./double-resize.js";
import { evenKernelSame } from "./even-kernel-same.js";
import { gridding } from "./gridding.js";
import { headNotInputSize } from "./head-not-input-size.js";
import { leavesGpu } from "./leaves-gpu.js";
import { memory } from "./memory.js";
import { normOnOnePixel } from "./norm-on-one-pixel.js";
import { offGrid } from "./off-grid.js";
import { smallField } from "./small-field.js";
import { softmaxBeforeLoss } from "./softmax-before-loss.js";
import { unknownComment } from "./unknown-comment.js";
import { unusedBinding } from "./unused-binding.js";
import { unusedImport } from "./unused-import.js";
import { unusedLet } from "./unused-let.js";
import { unusedParameter } from "./unused-parameter.js";
import { unusedWeights } from "./unused-weights.js";

export const networkRules: readonly NetworkRule[] = [
  checkerboard, cropOffCentre, offGrid, dilationHoles, gridding, evenKernelSame, headNotInputSize, doubleResize, biasBeforeNorm, normOnOnePixel,
  softmaxBeforeLoss, unusedWeights,
];
export const useRules: readonly UseRule[] = [degenerateRate, smallField, leavesGpu, memory];
export const programRules: readonly ProgramRule[] = [unusedImport, unusedLet, unusedParameter, unusedBinding, deprecatedName, unknownComment];
