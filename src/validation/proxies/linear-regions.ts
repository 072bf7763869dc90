import type { Value } from "../../runtime/session.js";
import { type Proxy, fixedBatch, withBatch } from "./proxy.js";
import { noUnits, rectifiedOf, visitRectified } from "./rectified.js";

const points = 16;

/**
 * Linear regions along the line between two images of noise (Hanin and Rolnick 2019, "Complexity of Linear Regions in Deep Networks": their average along a
 * line grows with the number of units). A network of ReLUs is affine between the places where a unit switches, so the regions are 1 + switches. The line is
 * looked at in 16 points, and a unit that switches twice between two of them is missed: it is a lower bound.
 */
export const linearRegions: Proxy = {
  name: "linear_regions",
  title: "linear regions",
  page: `Linear regions (Hanin and Rolnick 2019): on the line between two images of noise, a network of ReLUs is affine between the places where some unit switches. Their number is
1 + all switches that ${points} points of the line show, a lower bound. More regions are a finer function; most networks have about as many as they have units.`,
  async score(subject, sizes, seed) {
    const units = rectifiedOf(subject);
    if (units.length === 0) return noUnits;
    const [two, many] = [withBatch(subject, sizes, 2), withBatch(subject, sizes, points)];
    if (two === undefined || many === undefined) return fixedBatch;
    let regions = 1;
    const line = alongLine(subject.feeds(two, seed)[subject.imageName]!);
    await visitRectified(subject, units, { ...subject.feeds(many, seed), [subject.imageName]: line }, seed, many, (data) => (regions += switches(data)));
    return regions;
  },
};

/** Points from the first image of a batch to the second. */
function alongLine({ shape: [, ...rest], data }: Value): Value {
  const ends = data as Float32Array;
  const count = ends.length / 2;
  const line = new Float32Array(points * count);
  for (let n = 0; n < points; n++) {
    const share = n / (points - 1);
    for (let i = 0; i < count; i++) line[n * count + i] = (1 - share) * ends[i]! + share * ends[count + i]!;
  }
  return { type: "float32", shape: [points, ...rest], data: line };
}

/** Units of a tensor that are on in one point and off in the next, counted over the line. */
function switches(data: Float32Array): number {
  const count = data.length / points;
  let found = 0;
  for (let i = 0; i + count < data.length; i++) if (data[i]! > 0 !== data[i + count]! > 0) found++;
  return found;
}
