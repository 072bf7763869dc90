/** The standard library: `specs/std/*.seg`, put into the program when it is built. */
import texts, { trees } from "virtual:standard-library";
import type { SourceFile } from "./source/source.js";
import type { Parsed } from "./syntax/parse.js";

/** Text of each module by path: `std/blocks.seg`. */
export const standardLibrary: Readonly<Record<string, string>> = texts;

/** A module's tree, if it is the library's and was parsed when the program was built: parsing takes ten times as long. */
export function parsedBefore({ path, text }: SourceFile): Pick<Parsed, "tree" | "comments"> | undefined {
  const tree = texts[path] === text ? trees[path] : undefined;
  return tree === undefined ? undefined : (JSON.parse(tree()) as Pick<Parsed, "tree" | "comments">);
}
