const single = new Float32Array(1);
const bits = new Uint32Array(single.buffer);

/** The bits of the IEEE half nearest to `value` (first rounded to single), ties to even; too large becomes infinity. */
export function halfBits(value: number): number {
  single[0] = value;
  const word = bits[0]!;
  const sign = (word >>> 16) & 0x8000;
  const magnitude = word & 0x7fffffff;
  if (magnitude > 0x7f800000) return sign | 0x7e00; // NaN
  if (magnitude >= 0x47800000) return sign | 0x7c00; // at least 65536
  if (magnitude < 0x38800000) {
    // Below 2^-14 the spacing of halves is fixed at 2^-24, so rounding is that of an integer.
    const scaled = Math.abs(single[0]!) * 0x1000000;
    const floor = Math.floor(scaled);
    const rest = scaled - floor;
    return sign | (floor + (rest > 0.5 || (rest === 0.5 && floor % 2 === 1) ? 1 : 0));
  }
  const rebased = magnitude - 0x38000000;
  return sign | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
}
