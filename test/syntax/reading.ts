import { Problems, type Problem } from "../../src/diagnostics/problem.js";
import { parse, type Parsed } from "../../src/syntax/parse.js";
import { showPlace, type SourceFile } from "../../src/source/source.js";

/** A text as a file, read. */
export function read(text: string): Parsed & { file: SourceFile; problems: readonly Problem[] } {
  const file = { path: "test.seg", text };
  const problems = new Problems();
  return { ...parse(file, problems), file, problems: problems.list };
}

/** Problems as a reader sees them, one a line. */
export const shown = (problems: readonly Problem[]): string[] =>
  problems.map((problem) => `${showPlace(problem.place).replace("test.seg:", "")} ${problem.code}: ${problem.message}`);
