/** Sizes are scaled exactly, so a factor is a fraction. */
export type Fraction = readonly [numerator: number, denominator: number];

const largestDenominator = 65_536;

/**
 * The simplest fraction that is written as this number: 0.25 is 1/4, 2.3 is 23/10, 2/3 is 2/3. Undefined when the factor is not
 * positive or no denominator up to 65536 gives it. The convergents of the continued fraction are the best approximations, so
 * a fraction with a small denominator is among them.
 */
export function fraction(factor: number): Fraction | undefined {
  if (!(factor > 0) || !Number.isFinite(factor)) return undefined;
  let [p, q, previousP, previousQ] = [Math.floor(factor), 1, 1, 0];
  for (let rest = factor; p / q !== factor; ) {
    rest = 1 / (rest - Math.floor(rest));
    const next = Math.floor(rest);
    [p, previousP] = [next * p + previousP, p];
    [q, previousQ] = [next * q + previousQ, q];
    if (!(q <= largestDenominator)) return undefined;
  }
  return Number.isSafeInteger(p) && p > 0 ? [p, q] : undefined;
}

/**
 * The least float32 that is not below the fraction. A runtime works out floor(size * factor) in float32: with a factor rounded
 * down, 10 * 2.3 may come out as 22.
 */
export function float32NotBelow([p, q]: Fraction): number {
  const nearest = Math.fround(p / q);
  if (nearest * q >= p) return nearest; // exact in float64: 24 and 17 bits
  const bits = new Int32Array(new Float32Array([nearest]).buffer);
  bits[0]! += 1;
  return new Float32Array(bits.buffer)[0]!;
}
