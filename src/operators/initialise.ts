/** The weights of convolutions and fully connected layers: what a spec can say about them, and their first values as distributions. */
import type { Initial } from "../tensor/index.js";
import type { OwnedTensor } from "./operator.js";

export const initialisations = [
  "he", "he_out", "he_uniform", "pytorch", "xavier", "xavier_uniform", "normal", "zeros", "ones", "bilinear", "identity",
] as const;

export type Initialisation = (typeof initialisations)[number];

/** The last parameters of every layer with a weight. */
export const initialParameters = {
  init: { kind: "choice", members: initialisations, default: "he", doc: "initial weights" },
  std: { kind: "float", min: 0, default: 0.01, doc: "standard deviation for `init: normal`" },
  frozen: { kind: "bool", default: false, doc: "training leaves the weights alone" },
} as const;

/** How many terms an output is the sum of, and how many outputs an input goes into. */
export interface Fan {
  readonly in: number;
  readonly out: number;
}

interface Layer {
  readonly init: Initialisation;
  readonly std: number;
  readonly frozen: boolean;
  readonly channels: number;
  readonly bias: boolean;
}

/** A weight of this shape and, unless the layer has none, a bias for each of its channels. */
export function weightAndBias(a: Layer, shape: readonly number[], fan: Fan): readonly OwnedTensor[] {
  const weight = { name: "weight", shape, initial: initial(a, shape, fan), trainable: !a.frozen };
  // PyTorch's default also draws the bias, from the same bound.
  const first: Initial = a.init === "pytorch" ? weight.initial : { kind: "constant", value: 0 };
  return a.bias ? [weight, { name: "bias", shape: [a.channels], initial: first, trainable: !a.frozen }] : [weight];
}

/**
 * `he`: normal, variance 2 / fan in (He et al. 2015). `he_out`: with fan out, as torchvision's ResNet.
 * `pytorch`: uniform with bound 1 / sqrt(fan in), PyTorch's default (Kaiming uniform, a = sqrt 5); its fan in is all axes of the
 * weight but the first, also for transposed convolutions, whose first axis holds the input channels.
 * `xavier`: variance 2 / (fan in + fan out) (Glorot and Bengio 2010). `normal`: standard deviation `std`.
 */
function initial({ init, std }: Layer, shape: readonly number[], fan: Fan): Initial {
  switch (init) {
    case "he": return { kind: "normal", std: Math.sqrt(2 / fan.in) };
    case "he_out": return { kind: "normal", std: Math.sqrt(2 / fan.out) };
    case "he_uniform": return { kind: "uniform", bound: Math.sqrt(6 / fan.in) };
    case "pytorch": return { kind: "uniform", bound: Math.sqrt(1 / shape.slice(1).reduce((a, b) => a * b, 1)) };
    case "xavier": return { kind: "normal", std: Math.sqrt(2 / (fan.in + fan.out)) };
    case "xavier_uniform": return { kind: "uniform", bound: Math.sqrt(6 / (fan.in + fan.out)) };
    case "normal": return { kind: "normal", std };
    case "zeros": return { kind: "constant", value: 0 };
    case "ones": return { kind: "constant", value: 1 };
    case "bilinear": return { kind: "bilinear" };
    case "identity": return { kind: "identity" };
  }
}
