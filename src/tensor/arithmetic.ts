/** The longest period that a size is followed over. Strides that multiply to more are not met in networks. */
export const maxPeriod = 65_536;

/** A number left the integers that a double holds exactly, or a period or grid grew past its bound. Callers report it. */
export class DimLimit extends Error {
  override readonly name = "DimLimit";
}

/** The number itself when it is exact; `DimLimit` past 2^53 - 1. (Adding 0 turns -0 into 0.) */
export function safe(value: number): number {
  if (!(value <= Number.MAX_SAFE_INTEGER && value >= -Number.MAX_SAFE_INTEGER)) {
    throw new DimLimit("a size is larger than 2^53 and cannot be held exactly");
  }
  return value + 0;
}

/** The period itself; `DimLimit` past `maxPeriod`. */
export function safePeriod(period: number): number {
  if (period > maxPeriod) throw new DimLimit(`a size repeats only every ${period} pixels; segc follows periods up to ${maxPeriod}`);
  return period;
}

/** The remainder in 0 .. k-1, for k > 0. */
export function mod(a: number, k: number): number {
  const rest = a % k;
  return rest < 0 ? rest + k : rest + 0;
}

/** The quotient rounded down, exact for every safe integer (`Math.floor(a / k)` is not), for k > 0. */
export function floorQuotient(a: number, k: number): number {
  const rest = a % k;
  const quotient = (a - rest) / k + 0;
  return rest < 0 ? quotient - 1 : quotient;
}

/** The quotient rounded up, for k > 0. */
export function ceilQuotient(a: number, k: number): number {
  return -floorQuotient(-a, k) + 0;
}

/** The greatest common divisor, never negative; gcd(0, n) = |n|. */
export function gcd(a: number, b: number): number {
  let x = Math.abs(a);
  let y = Math.abs(b);
  while (y !== 0) [x, y] = [y, x % y];
  return x;
}

/** The least common multiple of two positive integers. */
export function lcm(a: number, b: number): number {
  return a === b ? a : safe((a / gcd(a, b)) * b);
}

/** The distinct primes that divide n >= 1, ascending. */
export function primesOf(n: number): number[] {
  const primes: number[] = [];
  let rest = n;
  for (let p = 2; p * p <= rest; p++) {
    if (rest % p !== 0) continue;
    primes.push(p);
    while (rest % p === 0) rest /= p;
  }
  if (rest > 1) primes.push(rest);
  return primes;
}
