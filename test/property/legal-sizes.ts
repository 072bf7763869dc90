/** The sizes of the input that a random spec has left, as plain lists; a step that would leave too few is not taken. */
import type { Demand, Step } from "./parts.js";

/** Sizes up to here are tried. */
export const largestTried = 200;

export class LegalSizes {
  readonly demands: Demand[] = [];
  /** What `where` accepts. */
  claimed: readonly [(n: number) => boolean, (n: number) => boolean] = [() => true, () => true];
  private stated = false;
  private bounded = false;
  /** What is left of 1 .. largestTried on each side. */
  private left: [boolean[], boolean[]];

  /** `square`: height and width are one symbol. */
  constructor(private readonly square: boolean) {
    const all = (): boolean[] => Array.from({ length: largestTried + 1 }, (_, n) => n > 0);
    this.left = [all(), all()];
  }

  /** `where`: from `low` on, the sizes that leave `rest` when divided by `by`. */
  claim(by: number, rest: number, low: number): void {
    this.stated = true;
    this.bounded = low > 0;
    const claim = (n: number): boolean => n >= low && n % by === rest;
    this.claimed = [claim, claim];
    for (const side of [0, 1] as const) this.left[side] = this.left[side].map((ok, n) => ok && claim(n));
  }

  /** Takes the demands over, unless too few sizes would be left. */
  accept(demands: readonly Demand[]): boolean {
    const left: [boolean[], boolean[]] = [[...this.left[0]], [...this.left[1]]];
    for (const { side, strictness, holds } of demands) {
      if (strictness !== "runs") continue;
      for (const at of this.square ? ([0, 1] as const) : [side])
        for (let n = 1; n <= largestTried; n++) if (left[at][n] && !holds(n)) left[at][n] = false;
    }
    for (const side of [0, 1] as const) {
      if (left[side].filter(Boolean).length < 4 || !left[side].slice(-60).some(Boolean)) return false;
      // Under `where`, only sizes that are too small may go.
      if (!this.stated) continue;
      const claim = this.claimed[side];
      const least = left[side].indexOf(true);
      for (let n = this.bounded ? 1 : least; n <= largestTried; n++) if (claim(n) && !left[side][n]) return false;
    }
    this.left = left;
    this.demands.push(...demands);
    return true;
  }
}

/** Maps stay small where they are run, and do not vanish at once. */
export function fits(step: Pick<Step, "channels" | "sizes">): boolean {
  if (step.channels > 24) return false;
  return step.sizes.every((size) => {
    const [at40, at200] = [size(40), size(200)];
    return at40 <= 90 && at200 >= 1;
  });
}
