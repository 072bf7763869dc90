/** What `expect` may state, by name. */
import type { Facts } from "../network/elaborate/context.js";
import type { Network } from "../network/network.js";
import { legalSizes } from "./alignment.js";
import type { Analysis } from "./analyse.js";
import { type Geometry, fieldSize, strideOf } from "./geometry.js";

/** The largest stride of any map, in input pixels: 32 for a VGG, 8 for a dilated ResNet. */
export function outputStride(geometry: Geometry): number | undefined {
  const strides = [...geometry.values()].map(([height]) => strideOf(height)).filter((stride) => stride !== undefined);
  return strides.length === 0 ? undefined : Math.max(...strides);
}

export function facts(network: Network, { counts, geometry, outputStride }: Analysis): Facts {
  const { total, trainable, buffers, convLayers } = counts;
  return {
    numbers: { parameters: total, trainable, buffers, conv_layers: convLayers, output_stride: outputStride },
    ofTensor: {
      receptive_field: (id) => fieldSize(geometry.get(id)?.[0] ?? "unknown"),
      stride: (id) => strideOf(geometry.get(id)?.[0] ?? "unknown"),
    },
    alignment: legalSizes(network, "lossless"),
  };
}
