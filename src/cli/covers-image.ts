import type { Seen } from "../analyses/geometry.js";

/**
 * Whether an output shows the whole image: its elements, each as large as the stride, reach from edge to edge.
 * A U-Net without padding gives a part from the middle instead, which must not be stretched over the image.
 */
export function coversImage(seen: readonly [Seen, Seen] | undefined, output: readonly [number, number], input: readonly [number, number]): boolean {
  return ([0, 1] as const).every((axis) => {
    const at = seen?.[axis];
    // Where the geometry has no single answer, as after a resize by an odd factor: the same size is the same extent.
    if (at === undefined || typeof at === "string") return output[axis] === input[axis];
    const stride = at.stride.numerator / at.stride.denominator;
    const first = at.centre - stride / 2;
    const last = at.centre + (output[axis] - 1) * stride + stride / 2;
    // Padding and rounding shift maps by up to half an element; two pixels are nothing to see.
    const slack = 2 + stride / 2;
    return first <= -0.5 + slack && last >= input[axis] - 0.5 - slack;
  });
}
