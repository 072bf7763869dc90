/** What a check found, in the forms that editors and pipelines read. */
import type { Diagnostic } from "../diagnostics/diagnostic.js";
import type { Problem } from "../diagnostics/problem.js";
import { type Place, type SourceFile, lineText, positionOf } from "../source/source.js";
import { digest } from "./digest.js";

export interface Report {
  readonly version: string;
  /** Paths of the files that were checked, as they are shown. */
  readonly files: readonly string[];
  readonly problems: readonly Problem[];
  /** What the codes mean. */
  readonly entries: ReadonlyMap<string, Diagnostic>;
  /** False for the standard library: no file of the user's project. */
  readonly isOwn: (path: string) => boolean;
}

/** A problem, the place in the user's own files that it belongs to, and a name for it that survives edits elsewhere. */
export interface Finding {
  readonly problem: Problem;
  readonly place: Place;
  readonly fingerprint: string;
}

/** Problems inside the standard library belong to the line that called it. */
export function findings({ problems, isOwn }: Report): readonly Finding[] {
  const seen = new Map<string, number>();
  return problems.map((problem) => {
    const place = [problem.place, ...problem.trace.map((frame) => frame.place)].find(({ file }) => isOwn(file.path)) ?? problem.place;
    const { file, span } = place;
    // The text of the line, not its number: lines come and go above it.
    const key = [problem.code, file.path, lineText(file, positionOf(file, span.start).line).trim()].join("\n");
    const count = (seen.get(key) ?? 0) + 1;
    seen.set(key, count);
    return { problem, place, fingerprint: digest(`${key}\n${count}`) };
  });
}

export interface Region {
  readonly line: number;
  readonly column: number;
  readonly endLine: number;
  readonly endColumn: number;
}

/** Lines and columns from 1; the end is the first column that is no longer in it. */
export function regionOf({ file, span }: Place): Region {
  const [from, to] = [positionOf(file, span.start), positionOf(file, span.end)];
  return { line: from.line, column: from.column, endLine: to.line, endColumn: to.column };
}

/** Columns counted in bytes of UTF-8. */
export function byteRegionOf(place: Place): Region {
  const region = regionOf(place);
  return { ...region, column: bytesBefore(place.file, region.line, region.column), endColumn: bytesBefore(place.file, region.endLine, region.endColumn) };
}

function bytesBefore(file: SourceFile, line: number, column: number): number {
  let bytes = 1;
  for (const character of lineText(file, line).slice(0, column - 1)) {
    const code = character.codePointAt(0)!;
    bytes += code < 0x80 ? 1 : code < 0x800 ? 2 : code < 0x10000 ? 3 : 4;
  }
  return bytes;
}

/** The message with what else is told: notes and what to do. */
export const fullMessage = ({ message, notes, help }: Problem): string => [message, ...notes, ...(help === undefined ? [] : [`help: ${help}`])].join("\n");
