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

interface Pending {
  readonly doc: Doc;
  readonly indent: number;
  readonly broken: boolean;
}

/** Lays a document out in lines of at most `width` characters where its breaks allow it. */
export function render(doc: Doc, width: number): string {
  const lines: string[] = [];
  let current = "";
  let suffixes = "";
  let empty = false;
  const stack: Pending[] = [{ doc, indent: 0, broken: true }];
  const endLine = (): void => {
    lines.push(`${current}${suffixes}`.replace(/[ \t]+$/, ""));
    suffixes = "";
    if (empty && lines.at(-1) !== "") lines.push("");
    empty = false;
  };
  for (let next = stack.pop(); next !== undefined; next = stack.pop()) {
    const { doc: at, indent: margin, broken } = next;
    if (typeof at === "string") {
      // Only block comments span lines; they are kept as they are.
      const parts = at.split("\n");
      current += parts.at(-1)!;
      if (parts.length > 1) {
        lines.push(`${current.slice(0, current.length - parts.at(-1)!.length)}${parts[0]!}`, ...parts.slice(1, -1));
        current = parts.at(-1)!;
      }
    } else if (isList(at)) {
      for (let i = at.length - 1; i >= 0; i--) stack.push({ doc: at[i]!, indent: margin, broken });
    } else {
      switch (at.kind) {
        case "indent":
          stack.push({ doc: at.doc, indent: margin + 2, broken });
          break;
        case "group": {
          const flat = { doc: at.doc, indent: margin, broken: false };
          stack.push(!at.broken && fits(flat, width - current.length, stack) ? flat : { ...flat, broken: true });
          break;
        }
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

/** Whether this, and what follows it up to the next possible break, fits in the space that is left. */
function fits(first: Pending, space: number, rest: readonly Pending[]): boolean {
  const stack = [first];
  let after = rest.length;
  let left = space;
  while (left >= 0) {
    const next = stack.pop() ?? rest[--after];
    if (next === undefined) return true;
    const { doc, broken } = next;
    if (typeof doc === "string") left -= doc.length;
    else if (isList(doc)) for (let i = doc.length - 1; i >= 0; i--) stack.push({ ...next, doc: doc[i]! });
    else {
      switch (doc.kind) {
        case "indent": stack.push({ ...next, doc: doc.doc }); break;
        case "group": stack.push({ ...next, doc: doc.doc, broken: doc.broken }); break;
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
