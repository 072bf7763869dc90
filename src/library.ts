/** The standard library: `specs/std/*.seg`, put into the program when it is built. */
import texts from "virtual:standard-library";

/** Text of each module by path: `std/blocks.seg`. */
export const standardLibrary: Readonly<Record<string, string>> = texts;
