/**
 * Bundles the command line and the library into dist/, with types. Everything but onnxruntime-node is inside.
 * The new dist/ takes the place of the old one when it is whole, so that what runs meanwhile finds one or the other.
 */
import { execFileSync } from "node:child_process";
import { chmodSync, copyFileSync, renameSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";
import { closeDeclarations } from "./declarations.js";
import { esbuildLibrary } from "./library-plugin.js";

/** Large packages that few commands need: files of their own, so that the others do not read them. */
const large = ["onnx-proto", "jpeg-js"];
const apart = {
  name: "apart",
  setup: (build) => build.onResolve({ filter: new RegExp(`^(${large.join("|")})$`) }, ({ path }) => ({ path: `./${path}.cjs`, external: true })),
};

const root = fileURLToPath(new URL("..", import.meta.url));
const fresh = `${root}node_modules/.cache/segc-build-${process.pid}`;
const old = `${fresh}-old`;
try {
  const common = {
    absWorkingDir: root,
    bundle: true,
    platform: "node",
    target: "node20",
    minify: true,
    legalComments: "linked",
    external: ["onnxruntime-node"],
    plugins: [esbuildLibrary()],
    // Its variant for Node loads node:crypto for random numbers that nobody draws: that takes 5 ms, and keeps the library from browsers.
    alias: { "@noble/hashes/crypto": `${root}node_modules/@noble/hashes/esm/crypto.js` },
    logLevel: "warning",
  };
  await build({ ...common, entryPoints: { index: "src/index.ts" }, outdir: fresh, format: "esm" });
  // One file, so that V8's code for it can be kept beside it; what a command does not need is not run.
  await build({
    ...common,
    entryPoints: { segc: "src/cli/main.ts" },
    outdir: fresh,
    outExtension: { ".js": ".cjs" },
    format: "cjs",
    // A script that is compiled from kept code cannot import; it requires.
    supported: { "dynamic-import": false },
    define: { "import.meta.url": "__url" },
    banner: { js: 'const __url = require("node:url").pathToFileURL(__filename).href;' },
    plugins: [esbuildLibrary({ parsed: true }), apart],
  });
  for (const name of large) await build({ ...common, entryPoints: { [name]: name }, outdir: fresh, outExtension: { ".js": ".cjs" }, format: "cjs" });
  copyFileSync(`${root}scripts/launcher.js`, `${fresh}/segc.js`);
  chmodSync(`${fresh}/segc.js`, 0o755);
  // Runs that do what most runs do leave the code of what they used.
  const weights = `${fresh}/unet.safetensors`;
  const typical = {
    check: ["check", `${root}specs/unet.seg`],
    weights: ["weights", `${root}specs/unet_same.seg`, "--set", "base=4", "--init", "--out", weights],
    compile: ["compile", `${root}specs/unet_same.seg`, "--set", "base=4", "--weights", weights, "--out", `${fresh}/unet.onnx`],
  };
  for (const [name, words] of Object.entries(typical))
    execFileSync(process.execPath, [`${fresh}/segc.js`, ...words], { stdio: "pipe", env: { ...process.env, SEGC_WRITE_CODE: `${fresh}/segc.cjs.${name}.code` } });
  for (const name of ["segc.cjs.weights.code", "unet.safetensors", "unet.onnx"]) rmSync(`${fresh}/${name}`);
  if (!process.argv.includes("--no-types")) {
    execFileSync(process.execPath, [`${root}node_modules/typescript/bin/tsc`, "-p", `${root}scripts/tsconfig.types.json`, "--outDir", `${fresh}/types`], { stdio: "inherit" });
    closeDeclarations(`${fresh}/types`, `${root}node_modules`);
  }
  try {
    renameSync(`${root}dist`, old);
  } catch (error) {
    if (error.code !== "ENOENT") throw error;
  }
  renameSync(fresh, `${root}dist`);
} catch (error) {
  // esbuild and tsc have said what is wrong; what a run of segc said was kept.
  if (error.stderr?.length > 0) console.error(`${error.message}\n${error.stderr}`);
  else if (!Array.isArray(error.errors) && error.status === undefined) console.error(error);
  process.exitCode = 1;
} finally {
  for (const folder of [fresh, old]) rmSync(folder, { recursive: true, force: true });
}
