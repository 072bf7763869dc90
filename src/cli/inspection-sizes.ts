/** The input sizes that fit, by level, and what the others break first, for reading. */
import type { Inspection } from "../analyses/inspect.js";
import type { LevelReport, LimitReport } from "../analyses/inspect-sizes.js";
import type { Level } from "../analyses/limits.js";
import { table } from "./table.js";

const named: Readonly<Record<Level, string>> = { runs: "runs", lossless: "loses nothing", centred: "on one grid" };
const most = 12;

/** `shown`: a file's path as one would write it here. */
export function sizeLevels(facts: Inspection, shown: (file: string) => string): string {
  const groups = new Map<string, string[]>();
  for (const [symbol, levels] of Object.entries(facts.levels)) {
    const key = JSON.stringify(Object.values(levels).map(({ formula, limits }) => [formula, limits.map(({ lost, path }) => [lost.formula, path])]));
    groups.set(key, [...(groups.get(key) ?? []), symbol]);
  }
  const rows = [...groups.values()].flatMap((symbols) => levelRows(symbols, facts, shown));
  return rows.length === 0 ? "" : `\n${table(rows, { indent: "  " })}`;
}

function levelRows(symbols: readonly string[], facts: Inspection, shown: (file: string) => string): readonly (readonly string[])[] {
  const symbol = symbols[0]!;
  const levels = Object.entries(facts.levels[symbol]!) as [Level, LevelReport][];
  const said = new Set<string>();
  return levels.flatMap(([level, report], at) => {
    const before = levels[at - 1]?.[1];
    if (before?.formula === report.formula) return [[named[level], "the same"]];
    const size = facts.cost_at[symbol]!;
    const near = report.nearest.length === 0 || report.nearest[0] === size ? "" : `; nearest to ${size}: ${report.nearest.join(" and ")}`;
    return [[named[level], `${symbols.join(" and ")}: ${report.formula}${near}`], ...limitRows(report, facts, shown).filter((row) => !said.has(row.join()) && said.add(row.join()))];
  });
}

/** What takes whole residue classes, then what sets the minimum. */
function limitRows(report: LevelReport, facts: Inspection, shown: (file: string) => string): readonly (readonly string[])[] {
  const told = (label: string, limit: LimitReport): readonly string[] => [`  ${label}`, `${limit.message} (${placeOf(limit, facts, shown)})`];
  const taking = new Set(report.illegal.flatMap(({ limits }) => limits));
  const endless = report.limits.filter((_, at) => taking.has(at));
  const rows = endless.slice(0, most).map((limit) => told(limit.classes!, limit));
  const rest = endless.length > most ? [["  ...", `${endless.length - most} more: --json has all`]] : [];
  return [...rows, ...rest, ...(report.minimum_limit === null ? [] : [told(`below ${report.minimum}`, report.limits[report.minimum_limit]!)])];
}

function placeOf({ place, trace }: LimitReport, { spec }: Inspection, shown: (file: string) => string): string {
  const at = (one: LimitReport["place"]): string => `${shown(one.file)}:${one.line}`;
  const own = place.file === spec ? undefined : trace.find((frame) => frame.place.file === spec);
  return own === undefined ? at(place) : `${at(place)}, from ${at(own.place)}`;
}
