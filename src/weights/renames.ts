/**
 * Renames by pattern (`--map FILE`): a line for each, the first that fits is taken.
 *
 *     # names in the checkpoint        names in the network
 *     backbone.body.*               -> backbone.*
 *     *.bn*.gamma                   -> *.bn*.weight
 *     classifier.4.*                ->                         # nothing: leave it out
 */
import { CheckpointProblem, quoted } from "./readers/problem.js";
import { limits } from "./readers/limits.js";

export interface Rename {
  /** The pieces between the stars. */
  readonly from: readonly string[];
  /** Undefined: the tensor is left out. */
  readonly to: readonly string[] | undefined;
}

/** Throws `CheckpointProblem` with the line. */
export function parseRenames(text: string, file: string): readonly Rename[] {
  const renames: Rename[] = [];
  for (const [index, line] of text.split(/\r?\n/).entries()) {
    const written = line.replace(/(^|\s)#.*$/, "").trim();
    if (written === "") continue;
    const problem = (what: string, help?: string): CheckpointProblem => new CheckpointProblem(file, `line ${index + 1}`, what, help);
    const parts = written.split("->");
    if (parts.length !== 2) throw problem(`${quoted(written)} is not of the form \`pattern -> name\``);
    const [from, to] = parts.map((part) => part.trim()) as [string, string];
    if (from === "") throw problem("there is no pattern before `->`");
    if (/\s/.test(from) || /\s/.test(to)) throw problem("names have no spaces");
    const [stars, ours] = [from.split("*"), to.split("*")];
    if (ours.length > stars.length) throw problem(`${quoted(to)} has more stars than ${quoted(from)}`, "each star of the new name takes what the star in the same place of the pattern stood for");
    renames.push({ from: stars, to: to === "" ? undefined : ours });
    if (renames.length > limits.renames) throw problem(`there are more than ${limits.renames} lines`);
  }
  return renames;
}

/** The name in the network; undefined: left out. Where no line fits, the name itself. */
export function renamed(name: string, renames: readonly Rename[]): string | undefined {
  for (const { from, to } of renames) {
    const stars = fit(name, from);
    if (stars !== undefined) return to?.map((piece, index) => (index === 0 ? piece : stars[index - 1]! + piece)).join("");
  }
  return name;
}

/** What the stars stand for, each as short as can be; undefined: the pattern does not fit. Never goes back, so it takes no longer than the name. */
function fit(name: string, pieces: readonly string[]): readonly string[] | undefined {
  const [first = "", ...rest] = pieces;
  const last = rest.pop();
  if (last === undefined) return name === first ? [] : undefined;
  if (!name.startsWith(first) || !name.endsWith(last) || name.length < first.length + last.length) return undefined;
  const end = name.length - last.length;
  const stars: string[] = [];
  let at = first.length;
  for (const piece of rest) {
    const next = name.indexOf(piece, at);
    if (next < 0 || next + piece.length > end) return undefined;
    stars.push(name.slice(at, next));
    at = next + piece.length;
  }
  return [...stars, name.slice(at, end)];
}
