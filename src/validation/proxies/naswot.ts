import { type Proxy, fixedBatch, withBatch } from "./proxy.js";
import { noUnits, rectifiedOf, visitRectified } from "./rectified.js";

const images = 8;

/**
 * log |det K| of the kernel K[i][j] = units that images i and j switch alike (Mellor, Turner, Storkey, Crowley 2021, "Neural Architecture Search without
 * Training", equations 1 and 2). Minus infinity where two images switch all units alike.
 */
export const naswot: Proxy = {
  name: "naswot",
  title: "NASWOT",
  page: `NASWOT (Mellor, Turner, Storkey, Crowley 2021, section 3): ${images} images of noise, one bit for each unit that is positive behind a ReLU (or its relatives); K[i][j] counts the
bits on which images i and j agree, and the score is log |det K|. Higher means that the images are told apart better before training.`,
  async score(subject, sizes, seed) {
    const units = rectifiedOf(subject);
    if (units.length === 0) return noUnits;
    const batch = withBatch(subject, sizes, images);
    if (batch === undefined) return fixedBatch;
    const kernel = Array.from({ length: images }, () => new Float64Array(images));
    await visitRectified(subject, units, subject.feeds(batch, seed), seed, batch, (data) => addAgreements(kernel, data));
    const score = logDeterminant(kernel);
    return Number.isFinite(score) ? score : "some images switch all units alike, so it is minus infinity";
  },
};

/** Adds to kernel[i][j] the units of a tensor that images i and j switch alike. */
export function addAgreements(kernel: readonly Float64Array[], data: Float32Array): void {
  const count = data.length / kernel.length;
  for (let i = 0; i < kernel.length; i++)
    for (let j = i; j < kernel.length; j++) {
      let same = 0;
      for (let k = 0, a = i * count, b = j * count; k < count; k++, a++, b++) if (data[a]! > 0 === data[b]! > 0) same++;
      kernel[i]![j]! += same;
      if (i !== j) kernel[j]![i]! += same;
    }
}

/** log |det|, by elimination with pivots. */
export function logDeterminant(matrix: readonly Float64Array[]): number {
  const rows = matrix.map((row) => Float64Array.from(row));
  let sum = 0;
  for (let i = 0; i < rows.length; i++) {
    const pivot = rows.slice(i).reduce((best, row, at) => (Math.abs(row[i]!) > Math.abs(rows[best]![i]!) ? i + at : best), i);
    [rows[i], rows[pivot]] = [rows[pivot]!, rows[i]!];
    const head = rows[i]![i]!;
    if (head === 0) return -Infinity;
    sum += Math.log(Math.abs(head));
    for (let r = i + 1; r < rows.length; r++) {
      const factor = rows[r]![i]! / head;
      for (let c = i; c < rows.length; c++) rows[r]![c]! -= factor * rows[i]![c]!;
    }
  }
  return sum;
}
