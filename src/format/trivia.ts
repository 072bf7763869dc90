/**
 * Comments and empty lines: what the tree does not hold and the formatter must keep. The comments wait in the order of the file;
 * whoever is written next takes those that stand before it, so none can be lost.
 */
import type { Span } from "../source/source.js";
import type { Comment } from "../syntax/comments.js";
import { blank, hardline, suffix, type Doc } from "./doc.js";

export class Trivia {
  private next = 0;

  constructor(
    private readonly text: string,
    private readonly comments: readonly Comment[],
  ) {}

  /** Whether an empty line stands directly before this offset or before the comments in front of it. */
  blankBefore(offset: number): boolean {
    const first = this.comments[this.next];
    const start = first !== undefined && first.span.start < offset ? first.span.start : offset;
    return emptyLineBefore(this.text, start);
  }

  /** Whether the line breaks right after this offset. */
  breaksAfter(offset: number): boolean {
    for (let at = offset; at < this.text.length; at++) {
      const c = this.text[at]!;
      if (c === "\n" || c === "\r") return true;
      if (!/\s/.test(c)) return false;
    }
    return true;
  }

  /** Something with a span, with the comments before it, inside it (where nothing inside could take them) and after it on its line. */
  around(span: Span, build: () => Doc, withTrailing = true): Doc {
    const before = this.take(span.start);
    const doc = build();
    const inside = this.take(span.end);
    return [this.leading(before, inside, span.start), doc, withTrailing ? this.trailing(span.end) : ""];
  }

  /** The comments before this offset, on lines of their own: at the end of a block or list. Undefined where there are none. */
  dangling(end: number): Doc | undefined {
    const comments = this.take(end);
    if (comments.length === 0) return undefined;
    return comments.map((comment, i): Doc => [i === 0 ? "" : [emptyLineBefore(this.text, comment.span.start) ? blank : "", hardline], written(comment)]);
  }

  /** Comments on the same line, after this offset and perhaps a comma. */
  trailing(end: number): readonly Doc[] {
    const docs: Doc[] = [];
    let from = end;
    for (let comment = this.comments[this.next]; comment !== undefined; comment = this.comments[this.next]) {
      const between = this.text.slice(from, comment.span.start);
      if (comment.span.start < from || !/^[ \t\f\v,]*$/.test(between)) break;
      // A comment with something after it on its line, other comments aside, belongs to that.
      const rest = this.text.slice(comment.span.end, comment.span.end + 2000).match(/^[^\r\n]*/)![0].replace(/\/\*.*?\*\//g, "");
      if (comment.kind === "block" && /^[\s,]*(?!\/\/|\/\*)[^\s,)\]}]/.test(rest)) break;
      docs.push(suffix(` ${written(comment)}`));
      this.next++;
      from = comment.span.end;
    }
    return docs;
  }

  private take(end: number): Comment[] {
    const taken: Comment[] = [];
    for (let comment = this.comments[this.next]; comment !== undefined && comment.span.start < end; comment = this.comments[++this.next]) taken.push(comment);
    return taken;
  }

  private leading(before: readonly Comment[], inside: readonly Comment[], start: number): Doc {
    const all = [...before, ...inside];
    // Short block comments stay on the line of what they precede, if nothing but such comments is between.
    let firstInline = all.length;
    while (firstInline > 0) {
      const comment = all[firstInline - 1]!;
      const isBefore = firstInline <= before.length;
      const until = firstInline < before.length ? all[firstInline]!.span.start : start;
      const sameLine = !isBefore || !/[\r\n]/.test(this.text.slice(comment.span.end, until));
      if (comment.kind !== "block" || /[\r\n]/.test(comment.text) || !sameLine) break;
      firstInline--;
    }
    return all.map((comment, i): Doc => {
      if (i >= firstInline) return `${written(comment)} `;
      const following = i + 1 < before.length ? all[i + 1]!.span.start : i + 1 === before.length ? start : undefined;
      const empty = i < before.length && following !== undefined && emptyLineBefore(this.text, following);
      return [written(comment), empty ? blank : "", hardline];
    });
  }
}

/** A `///` that documents nothing becomes an ordinary comment, lest it document what it happens to stand before. */
function written(comment: Comment): string {
  const text = comment.text.replace(/\r\n?/g, "\n");
  if (comment.kind === "block") return text;
  const trimmed = text.trimEnd();
  return comment.kind === "line" && /^\/\/\/(?!\/)/.test(trimmed) ? trimmed.slice(1) : trimmed;
}

const emptyLineBefore = (text: string, offset: number): boolean => /\n[ \t\f\v\r]*\n[ \t\f\v\r]*$|\r[ \t]*\r[ \t]*$/.test(text.slice(Math.max(0, offset - 400), offset));
