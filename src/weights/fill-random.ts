import { counterStep, hashKey } from "./hash.js";
import { normalTable, positionBits } from "./normal-table.js";

// The finaliser of hash.ts is written out in both loops, and the step is a local that is seen to be a signed 32-bit
// integer: otherwise the counter becomes floating point, and the loops run at half the speed.

/** `target[i] = u * bound`, where u = k / 2^23 - 1 with the 24 high bits k of the hash: in [-1, 1), exact in float32. */
export function fillUniform(target: Float32Array, bound: number, name: string, seed: number, offset: number): void {
  const key = hashKey(name, seed) | 0;
  const length = target.length;
  // (k / 2^23 - 1) * bound to the bit, since scaling by a power of two rounds nothing.
  const unit = bound / 0x800000;
  const step = counterStep | 0;
  let counter = Math.imul(offset, step);
  for (let i = 0; i < length; i++) {
    let h = key ^ counter;
    counter = (counter + step) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    target[i] = (((h ^ (h >>> 16)) >>> 8) - 0x800000) * unit;
  }
}

/** `target[i] = z * std`; the 12 high bits of the hash choose a line of the normal table, the others the place on it. */
export function fillNormal(target: Float32Array, std: number, name: string, seed: number, offset: number): void {
  const key = hashKey(name, seed) | 0;
  const table = normalTable();
  const length = target.length;
  const positionMask = 2 ** positionBits - 1;
  const step = counterStep | 0;
  let counter = Math.imul(offset, step);
  for (let i = 0; i < length; i++) {
    let h = key ^ counter;
    counter = (counter + step) | 0;
    h = Math.imul(h ^ (h >>> 16), 0x85ebca6b);
    h = Math.imul(h ^ (h >>> 13), 0xc2b2ae35);
    h ^= h >>> 16;
    const line = (h >>> positionBits) << 1;
    target[i] = (table[line]! + table[line + 1]! * (h & positionMask)) * std;
  }
}
