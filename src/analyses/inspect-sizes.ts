/** The input sizes of a network as plain data: which fit, by level, and what the others break first. */
import type { Network } from "../network/network.js";
import { type Place, positionOf } from "../source/source.js";
import { type SizeSet, formulaParts, progressions, sizesOf } from "../tensor/index.js";
import type { Analysis } from "./analyse.js";
import type { Geometry } from "./geometry.js";
import { type Level, type Limit, type Solved, illegalClasses, minimumLimit, nearest } from "./limits.js";
import { levels } from "./offsets.js";
import { type AlignmentReport, alignmentReport } from "./outline.js";

export interface PlaceReport {
  readonly file: string;
  readonly start: number;
  readonly end: number;
  readonly line: number;
  readonly column: number;
}

/** A constraint, and the sizes that meet all before it and break it. */
export interface LimitReport {
  readonly lost: AlignmentReport;
  /** The lost residue classes that have no end: `2k + 1`; null where only some sizes are lost. */
  readonly classes: string | null;
  readonly strictness: Level;
  readonly message: string;
  /** The step, where it stands, and the block calls that led there, innermost first. */
  readonly path: string;
  readonly place: PlaceReport;
  readonly trace: readonly { readonly what: string; readonly place: PlaceReport }[];
}

export interface LevelReport extends AlignmentReport {
  /** The size that the costs are for, or the two around it that fit. */
  readonly nearest: readonly number[];
  /** In the order in which a size meets them. A size that does not fit is lost in exactly one. */
  readonly limits: readonly LimitReport[];
  /** Residue classes modulo `modulus` without a member, with the limits (by index) that take their sizes: several share a class by a longer period. */
  readonly illegal: readonly { readonly residue: number; readonly limits: readonly number[] }[];
  /** The limit that sets the minimum, by index; null where the smallest size of its class fits. */
  readonly minimum_limit: number | null;
}

const setReport = (set: SizeSet, base?: number): AlignmentReport => alignmentReport(formulaParts(set, base));

export const placeReport = ({ file, span: { start, end } }: Place): PlaceReport => ({ file: file.path, start, end, ...positionOf(file, start) });

/** `aligned`: the geometry where nothing is lost. `sizes`: those that the costs are for. */
export function levelReports(network: Network, { alignment }: Analysis, aligned: Geometry, sizes: Readonly<Record<string, number>>): Readonly<Record<string, Readonly<Record<Level, LevelReport>>>> {
  const { runs, lossless, centred } = levels(network, aligned);
  return Object.fromEntries(alignment.map(({ symbol, base }) => {
    const report = (solved: Solved): LevelReport => levelReport(solved, symbol, base, sizes[symbol]);
    return [symbol, { runs: report(runs), lossless: report(lossless), centred: report(centred) }];
  }));
}

function levelReport(solved: Solved, symbol: string, base: number | undefined, size: number | undefined): LevelReport {
  const set = sizesOf(solved.domain, symbol);
  const limits = solved.limits.filter((limit) => limit.symbol === symbol);
  const least = minimumLimit(solved, symbol);
  return {
    ...setReport(set, base),
    nearest: size === undefined ? [] : nearest(set, size),
    limits: limits.map(limitReport),
    illegal: illegalClasses(solved, symbol).map(({ residue, limits: by }) => ({ residue, limits: by.map((limit) => limits.indexOf(limit)) })),
    minimum_limit: least === undefined ? null : limits.indexOf(least),
  };
}

const limitReport = ({ lost, message, constraint: { strictness, path, place, trace } }: Limit): LimitReport => ({
  lost: setReport(lost), classes: progressions(lost), strictness, message: message(), path, place: placeReport(place),
  trace: trace.map((frame) => ({ what: frame.what, place: placeReport(frame.place) })),
});
