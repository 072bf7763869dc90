/** Every generated file of the repository, and which of them are out of date. Paths are relative to the root, from which this is run. */
import { existsSync, readFileSync, readdirSync } from "node:fs";
import { checkFiles } from "./generate-checks.js";
import { compiledFiles } from "./generate-compiled.js";
import { docFiles } from "./generate-docs.js";
import { grammarFiles } from "./generate-grammar.js";
import { validationFiles } from "./generate-zoo-validation.js";
import { zooFiles } from "./generate-zoo.js";

/** Every generated file's text by its path. */
export const generatedFiles = (): Record<string, string> => ({ ...grammarFiles(), ...docFiles(), ...checkFiles(), ...compiledFiles(), ...zooFiles(), ...validationFiles() });

/** Folders whose files are all generated, by kind; others in them, such as compiled/unet.onnx, are none of our business. */
const owned: readonly (readonly [folder: string, files: RegExp])[] = [
  ["grammar/generated", /\.(ts|ebnf|html|json)$/],
  ["docs/reference", /\.md$/],
  ["docs/diagnostics", /\.md$/],
  ["docs/checks", /\.md$/],
  ["compiled", /\.(onnx\.txt|json)$/],
  ["docs/zoo", /\.svg$/],
];

export interface Stale {
  readonly path: string;
  readonly why: "missing" | "changed" | "left over";
}

/** The files that are not what would be written now. */
export function staleFiles(files: Readonly<Record<string, string>>): readonly Stale[] {
  const changed = Object.entries(files).flatMap(([path, text]): Stale[] =>
    !existsSync(path) ? [{ path, why: "missing" }] : readFileSync(path, "utf8") === text ? [] : [{ path, why: "changed" }]);
  const leftOver = owned.flatMap(([folder, kind]) =>
    (existsSync(folder) ? readdirSync(folder) : [])
      .map((name) => `${folder}/${name}`)
      .filter((path) => kind.test(path) && !(path in files))
      .map((path): Stale => ({ path, why: "left over" })));
  return [...changed, ...leftOver];
}
