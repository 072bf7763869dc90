/** Bundles the command line and the library into dist/, with types. Everything but onnxruntime-node is inside. */
import { execFileSync } from "node:child_process";
import { chmodSync, rmSync } from "node:fs";
import { build } from "esbuild";
import { esbuildLibrary } from "./library-plugin.js";

const root = new URL("..", import.meta.url).pathname;
rmSync(`${root}dist`, { recursive: true, force: true });
await build({
  absWorkingDir: root,
  entryPoints: { segc: "src/cli/main.ts", index: "src/index.ts" },
  outdir: "dist",
  bundle: true,
  splitting: true,
  format: "esm",
  platform: "node",
  target: "node20",
  minify: true,
  keepNames: false,
  legalComments: "linked",
  chunkNames: "chunks/[name]-[hash]",
  external: ["onnxruntime-node"],
  plugins: [esbuildLibrary],
  // CommonJS packages inside (onnx-proto, jpeg-js) look for `require`.
  banner: { js: 'import { createRequire as __createRequire } from "node:module"; const require = __createRequire(import.meta.url);' },
  logLevel: "warning",
});
chmodSync(`${root}dist/segc.js`, 0o755);
if (!process.argv.includes("--no-types"))
  execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", `${root}scripts/tsconfig.types.json`], { stdio: "inherit" });
