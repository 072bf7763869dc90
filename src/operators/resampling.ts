import { type Dim, constantValue, rate } from "../tensor/index.js";
import { type Reach, type Step, everything } from "./reach.js";

/** Source pixels read to the left of floor(coordinate), and to its right. */
const taps = { nearest: [0, 0], bilinear: [0, 1], bicubic: [1, 2] } as const;

export type Interpolation = keyof typeof taps;

/** Source pixels for each output pixel, as a fraction. */
export type Ratio = readonly [numerator: number, denominator: number];

/** The reach of an interpolation. Half pixel: (j + 1/2) * n/d - 1/2 = (2n*j + n - d) / 2d. */
export function resampling([numerator, denominator]: Ratio, mode: Interpolation, step: Step): Reach {
  return mode === "nearest" || step === "corners"
    ? { kind: "resample", numerator, offset: 0, denominator, taps: taps[mode], step }
    : { kind: "resample", numerator: 2 * numerator, offset: numerator - denominator, denominator: 2 * denominator, taps: taps[mode], step };
}

/**
 * The ratio of two sizes in the long run: ceil(H/8) against H is 1/8. It is exact where the sizes divide, and within one source
 * pixel elsewhere. Undefined where one size grows and the other does not.
 */
export function ratioOf(from: Dim, to: Dim, alignCorners = false): Ratio | undefined {
  const both = [constantValue(from), constantValue(to)] as const;
  if (both[0] !== undefined && both[1] !== undefined) return alignCorners && both[1] > 1 ? [both[0] - 1, both[1] - 1] : [both[0], both[1]];
  const [source, result] = [rate(from), rate(to)];
  if (!source || !result || source.numerator === 0 || result.numerator === 0) return undefined;
  return [source.numerator * result.denominator, source.denominator * result.numerator];
}

export const resamplingTo = (from: Dim, to: Dim, mode: Interpolation, alignCorners: boolean): Reach => {
  const ratio = ratioOf(from, to, alignCorners);
  return ratio ? resampling(ratio, mode, alignCorners ? "corners" : "sizes") : everything;
};
