/**
 * The normal distribution as straight lines, so that its numbers have the same bits everywhere.
 *
 * `Math.log`, `cos` and `exp` may differ in the last bit between engines and processors; + - * / and square root may not.
 * So the inverse of the cumulative distribution is joined by straight lines between 4096 equally likely steps, whose ends
 * are found with those five operations only. A drawn number is one table line: `start + slope * position`.
 *
 *      z |            .'     The last line on either side replaces the endless tail beyond 3.49 by one that ends at about
 *        |        _.-'       4.00 and has the tail's own second moment; then all lines are scaled alike, so that the
 *        |  _.--'            variance is 1 up to rounding. No value lies further out than that.
 *      0 +--------------p
 */
export const segmentBits = 12;
const segments = 2 ** segmentBits;
/** The hash bits that are left for the position inside a segment. */
export const positionBits = 32 - segmentBits;

/** e^x for x <= 0. */
function exponential(x: number): number {
  // e^(x / 1024) by its series, then squared ten times.
  const small = x / 1024;
  let term = 1;
  let sum = 1;
  for (let n = 1; n < 12; n++) {
    term = (term * small) / n;
    sum += term;
  }
  for (let n = 0; n < 10; n++) sum *= sum;
  return sum;
}

const pi = 3.141592653589793;
const density = (z: number): number => exponential((-z * z) / 2) / Math.sqrt(2 * pi);

/** P(0 < Z < z) = density(z) * (z + z^3/3 + z^5/(3*5) + ...): all terms have one sign, so nothing cancels. */
function areaFromZero(z: number): number {
  let term = z;
  let sum = z;
  for (let n = 3; term > sum * 1e-17; n += 2) {
    term = (term * z * z) / n;
    sum += term;
  }
  return sum * density(z);
}

/** The z with P(0 < Z < z) = area, by Newton's method from a neighbour below. */
function quantile(area: number, from: number): number {
  let z = from;
  for (let step = 0; step < 8; step++) z -= (areaFromZero(z) - area) / density(z);
  return z;
}

/** Mean of z^2 along a line from a to b. */
const meanSquare = (a: number, b: number): number => (a * a + a * b + b * b) / 3;

function knots(): readonly number[] {
  const half = segments / 2;
  const upper = [0];
  for (let i = 1; i < half; i++) upper.push(quantile(i / segments, upper[i - 1]!));

  const tail = upper[half - 1]!;
  const tailSquare = segments * (tail * density(tail) + (0.5 - areaFromZero(tail)));
  upper.push((-tail + Math.sqrt(tail * tail - 4 * (tail * tail - 3 * tailSquare))) / 2);

  let square = 0;
  for (let i = 0; i < half; i++) square += meanSquare(upper[i]!, upper[i + 1]!);
  const scale = 1 / Math.sqrt(square / half);
  const scaled = upper.map((z) => z * scale);
  return [...scaled.slice(1).reverse().map((z) => -z), ...scaled];
}

let table: Float64Array | undefined;

/**
 * Two numbers for each segment: the value at position 1/2 (not 0, so that the two sides mirror each other exactly), and
 * what one position adds. Made at the first use, in a few milliseconds.
 */
export function normalTable(): Float64Array {
  if (table === undefined) {
    const ends = knots();
    table = new Float64Array(2 * segments);
    for (let i = 0; i < segments; i++) {
      const slope = (ends[i + 1]! - ends[i]!) / 2 ** positionBits;
      table[2 * i] = ends[i]! + slope / 2;
      table[2 * i + 1] = slope;
    }
  }
  return table;
}
