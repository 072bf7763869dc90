/** An `ends` of Slice that takes the rest of the axis, whatever its size. */
export const toTheEnd = Number.MAX_SAFE_INTEGER;
