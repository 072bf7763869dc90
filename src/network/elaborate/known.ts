import type { Known } from "../../bind/check-names.js";
import { builtins } from "./builtins.js";

/** Names that every spec may use besides operators. The facts are those of `Facts`. */
export const knownNames: Known = {
  functions: new Set(Object.keys(builtins)),
  facts: new Set(["parameters", "trainable", "buffers", "conv_layers", "output_stride", "receptive_field", "stride"]),
};
