/** The initialisations that a spec can name, worked out to a distribution. */
import type { Initial } from "../tensor/index.js";

export const initialisations = [
  "he", "he_out", "he_uniform", "pytorch", "xavier", "xavier_uniform", "normal", "zeros", "ones", "bilinear", "identity",
] as const;

export type Initialisation = (typeof initialisations)[number];

/**
 * `he`: normal, variance 2 / fan in (He et al. 2015). `he_out`: with fan out, as torchvision's ResNet.
 * `pytorch`: uniform with bound 1 / sqrt(fan in), PyTorch's default of convolutions (Kaiming uniform, a = sqrt 5).
 * `xavier`: variance 2 / (fan in + fan out) (Glorot and Bengio 2010). `normal`: standard deviation `std`.
 */
export function initial(kind: Initialisation, fanIn: number, fanOut: number, std: number): Initial {
  switch (kind) {
    case "he": return { kind: "normal", std: Math.sqrt(2 / fanIn) };
    case "he_out": return { kind: "normal", std: Math.sqrt(2 / fanOut) };
    case "he_uniform": return { kind: "uniform", bound: Math.sqrt(6 / fanIn) };
    case "pytorch": return { kind: "uniform", bound: Math.sqrt(1 / fanIn) };
    case "xavier": return { kind: "normal", std: Math.sqrt(2 / (fanIn + fanOut)) };
    case "xavier_uniform": return { kind: "uniform", bound: Math.sqrt(6 / (fanIn + fanOut)) };
    case "normal": return { kind: "normal", std };
    case "zeros": return { kind: "constant", value: 0 };
    case "ones": return { kind: "constant", value: 1 };
    case "bilinear": return { kind: "bilinear" };
    case "identity": return { kind: "identity" };
  }
}
