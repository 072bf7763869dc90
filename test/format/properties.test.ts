import fc, { seeds } from "../fast-check.js";
import { expect, test } from "vitest";
import { format, formatTree } from "../../src/format/format.js";
import { print } from "../../src/syntax/print.js";
import { arbitraryFile } from "../syntax/arbitrary.js";
import { read, shown } from "../syntax/reading.js";

/** The text of comments in order of their text; a `///` that documented nothing may have become `//`. */
const commentsOf = (text: string): string[] => read(text).comments.map((each) => each.text.trim().replace(/^\/\/\/(?!\/)/, "//")).sort();

function formatted(text: string): string {
  const result = format({ path: "test.seg", text });
  if ("problems" in result) throw new Error(`${shown(result.problems).join("\n")}\n${text}`);
  return result.text;
}

test.each(seeds)("a tree written and read again is the same tree: seed %i", (seed) => {
  fc.assert(
    fc.property(arbitraryFile, (tree) => {
      const text = formatTree(tree);
      const again = read(text);
      expect(shown(again.problems), text).toEqual([]);
      expect(print(again.tree), text).toBe(print(tree));
    }),
    { numRuns: 300, seed },
  );
});

test.each(seeds)("formatting what is formatted changes nothing: seed %i", (seed) => {
  fc.assert(
    fc.property(arbitraryFile, (tree) => {
      const text = formatTree(tree);
      const once = formatted(text);
      expect(print(read(once).tree)).toBe(print(tree));
      expect(formatted(once)).toBe(once);
    }),
    { numRuns: 300, seed },
  );
});

const comments = ["// line\n", "/* block */", "/// doc\n", "\n// own line\n", "\n/// own doc\n", "/* two\n   lines */", "\n\n", " ", "\r\n", "\n/* a */ /* b */\n"];

test.each(seeds)("comments between any two tokens are kept, and move only once: seed %i", (seed) => {
  fc.assert(
    fc.property(arbitraryFile, fc.array(fc.tuple(fc.double({ min: 0, max: 1, noNaN: true, maxExcluded: true }), fc.constantFrom(...comments)), { maxLength: 12 }), (tree, inserts) => {
      const plain = read(formatTree(tree));
      let text = plain.file.text;
      const at = inserts.map(([where, comment]) => ({ comment, offset: plain.tokens[Math.floor(where * plain.tokens.length)]?.startOffset ?? 0 }));
      for (const { offset, comment } of at.sort((a, b) => b.offset - a.offset)) text = `${text.slice(0, offset)} ${comment} ${text.slice(offset)}`;
      const once = formatted(text);
      expect(print(read(once).tree), text).toBe(print(read(text).tree));
      expect(commentsOf(once), text).toEqual(commentsOf(text));
      expect(formatted(once), text).toBe(once);
    }),
    { numRuns: 300, seed },
  );
});
