/**
 * Runs a TypeScript script: `node scripts/run.js scripts/generate.ts --check`. The script exports `main(args)`, whose result is the
 * exit code. It is bundled into one file beside node_modules, so that the packages it imports are found, and starts in the root.
 */
import { mkdirSync, rmSync } from "node:fs";
import { resolve } from "node:path";
import { fileURLToPath, pathToFileURL } from "node:url";
import { build } from "esbuild";
import { esbuildLibrary } from "./library-plugin.js";

const [script, ...args] = process.argv.slice(2);
if (script === undefined) {
  console.error("usage: node scripts/run.js <script.ts> [argument]...");
  process.exit(2);
}
const entry = resolve(script);
process.chdir(fileURLToPath(new URL("..", import.meta.url)));

const folder = resolve("node_modules/.cache/segc");
const bundle = `${folder}/run-${process.pid}.mjs`;
mkdirSync(folder, { recursive: true });
try {
  await build({
    entryPoints: [entry],
    outfile: bundle,
    bundle: true,
    packages: "external",
    format: "esm",
    platform: "node",
    target: "node20",
    sourcemap: "inline",
    plugins: [esbuildLibrary],
    logLevel: "warning",
  });
  process.setSourceMapsEnabled(true);
  const { main } = await import(pathToFileURL(bundle).href);
  process.exitCode = await main(args);
} finally {
  rmSync(bundle, { force: true });
}
