import { mod } from "./arithmetic.js";
import { countOf, largest, members, residues, smallest, type Interval, type SizeSet } from "./sizes.js";

/** What `segc inspect` says about the sizes of one symbol. */
export interface FormulaParts {
  readonly modulus: number;
  readonly residues: readonly number[];
  /** The smallest member; undefined for the empty set. */
  readonly minimum: number | undefined;
  readonly formula: string;
}

/** The set as data and as text. */
export function formulaParts(set: SizeSet, base?: number): FormulaParts {
  return { modulus: set.modulus, residues: residues(set), minimum: smallest(set), formula: formula(set, "k", base) };
}

/**
 * The set for people: `16k + 124, k >= 4`, `any size >= 1`, `32k + {0, 29, 30, 31}, k >= 1`, `4, 8 or 12`, `no size`.
 * `base` is the offset to write for a single residue, where it is congruent; otherwise the residue itself is written.
 */
export function formula(set: SizeSet, letter = "k", base?: number): string {
  const first = smallest(set);
  if (first === undefined) return "no size";
  const last = largest(set)!;
  if (countOf(set) <= 8) return listed(members(set));
  if (set.modulus === 1) return last === Infinity ? `any size >= ${first}` : `any size from ${first} to ${last}`;

  const found = residues(set);
  const [only] = found;
  if (found.length === 1) {
    const offset = base !== undefined && base >= 0 && mod(base - only!, set.modulus) === 0 ? base : only!;
    return progression(set, letter, [offset], set.classes[only!]!);
  }
  return uniform(set, letter, found) ?? uniform(set, letter, window(first, set.modulus, found)) ?? irregular(set, letter, found);
}

/** The residue classes that have no end, without their bounds: `2k + 1`, `16k + {1..11, 13, 14, 15}`, `every size`; null where there are none. */
export function progressions({ modulus, classes }: SizeSet): string | null {
  const found = classes.flatMap((interval, r) => (interval?.high === Infinity ? [r] : []));
  const [only, ...more] = found;
  if (only === undefined) return null;
  if (found.length === modulus) return "every size";
  return `${modulus}k${more.length > 0 ? ` + {${spans(found)}}` : only === 0 ? "" : ` + ${only}`}`;
}

/** The residues as offsets from the window that starts at the smallest member: {29, 30, 31, 32} for the sizes from 29. */
function window(first: number, modulus: number, found: readonly number[]): number[] {
  const start = mod(first, modulus);
  return found.map((r) => (r < start ? r + modulus : r)).sort((a, b) => a - b);
}

/** One formula, when all residues begin and end at the same k. */
function uniform(set: SizeSet, letter: string, offsets: readonly number[]): string | undefined {
  const rounds = offsets.map((offset) => {
    const { low, high } = set.classes[offset % set.modulus]!;
    return { low: (low - offset) / set.modulus, high: (high - offset) / set.modulus };
  });
  const { low, high } = rounds[0]!;
  if (rounds.some((round) => round.low !== low || round.high !== high)) return undefined;
  return `${set.modulus}${letter} + {${spans(offsets)}}, ${bounds({ low, high }, letter)}`;
}

/** A few exceptions before a regular rest; failing that, every residue on its own. */
function irregular(set: SizeSet, letter: string, found: readonly number[]): string {
  const lows = found.map((r) => set.classes[r]!).filter(({ high }) => high === Infinity).map(({ low }) => low);
  if (lows.length > 0) {
    const start = Math.max(...lows) - set.modulus + 1;   // from here every endless residue is under way
    const rest = { modulus: set.modulus, classes: set.classes.map((c, r) => c?.high === Infinity ? { low: start + mod(r - start, set.modulus), high: Infinity } : undefined) };
    const early = found.flatMap((r) => {
      const { low, high } = set.classes[r]!;
      return members({ modulus: set.modulus, classes: [{ low, high: high === Infinity ? start - 1 : high }] }, 9);
    });
    if (early.length <= 8) return `${early.sort((a, b) => a - b).join(", ")} or ${lows.length === set.modulus ? `any size >= ${start}` : formula(rest, letter)}`;
  }
  return found.map((r) => progression(set, letter, [r], set.classes[r]!)).join("; or ");
}

function progression({ modulus }: SizeSet, letter: string, [offset]: readonly [number], { low, high }: Interval): string {
  const range = { low: (low - offset) / modulus, high: (high - offset) / modulus };
  return `${modulus}${letter}${offset === 0 ? "" : ` + ${offset}`}, ${bounds(range, letter)}`;
}

function bounds({ low, high }: Interval, letter: string): string {
  if (high === Infinity) return `${letter} >= ${low}`;
  return low === high ? `${letter} = ${low}` : `${low} <= ${letter} <= ${high}`;
}

/** 0, 29, 30, 31; runs of five and more as 1..15. */
function spans(numbers: readonly number[]): string {
  const parts: string[] = [];
  for (let i = 0; i < numbers.length;) {
    let end = i;
    while (numbers[end + 1] === numbers[end]! + 1) end++;
    if (end - i >= 4) parts.push(`${numbers[i]}..${numbers[end]}`);
    else parts.push(...numbers.slice(i, end + 1).map(String));
    i = end + 1;
  }
  return parts.join(", ");
}

function listed(numbers: readonly number[]): string {
  if (numbers.length === 1) return String(numbers[0]);
  return `${numbers.slice(0, -1).join(", ")} or ${numbers.at(-1)}`;
}
