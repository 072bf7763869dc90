/** The input sizes of a network, in words. */
import type { Analysis } from "../analyses/analyse.js";
import type { Network } from "../network/network.js";
import { formula, intersect, sameSet, sizesOf } from "../tensor/index.js";

export interface SizeRule {
  readonly symbols: readonly string[];
  /** Sizes that the author accepts and that run. */
  readonly legal: string;
  /** Those at which nothing is lost; undefined where that is all of them. */
  readonly lossless: string | undefined;
}

/** One rule for each symbol; symbols with equal rules together. */
export function sizeRules(network: Network, analysis: Analysis): readonly SizeRule[] {
  const rules: { symbols: string[]; legal: string; lossless: string | undefined }[] = [];
  for (const { symbol, set, formula: lossless } of analysis.alignment) {
    const legal = sizesOf(network.legal, symbol);
    // The alignment does not know what the author's `where` accepts.
    const both = intersect(set, legal);
    // Its formula counts from the coarsest map, which says more than the residue does.
    const rule = sameSet(legal, set) ? { legal: lossless, lossless: undefined }
      : sameSet(legal, both) ? { legal: formula(legal), lossless: undefined }
      : { legal: formula(legal), lossless: sameSet(set, both) ? lossless : formula(both) };
    const same = rules.find((other) => other.legal === rule.legal && other.lossless === rule.lossless);
    if (same) same.symbols.push(symbol);
    else rules.push({ symbols: [symbol], ...rule });
  }
  return rules;
}

/** `H and W: 16k + 124, k >= 4` */
export const showRule = ({ symbols, legal, lossless }: SizeRule): string =>
  `${symbols.join(" and ")}: ${legal}${lossless === undefined ? "" : `; nothing is lost at ${lossless}`}`;
