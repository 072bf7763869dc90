/**
 * fast-check with seeds of its own, so that a verdict is the same each time; SEGC_SEED=n tries other cases, and a failure
 * prints its seed and path. SEGC_LONG=1 tries many times as many.
 */
import fc from "fast-check";

const first = Number(process.env["SEGC_SEED"] ?? 1);
const long = Boolean(process.env["SEGC_LONG"]);

fc.configureGlobal({ seed: first });

export default fc;
export type { Arbitrary } from "fast-check";

/** One seed for each round of a property: a round is a test of its own, so that none blocks its process for long. */
export const seeds: readonly number[] = Array.from({ length: long ? 20 : 1 }, (_, round) => first + round);

/** Five times as many cases, for properties that are quick. */
export const runs = (ordinary: number): number => (long ? 5 * ordinary : ordinary);
