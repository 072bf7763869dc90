/** A file's path, relative to the project or `std/...`, and its whole text. */
export interface SourceFile {
  readonly path: string;
  readonly text: string;
}

/** A half-open range of offsets (UTF-16 code units) in one file. */
export interface Span {
  readonly start: number;
  readonly end: number;
}

/** A span together with the file that it lies in. */
export interface Place {
  readonly file: SourceFile;
  readonly span: Span;
}

/** Line and column, both counted from 1. They appear only when something is printed. */
export interface Position {
  readonly line: number;
  readonly column: number;
}

export const spanning = (first: Span, last: Span): Span => ({
  start: Math.min(first.start, last.start),
  end: Math.max(first.end, last.end),
});

const lineStartsOf = new WeakMap<SourceFile, readonly number[]>();

/** Offsets at which the lines of a file begin. */
export function lineStarts(file: SourceFile): readonly number[] {
  let starts = lineStartsOf.get(file);
  if (starts === undefined) {
    const found = [0];
    for (let at = file.text.indexOf("\n"); at >= 0; at = file.text.indexOf("\n", at + 1)) found.push(at + 1);
    lineStartsOf.set(file, (starts = found));
  }
  return starts;
}

export function positionOf(file: SourceFile, offset: number): Position {
  const starts = lineStarts(file);
  let low = 0;
  let high = starts.length - 1;
  while (low < high) {
    const middle = (low + high + 1) >> 1;
    if (starts[middle]! <= offset) low = middle;
    else high = middle - 1;
  }
  return { line: low + 1, column: offset - starts[low]! + 1 };
}

/** The text of a line (from 1), without its line break. */
export function lineText(file: SourceFile, line: number): string {
  const starts = lineStarts(file);
  const start = starts[line - 1] ?? file.text.length;
  const end = starts[line] ?? file.text.length + 1;
  return file.text.slice(start, end - 1).replace(/\r$/, "");
}

export function showPlace(place: Place): string {
  const { line, column } = positionOf(place.file, place.span.start);
  return `${place.file.path}:${line}:${column}`;
}
