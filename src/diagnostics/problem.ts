import type { Place } from "../source/source.js";
import type { Diagnostic, Placeholders, Severity } from "./diagnostic.js";

/** A secondary place and what is to be seen there. */
export interface PlaceLabel {
  readonly place: Place;
  readonly text: string;
}

/** Replacing `place` by `text` repairs the problem. */
export interface Edit {
  readonly place: Place;
  readonly text: string;
}

export interface Fix {
  readonly title: string;
  readonly edits: readonly Edit[];
  /** Safe: the network stays the same or the program was wrong before. */
  readonly safe: boolean;
}

/** One block call on the way to the problem, innermost first. */
export interface Frame {
  readonly what: string;
  readonly place: Place;
}

export interface Problem {
  readonly code: string;
  readonly severity: Severity;
  readonly message: string;
  readonly place: Place;
  /** Said under the carets. */
  readonly label: string | undefined;
  readonly labels: readonly PlaceLabel[];
  readonly notes: readonly string[];
  readonly help: string | undefined;
  readonly fix: Fix | undefined;
  readonly trace: readonly Frame[];
}

export interface Details {
  readonly label?: string | undefined;
  readonly labels?: readonly PlaceLabel[];
  readonly notes?: readonly string[];
  readonly help?: string | undefined;
  readonly fix?: Fix | undefined;
  readonly trace?: readonly Frame[];
}

/** A name or a shape in a message may be as long as the file. */
const longestValue = 2_000;

/** A file that gives more than this is broken in one way, a thousand times. */
const mostProblems = 1000;

/** Collects what is wrong. Reporting never throws, and the same thing at the same place is said once. */
export class Problems {
  private readonly found: Problem[] = [];
  private readonly seen = new Set<string>();

  /** `broken`: errors were found before these. */
  constructor(private readonly broken = false) {}

  report<Message extends string>(
    entry: Diagnostic<Message>,
    place: Place,
    values: Readonly<Record<Placeholders<Message>, string | number>>,
    details: Details = {},
  ): void {
    const message = entry.message.replace(/\{(\w+)\}/g, (_, name: string) => {
      const value = String((values as Record<string, string | number>)[name]);
      return value.length > longestValue ? `${value.slice(0, longestValue)}...` : value;
    });
    this.add({
      code: entry.code,
      severity: entry.severity,
      message,
      place,
      label: details.label,
      labels: details.labels ?? [],
      notes: details.notes ?? [],
      help: details.help ?? (entry.help === "" ? undefined : entry.help),
      fix: details.fix,
      trace: details.trace ?? [],
    });
  }

  /** Those of another list, as if they were reported here. */
  take(problems: readonly Problem[]): void {
    for (const problem of problems) this.add(problem);
  }

  private add(problem: Problem): void {
    if (this.found.length >= mostProblems) return;
    const { code, place, message } = problem;
    const key = `${code} ${place.file.path} ${place.span.start} ${place.span.end} ${message}`;
    if (this.seen.has(key)) return;
    this.seen.add(key);
    this.found.push(problem);
  }

  get list(): readonly Problem[] {
    return this.found;
  }

  get hasErrors(): boolean {
    return this.broken || this.found.some((problem) => problem.severity === "error");
  }
}
