/** First values of weights, as PyTorch 2 and the papers have them. */
import { expect, test } from "vitest";
import { parametersOf } from "../../src/network/network.js";
import { compileSpec } from "./run-spec.js";

const initialOf = (step: string) => {
  const { network } = compileSpec(`model M {\n  input image: [N, 16, H, W]\n  head y = image -> ${step}\n}\n`);
  return Object.fromEntries(parametersOf(network).map(({ field, initial }) => [field, initial]));
};
const zero = { kind: "constant", value: 0 };
const uniform = (fan: number) => ({ kind: "uniform", bound: Math.sqrt(1 / fan) });
const normal = (std: number) => ({ kind: "normal", std });

// Bounds as `torch.nn.Conv2d(16, 8, 3, groups=4)`, `ConvTranspose2d(16, 8, 4, 2)` and `Linear(16, 8)` draw from.
test.each([
  ["conv(8, 3, groups: 4, init: pytorch)", { weight: uniform(4 * 9), bias: uniform(4 * 9) }],
  ["upconv(8, 4, stride: 2, init: pytorch)", { weight: uniform(8 * 16), bias: uniform(8 * 16) }],
  ["upconv(8, 4, stride: 2, groups: 4, init: pytorch)", { weight: uniform(2 * 16), bias: uniform(2 * 16) }],
  ["transpose([0, 2, 3, 1]) -> linear(8, init: pytorch)", { weight: uniform(16), bias: uniform(16) }],
  ["conv(8, 3)", { weight: normal(Math.sqrt(2 / (16 * 9))), bias: zero }],
  ["conv(8, 3, init: he_out)", { weight: normal(Math.sqrt(2 / (8 * 9))), bias: zero }],
  ["conv(8, 3, init: xavier, bias: false)", { weight: normal(Math.sqrt(2 / (24 * 9))) }],
  // U-Net, section 3: N is the number of incoming nodes, here 16 channels with 4 of 16 taps.
  ["upconv(8, 4, stride: 2)", { weight: normal(Math.sqrt(2 / (16 * 4))), bias: zero }],
  ["upconv(16, 4, stride: 2, init: bilinear)", { weight: { kind: "bilinear" } }],
  ["upconv(16, 4, stride: 2, init: bilinear, bias: true)", { weight: { kind: "bilinear" }, bias: zero }],
])("%s", (step, initial) => expect(initialOf(step)).toEqual(initial));
