import { halfBits } from "../onnx/half.js";

/** What became of a weight's values in float16. */
export interface HalfLoss {
  readonly name: string;
  /** Beyond 65504: infinite now. */
  readonly overflowed: number;
  /** Not zero, and zero now (below 2^-25). */
  readonly vanished: number;
  /** Largest finite absolute value before. */
  readonly largest: number;
}

export const largestHalf = 65504;

/** Rounds to float16, keeping count of what is lost. One for each weight. */
export class HalfRounding {
  private overflowed = 0;
  private vanished = 0;
  private largest = 0;

  round(values: Float32Array, target: Uint16Array): void {
    const words = new Uint32Array(values.buffer, values.byteOffset, values.length);
    let largest = 0;
    for (let i = 0; i < values.length; i++) {
      const word = words[i]!;
      const size = word & 0x7fffffff; // ordered as the absolute values are
      if (size > largest && size < 0x7f800000) largest = size;
      // Nearly all weights lie between 2^-14 and 2^15: rounded here, to even, as `halfBits` does.
      if (size >= 0x38800000 && size < 0x47000000) {
        const rebased = size - 0x38000000;
        target[i] = ((word >>> 16) & 0x8000) | ((rebased + 0xfff + ((rebased >>> 13) & 1)) >>> 13);
        continue;
      }
      const value = values[i]!;
      const bits = halfBits(value);
      target[i] = bits;
      const rest = bits & 0x7fff;
      if (rest === 0) this.vanished += value === 0 ? 0 : 1;
      else if (rest === 0x7c00 && size < 0x7f800000) this.overflowed++;
    }
    this.largest = Math.max(this.largest, new Float32Array(Uint32Array.of(largest).buffer)[0]!);
  }

  loss(name: string): HalfLoss {
    return { name, overflowed: this.overflowed, vanished: this.vanished, largest: this.largest };
  }
}
