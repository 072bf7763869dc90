/** Applies the fixes that problems carry, until there is nothing left to repair. */
import type { Fix, Problem } from "../diagnostics/problem.js";

export interface Repaired {
  readonly text: string;
  /** Titles of what was done, in order. */
  readonly done: readonly string[];
}

const mostRounds = 50;

/**
 * Each round applies the fixes that do not touch each other and checks again. What makes the text worse (more errors than
 * before) is taken back and tried piece by piece; a text that was there before ends it.
 */
export function repair(text: string, check: (text: string) => readonly Problem[], options: { readonly path: string; readonly unsafe: boolean }): Repaired {
  const seen = new Set([text]);
  const done: string[] = [];
  const refused = new Set<string>();
  let problems = check(text);
  for (let round = 0; round < mostRounds; round++) {
    const fixes = fixesOf(problems, options).filter((fix) => !refused.has(keyOf(fix)));
    const step = better(text, apart(fixes), problems, check) ?? fixes.map((fix) => better(text, [fix], problems, check) ?? void refused.add(keyOf(fix))).find((one) => one !== undefined);
    if (step === undefined) {
      if (fixes.length === 0) break;
      continue;
    }
    if (seen.has(step.text)) break;
    seen.add(step.text);
    done.push(...step.fixes.map((fix) => fix.title));
    ({ text, problems } = step);
  }
  return { text, done };
}

const keyOf = (fix: Fix): string => JSON.stringify(fix.edits.map(({ place, text }) => [place.file.text.slice(place.span.start, place.span.end), text, fix.title]));

const errorsIn = (problems: readonly Problem[]): number => problems.filter(({ severity }) => severity === "error").length;

function better(text: string, fixes: readonly Fix[], before: readonly Problem[], check: (text: string) => readonly Problem[]) {
  if (fixes.length === 0) return undefined;
  const after = applied(text, fixes);
  const problems = check(after);
  return after !== text && errorsIn(problems) <= errorsIn(before) ? { text: after, problems, fixes } : undefined;
}

/** Those of this file alone: another file's text is not at hand. */
const fixesOf = (problems: readonly Problem[], { path, unsafe }: { readonly path: string; readonly unsafe: boolean }): readonly Fix[] =>
  problems.flatMap(({ fix }) => (fix !== undefined && (fix.safe || unsafe) && fix.edits.length > 0 && fix.edits.every((edit) => edit.place.file.path === path) ? [fix] : []));

/** The fixes from the top of the file whose edits neither overlap nor touch. */
function apart(fixes: readonly Fix[]): readonly Fix[] {
  const taken: { readonly start: number; readonly end: number }[] = [];
  return fixes.filter((fix) => {
    const spans = fix.edits.map((edit) => edit.place.span);
    if (spans.some((span) => taken.some((other) => span.start <= other.end && other.start <= span.end))) return false;
    taken.push(...spans);
    return true;
  });
}

export function applied(text: string, fixes: readonly Fix[]): string {
  const edits = fixes.flatMap((fix) => fix.edits).sort((a, b) => b.place.span.start - a.place.span.start);
  return edits.reduce((whole, { place: { span }, text: by }) => whole.slice(0, span.start) + by + whole.slice(span.end), text);
}
