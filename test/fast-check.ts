/** fast-check with a seed of its own, so that a verdict is the same each time. SEGC_SEED=n tries other cases; a failure prints its seed and path. */
import fc from "fast-check";

fc.configureGlobal({ seed: Number(process.env["SEGC_SEED"] ?? 1) });

export default fc;
export type { Arbitrary } from "fast-check";
