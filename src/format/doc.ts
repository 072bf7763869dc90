/** A small pretty printer after Wadler: a document says where it may break, and `render` breaks the groups that do not fit. */

export type Doc =
  | string
  | readonly Doc[]
  | { readonly kind: "indent"; readonly doc: Doc }
  /** Broken as a whole or not at all. */
  | { readonly kind: "group"; readonly doc: Doc; readonly broken: boolean }
  /** A line break in a broken group; otherwise `flat`. */
  | { readonly kind: "line"; readonly flat: string }
  /** A line break wherever it stands; every group around it is broken. */
  | { readonly kind: "hardline" }
  /** An empty line before the next line. */
  | { readonly kind: "blank" }
  /** Said only if the group around it is broken. */
  | { readonly kind: "ifBroken"; readonly text: string }
  /** Written at the end of the line, whatever still comes on it: a trailing comment before its comma. */
  | { readonly kind: "suffix"; readonly text: string };

export const line: Doc = { kind: "line", flat: " " };
export const softline: Doc = { kind: "line", flat: "" };
export const hardline: Doc = { kind: "hardline" };
export const blank: Doc = { kind: "blank" };
export const ifBroken = (text: string): Doc => ({ kind: "ifBroken", text });
export const suffix = (text: string): Doc => ({ kind: "suffix", text });
export const indent = (...docs: Doc[]): Doc => ({ kind: "indent", doc: docs });
export const group = (...docs: Doc[]): Doc => ({ kind: "group", doc: docs, broken: docs.some(forcesBreak) });
export const brokenGroup = (...docs: Doc[]): Doc => ({ kind: "group", doc: docs, broken: true });

export const join = (separator: Doc, docs: readonly Doc[]): Doc[] => docs.flatMap((doc, i) => (i === 0 ? [doc] : [separator, doc]));

function forcesBreak(doc: Doc): boolean {
  if (typeof doc === "string") return false;
  if (isList(doc)) return doc.some(forcesBreak);
  switch (doc.kind) {
    case "hardline":
    case "suffix": return true;
    case "group": return doc.broken;
    case "indent": return forcesBreak(doc.doc);
    default: return false;
  }
}

const isList = (doc: Doc): doc is readonly Doc[] => Array.isArray(doc);

/** What is still to be written, the next on top: three columns in place of a list of records, of which a long file would make millions. */
class Pending {
  readonly docs: Doc[] = [];
  readonly margins: number[] = [];
  readonly modes: boolean[] = [];

  /** `broken`: lines in it are broken, unless a group of its own holds them. */
  push(doc: Doc, margin: number, broken: boolean): void {
    this.docs.push(doc);
    this.margins.push(margin);
    this.modes.push(broken);
  }
}

/** Lays a document out in lines of at most `width` characters where its breaks allow it. */
export function render(doc: Doc, width: number): string {
  const lines: string[] = [];
  let current = "";
  let suffixes = "";
  let empty = false;
  const stack = new Pending();
  stack.push(doc, 0, true);
  const endLine = (): void => {
    lines.push(`${current}${suffixes}`.replace(/[ \t]+$/, ""));
    suffixes = "";
    if (empty && lines.at(-1) !== "") lines.push("");
    empty = false;
  };
  for (let at = stack.docs.pop(); at !== undefined; at = stack.docs.pop()) {
    const margin = stack.margins.pop()!;
    const broken = stack.modes.pop()!;
    if (typeof at === "string") {
      if (!at.includes("\n")) {
        current += at;
        continue;
      }
      // Only block comments span lines; they are kept as they are.
      const parts = at.split("\n");
      lines.push(`${current}${parts[0]!}`, ...parts.slice(1, -1));
      current = parts.at(-1)!;
    } else if (isList(at)) {
      for (let i = at.length - 1; i >= 0; i--) stack.push(at[i]!, margin, broken);
    } else {
      switch (at.kind) {
        case "indent":
          stack.push(at.doc, margin + 2, broken);
          break;
        case "group":
          stack.push(at.doc, margin, at.broken || !fits(at.doc, width - current.length, stack));
          break;
        case "line":
        case "hardline":
          if (at.kind === "line" && !broken) {
            current += at.flat;
            break;
          }
          endLine();
          current = " ".repeat(margin);
          break;
        case "blank":
          empty = true;
          break;
        case "ifBroken":
          if (broken) current += at.text;
          break;
        case "suffix":
          suffixes += at.text;
          break;
      }
    }
  }
  endLine();
  return lines.join("\n");
}

/** Whether this on one line, and what follows it up to the next possible break, fits in the space that is left. */
function fits(first: Doc, space: number, rest: Pending): boolean {
  const docs: Doc[] = [first];
  const modes = [false];
  let after = rest.docs.length;
  let left = space;
  while (left >= 0) {
    let doc = docs.pop();
    let broken = modes.pop();
    if (doc === undefined) {
      if (after === 0) return true;
      doc = rest.docs[--after]!;
      broken = rest.modes[after]!;
    }
    if (typeof doc === "string") left -= doc.length;
    else if (isList(doc))
      for (let i = doc.length - 1; i >= 0; i--) {
        docs.push(doc[i]!);
        modes.push(broken!);
      }
    else {
      switch (doc.kind) {
        case "indent":
        case "group":
          docs.push(doc.doc);
          modes.push(doc.kind === "group" ? doc.broken : broken!);
          break;
        case "line":
          if (broken) return true;
          left -= doc.flat.length;
          break;
        case "hardline": return true;
        case "ifBroken": if (broken) left -= doc.text.length; break;
        case "blank":
        case "suffix": break;
      }
    }
  }
  return false;
}
