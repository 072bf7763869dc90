/** `npm run gen` writes every generated file; `npm run gen -- --check` names those that are out of date. */
import { mkdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname } from "node:path";
import { generatedFiles, staleFiles } from "./generated.js";

function main(args: readonly string[]): number {
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

process.exitCode = main(process.argv.slice(2));
