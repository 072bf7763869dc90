/** Bounds of a tensor's values in inference, carried from operator to operator by interval arithmetic. */

export interface Range {
  /** -Infinity where nothing is known. */
  readonly low: number;
  readonly high: number;
}

export const anything: Range = { low: -Infinity, high: Infinity };
/** Probabilities, gates, masks. */
export const unit: Range = { low: 0, high: 1 };
export const exactly = (value: number): Range => ({ low: value, high: value });

/** What all of these lie in. */
export const hull = (ranges: readonly Range[]): Range => ({
  low: Math.min(...ranges.map(({ low }) => low)),
  high: Math.max(...ranges.map(({ high }) => high)),
});

/** From the corners of an interval; a corner without a value (0 times infinity) tells nothing. */
const fromCorners = (corners: readonly number[]): Range =>
  corners.some(Number.isNaN) ? anything : { low: Math.min(...corners), high: Math.max(...corners) };

/** Of a function that only rises or only falls. */
export const throughMonotone = (f: (x: number) => number, { low, high }: Range): Range => fromCorners([f(low), f(high)]);

export const sum = (x: Range, y: Range): Range => ({ low: x.low + y.low, high: x.high + y.high });
/** Of one or more of them, nobody knows how many. */
export const sumOfMany = ({ low, high }: Range): Range => ({ low: low >= 0 ? low : -Infinity, high: high <= 0 ? high : Infinity });
export const difference = (x: Range, y: Range): Range => ({ low: x.low - y.high, high: x.high - y.low });
export const product = (x: Range, y: Range): Range => fromCorners([x.low * y.low, x.low * y.high, x.high * y.low, x.high * y.high]);
export const quotient = (x: Range, y: Range): Range =>
  y.low > 0 || y.high < 0 ? fromCorners([x.low / y.low, x.low / y.high, x.high / y.low, x.high / y.high]) : anything;
