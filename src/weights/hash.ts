/**
 * Random bits by counting: the bits at an index depend on (name, seed, index) alone, so that any part of a tensor can
 * be made on its own, in any order, and the same on every machine. All arithmetic is on 32 bits and wraps around.
 */

/** The second half of murmur3: every bit of the input moves every bit of the output. A bijection that keeps 0. */
export function finalise(bits: number): number {
  let h = bits;
  h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
  h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
  return h ^ (h >>> 16);
}

/** Added to the counter for each index; odd, so the counter takes every value before it repeats. */
export const counterStep = 0x9e3779b1 | 0;

/** FNV-1a over the UTF-8 bytes of the name, then the seed mixed in. Seed 0 leaves the name's own hash. */
export function hashKey(name: string, seed: number): number {
  let h = 0x811c9dc5;
  for (const byte of new TextEncoder().encode(name)) h = Math.imul(h ^ byte, 0x01000193);
  return (h ^ finalise(seed)) >>> 0;
}

/** 32 random bits for a flat index, unsigned. */
export const hashAt = (key: number, index: number): number => finalise(key ^ Math.imul(index, counterStep)) >>> 0;
