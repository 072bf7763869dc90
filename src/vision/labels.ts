import type { LabelMap } from "./image.js";

/**
 * The class with the highest value at each pixel of an output [N, classes, H, W]; one label map for each of N. Of equal
 * values the first class wins; a NaN never does. With one class, that class (1) is where the value exceeds `threshold`:
 * 0 for logits, 0.5 for probabilities.
 */
export function labelsOf(output: Float32Array, shape: readonly number[], threshold = 0): readonly LabelMap[] {
  const [batch, classes, height, width] = shape;
  if (shape.length !== 4 || batch === undefined || classes === undefined || height === undefined || width === undefined) {
    throw new RangeError(`labels come from a tensor [N, classes, H, W], not from one of shape [${shape.join(", ")}]`);
  }
  if (classes < 1 || classes > 256) throw new RangeError(`a label map holds up to 256 classes, not ${classes}`);
  const size = classes * height * width;
  if (output.length !== batch * size) throw new RangeError(`shape [${shape.join(", ")}] and ${output.length} values differ`);
  return Array.from({ length: batch }, (_, index) => {
    const values = output.subarray(index * size, (index + 1) * size);
    return { width, height, data: classes === 1 ? above(values, threshold) : highest(values, classes) };
  });
}

const above = (values: Float32Array, threshold: number): Uint8Array =>
  Uint8Array.from(values, (value) => (value > threshold ? 1 : 0));

/** Plane by plane: the memory is read in order. */
function highest(values: Float32Array, classes: number): Uint8Array {
  const area = values.length / classes;
  const labels = new Uint8Array(area);
  const best = new Float32Array(area).fill(-Infinity);
  for (let c = 0; c < classes; c++) {
    const plane = values.subarray(c * area, (c + 1) * area);
    for (let i = 0; i < area; i++) {
      if (plane[i]! > best[i]!) {
        best[i] = plane[i]!;
        labels[i] = c;
      }
    }
  }
  return labels;
}

/** How many pixels have each label, 0 to 255. */
export function classHistogram(labels: LabelMap): Uint32Array {
  const counts = new Uint32Array(256);
  for (const label of labels.data) counts[label]!++;
  return counts;
}
