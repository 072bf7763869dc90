import { floorQuotient, gcd } from "./arithmetic.js";
import { valueAt, type Quasi } from "./quasi.js";

/** Text and how tightly it holds together: a sum or a quotient needs parentheses inside a product. */
export interface Shown {
  readonly text: string;
  readonly kind: "atom" | "product" | "quotient" | "sum";
  /** The same as a list, to be joined with others. */
  readonly summands: readonly Summand[];
}

/** One summand, `coefficient * text`; an empty text is the constant. */
export interface Summand {
  readonly coefficient: number;
  readonly text: string;
}

/** The sum as people write it: no 0s, no 1s in front, a positive summand first where there is one. */
export function showSum(summands: readonly Summand[]): Shown {
  const parts = summands.filter(({ coefficient }) => coefficient !== 0);
  if (parts.length === 0) return { text: "0", kind: "atom", summands: [] };
  const lead = Math.max(0, parts.findIndex(({ coefficient }) => coefficient > 0));
  const ordered = [parts[lead]!, ...parts.slice(0, lead), ...parts.slice(lead + 1)];
  const text = ordered.map(({ coefficient, text: name }, i) => {
    const size = Math.abs(coefficient);
    const sign = i === 0 ? (coefficient < 0 ? "-" : "") : coefficient < 0 ? " - " : " + ";
    return sign + (name === "" ? String(size) : size === 1 ? name : `${size}*${name}`);
  }).join("");
  const [first, ...more] = ordered;
  const kind = more.length > 0 || first!.coefficient < 0 ? "sum" : first!.coefficient === 1 || first!.text === "" ? "atom" : "product";
  return { text, kind, summands: parts };
}

/** (numerator * x + offset) / denominator, reduced: `H - 184`, `H/8`, `(H - 124)/16`, `H/8 + 2`. */
export function showLine(name: string, numerator: number, denominator: number, offset: number): Shown {
  if (denominator === 1) return showSum([{ coefficient: numerator, text: name }, { coefficient: offset, text: "" }]);
  const whole = offset % denominator === 0;
  const inner = showSum([{ coefficient: numerator, text: name }, { coefficient: whole ? 0 : offset, text: "" }]);
  const text = `${inner.kind === "sum" ? `(${inner.text})` : inner.text}/${denominator}`;
  if (!whole || offset === 0) return { text, kind: "quotient", summands: [{ coefficient: 1, text }] };
  return showSum([{ coefficient: 1, text }, { coefficient: offset / denominator, text: "" }]);
}

/** line * x + jump * floor((rise * x + shift) / period) + rest, or with ceil. */
interface Staircase {
  readonly line: number;
  readonly jump: number;
  readonly rounding: "floor" | "ceil";
  readonly rise: number;
  readonly shift: number;
  readonly rest: number;
}

/** The size as one line and one rounded division where that is possible, otherwise as a sum of rounded divisions. */
export function showQuasi(f: Quasi): Shown {
  if (f.period === 1) return showLine(f.symbol, f.slope, 1, f.offsets[0]!);
  const steps = Array.from({ length: f.period }, (_, r) => valueAt(f, r + 1) - f.offsets[r]!);
  let best: Staircase | undefined;
  for (const [line, jump] of guesses(f, steps)) {
    for (const staircase of staircases(f, line, jump)) {
      if (best === undefined || simpler(staircase, best)) best = staircase;
    }
  }
  if (best === undefined) return sumOfJumps(f, steps);
  const { line, jump, rounding, rise, shift, rest } = best;
  const inside = showLine(f.symbol, rise, 1, shift);
  const rounded = `${rounding}(${inside.kind === "sum" ? `(${inside.text})` : inside.text}/${f.period})`;
  return showSum([{ coefficient: line, text: f.symbol }, { coefficient: jump, text: rounded }, { coefficient: rest, text: "" }]);
}

/** Lines and jumps to try: all in one staircase, or the common step as a line and the other step as the jump. */
function guesses(f: Quasi, steps: readonly number[]): [line: number, jump: number][] {
  const found: [number, number][] = [];
  if (f.slope !== 0) {
    const common = f.offsets.reduce((g, offset) => gcd(g, offset - f.offsets[0]!), Math.abs(f.slope));
    found.push([0, f.slope < 0 ? -common : common]);
  }
  const [a, b, ...more] = new Set(steps);
  if (a !== undefined && b !== undefined && more.length === 0) found.push([a, b - a], [b, a - b]);
  return found;
}

function* staircases(f: Quasi, line: number, jump: number): Generator<Staircase> {
  const { period } = f;
  const start = f.offsets[0]!;
  const rise = (f.slope - line * period) / jump;
  if (!Number.isInteger(rise) || rise <= 0) return;
  // floor((rise * r + shift) / period) is to be h(r) on one period, which bounds the shift from both sides.
  let low = -Infinity;
  let high = Infinity;
  for (let r = 0; r < period; r++) {
    const h = (f.offsets[r]! - line * r - start) / jump;
    if (!Number.isInteger(h)) return;
    low = Math.max(low, h * period - rise * r);
    high = Math.min(high, h * period - rise * r + period - 1);
  }
  if (low > high) return;
  for (const rounding of ["floor", "ceil"] as const) {
    const shift = rounding === "floor" ? low : low - period + 1;
    // Moving `period` out of the division moves `jump` out of the rest. The sum of constants is least near a zero of one.
    for (const near of [floorQuotient(-shift, period), floorQuotient(start * Math.sign(jump), Math.abs(jump))]) {
      for (const n of [near, near + 1]) yield { line, jump, rounding, rise, shift: shift + n * period, rest: start - n * jump };
    }
  }
}

/** Fewer numbers first, then smaller ones, then the smaller one inside, then floor. */
function simpler(a: Staircase, b: Staircase): boolean {
  const cost = (s: Staircase) => [
    Number(s.line !== 0) + Number(s.rise !== 1) + Number(s.shift !== 0) + Number(s.rest !== 0) + Number(Math.abs(s.jump) !== 1),
    Number(s.line !== 0),
    Math.abs(s.shift) + Math.abs(s.rest),
    Math.abs(s.shift),
    Number(s.rounding === "ceil"),
  ];
  const left = cost(a);
  const right = cost(b);
  const at = left.findIndex((value, i) => value !== right[i]);
  return at >= 0 && left[at]! < right[at]!;
}

/** Always right, if long: each residue at which the step is unusual contributes one rounded division that jumps there. */
function sumOfJumps(f: Quasi, steps: readonly number[]): Shown {
  const counts = new Map<number, number>();
  for (const step of steps) counts.set(step, (counts.get(step) ?? 0) + 1);
  const usual = [...counts].reduce((most, entry) => (entry[1] > most[1] ? entry : most))[0];
  const summands: Summand[] = [{ coefficient: usual, text: f.symbol }];
  for (let r = f.period; r >= 1; r--) {
    const coefficient = steps[r - 1]! - usual;
    if (coefficient === 0) continue;
    const up = f.period - r;   // floor((x + up) / period) jumps from r - 1 to r, and so does ceil((x - (r - 1)) / period)
    const rounding = up <= r - 1 ? "floor" : "ceil";
    const inside = showLine(f.symbol, 1, 1, rounding === "floor" ? up : 1 - r);
    summands.push({ coefficient, text: `${rounding}(${inside.kind === "sum" ? `(${inside.text})` : inside.text}/${f.period})` });
  }
  return showSum([...summands, { coefficient: f.offsets[0]!, text: "" }]);
}
