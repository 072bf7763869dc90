/** Finds the `///` lines that stand directly before something, and gives them to it as its documentation. */
import type { IToken } from "chevrotain";
import type { Comment } from "./comments.js";

export class Docs {
  /** Start of a token -> indices of the doc comments between it and the token before it. */
  private readonly before = new Map<number, number[]>();
  private readonly comments: Comment[];

  constructor(text: string, tokens: readonly IToken[], comments: Comment[]) {
    this.comments = comments;
    let next = 0;
    comments.forEach((comment, index) => {
      // Four slashes are a ruler, not documentation.
      if (!comment.text.startsWith("///") || comment.text.startsWith("////")) return;
      while (next < tokens.length && tokens[next]!.startOffset < comment.span.start) next++;
      const owner = tokens[next];
      if (owner === undefined || !firstOnItsLine(text, comment.span.start)) return;
      const group = this.before.get(owner.startOffset);
      if (group === undefined) this.before.set(owner.startOffset, [index]);
      else group.push(index);
    });
  }

  /** The documentation of what starts at this offset. Taking it makes its comments `doc` comments. */
  take(start: number): string | undefined {
    const group = this.before.get(start);
    if (group === undefined) return undefined;
    for (const index of group) this.comments[index] = { ...this.comments[index]!, kind: "doc" };
    return group.map((index) => this.comments[index]!.text.slice(3).replace(/^ /, "").trimEnd()).join("\n");
  }
}

function firstOnItsLine(text: string, offset: number): boolean {
  for (let at = offset - 1; at >= 0; at--) {
    const c = text[at];
    if (c === "\n" || c === "\r") return true;
    if (c !== " " && c !== "\t" && c !== "\ufeff") return false;
  }
  return true;
}
