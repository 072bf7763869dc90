import { gcd } from "./arithmetic.js";
import { constant, substitute, symbolsOf, type Dim } from "./dim.js";
import { affineOn, sizesOf, type Domain } from "./domain.js";
import type { Term } from "./polynomial.js";
import type { Quasi } from "./quasi.js";
import { showLine, showQuasi, showSum, type Shown, type Summand } from "./show-quasi.js";
import { members } from "./sizes.js";

/**
 * The size for people: `H`, `H - 184`, `ceil(H/8)`, `16*floor((H - 12)/16) - 172`, `3*H*W`. With a domain the text need
 * only be right on it, so that the last but one can be `H/8`, and the one before it `H - 184`.
 */
export function show(d: Dim, within?: Domain): string {
  if (d.kind === "constant") return String(d.value);
  const shown = shownOn(within ?? anywhere);
  let text = shown.get(d);
  if (text === undefined) shown.set(d, (text = written(d, within)));
  return text;
}

/** Texts of sizes, by domain: a network has few sizes, and each of them at many places. */
const texts = new WeakMap<Domain, WeakMap<Dim, string>>();
const anywhere: Domain = new Map();

function shownOn(domain: Domain): WeakMap<Dim, string> {
  let shown = texts.get(domain);
  if (shown === undefined) texts.set(domain, (shown = new WeakMap()));
  return shown;
}

function written(d: Exclude<Dim, { kind: "constant" }>, within: Domain | undefined): string {
  if (d.kind === "quasi") return showFactor(d, within).text;
  for (const name of within === undefined ? [] : symbolsOf(d)) {
    const [only, ...more] = members(sizesOf(within!, name), 2);
    if (only !== undefined && more.length === 0) return show(substitute(d, name, constant(only)) as Dim, within);
  }
  return showSum(d.terms.flatMap((term) => showTerm(term, within))).text;
}

function showFactor(d: Quasi, within: Domain | undefined): Shown {
  const line = within && affineOn(d, within);
  return line === undefined ? showQuasi(d) : showLine(d.symbol, line.numerator, line.denominator, line.offset);
}

function showTerm({ coefficient, factors }: Term, within: Domain | undefined): readonly Summand[] {
  let left = coefficient;
  const shown = factors.map((factor) => {
    const line = within && affineOn(factor, within);
    if (line === undefined) return showQuasi(factor);
    // 16 * ((H - 124)/16) is H - 124: denominators are taken out of the coefficient first.
    const common = gcd(left, line.denominator);
    left /= common;
    return showLine(factor.symbol, line.numerator, line.denominator / common, line.offset);
  });
  const [only, ...more] = shown;
  if (only !== undefined && more.length === 0) {
    return only.summands.map(({ coefficient: inner, text }) => ({ coefficient: left * inner, text }));
  }
  return [{ coefficient: left, text: shown.map(({ kind, text }) => (kind === "atom" ? text : `(${text})`)).join("*") }];
}
