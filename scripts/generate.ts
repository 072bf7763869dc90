/** `npm run gen` writes every generated file; `npm run gen -- --check` names those that are out of date. */
import { existsSync, mkdirSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { compiledFiles } from "./generate-compiled.js";
import { docFiles } from "./generate-docs.js";
import { grammarFiles } from "./generate-grammar.js";

/** Every generated file's text by its path; paths are relative to the root, from which this is run. */
export const generatedFiles = (): Record<string, string> => ({ ...grammarFiles(), ...docFiles(), ...compiledFiles() });

/** Folders whose files are all generated, by kind; others in them, such as compiled/unet.onnx, are none of our business. */
const owned: readonly (readonly [folder: string, files: RegExp])[] = [
  ["grammar/generated", /^[^.].*$/],
  ["docs/reference", /\.md$/],
  ["docs/diagnostics", /\.md$/],
  ["compiled", /\.(onnx\.txt|json)$/],
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
    (existsSync(folder) ? readdirSync(folder) : []).filter((name) => kind.test(name) && !(`${folder}/${name}` in files)).map((name): Stale => ({ path: `${folder}/${name}`, why: "left over" })));
  return [...changed, ...leftOver];
}

export function main(args: readonly string[]): number {
  const unknown = args.find((arg) => arg !== "--check");
  if (unknown !== undefined) {
    console.error(`unknown argument ${unknown}\nusage: npm run gen [-- --check]`);
    return 2;
  }
  const files = generatedFiles();
  const stale = staleFiles(files);
  if (args.includes("--check")) {
    for (const { path, why } of stale) console.error(`${path}: ${why}`);
    if (stale.length > 0) console.error("\nrun `npm run gen`");
    return stale.length > 0 ? 1 : 0;
  }
  for (const { path, why } of stale) {
    if (why === "left over") rmSync(path);
    else {
      mkdirSync(dirname(path), { recursive: true });
      writeFileSync(path, files[path]!);
    }
    console.log(`${why === "left over" ? "removed" : "wrote"} ${path}`);
  }
  return 0;
}
