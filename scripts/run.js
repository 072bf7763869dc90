/** Runs a TypeScript script of this repository: node scripts/run.js scripts/generate.ts [arguments] */
import { spawnSync } from "node:child_process";
import { mkdirSync, rmSync } from "node:fs";
import { basename, resolve } from "node:path";
import { build } from "esbuild";
import { esbuildLibrary } from "./library-plugin.js";

const root = new URL("..", import.meta.url).pathname;
const [script, ...rest] = process.argv.slice(2);
if (script === undefined) {
  console.error("node scripts/run.js <script.ts> [arguments]");
  process.exit(2);
}
// Inside node_modules: packages stay outside the bundle and are found from there.
const folder = `${root}node_modules/.cache/segc-scripts`;
mkdirSync(folder, { recursive: true });
const bundle = `${folder}/${basename(script, ".ts")}-${process.pid}.mjs`;
try {
  await build({
    absWorkingDir: root,
    entryPoints: [resolve(script)],
    outfile: bundle,
    bundle: true,
    format: "esm",
    platform: "node",
    target: "node20",
    packages: "external",
    sourcemap: "inline",
    plugins: [esbuildLibrary()],
    logLevel: "warning",
  });
  const { status } = spawnSync(process.execPath, ["--enable-source-maps", bundle, ...rest], { stdio: "inherit", cwd: root });
  process.exitCode = status ?? 1;
} finally {
  rmSync(bundle, { force: true });
}
