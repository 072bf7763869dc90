/**
 * npm run demo: compiles FCN-8s and U-Net, runs both on an image on the CPU, and holds the shapes that were derived against
 * those that came out. Leaves demo/*.png.
 */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, rmSync } from "node:fs";
import { fileURLToPath } from "node:url";

process.chdir(fileURLToPath(new URL("..", import.meta.url)));
const segc = "dist/segc.js";
const image = "examples/street.png";
if (!existsSync(image)) execFileSync(process.execPath, ["scripts/make-sample.js"], { stdio: "inherit" });
mkdirSync("demo", { recursive: true });

/** Sizes that are kind to a small machine: smaller than the papers', and legal. */
const shows = [
  { spec: "fcn8s", size: "224", paper: "500" },
  { spec: "unet", size: "380x508", paper: "572" },
];

function run(words, options = {}) {
  console.log(`\n$ segc ${words.join(" ")}`);
  const { status, stdout } = spawnSync(process.execPath, [segc, ...words], { stdio: ["ignore", "pipe", "inherit"], encoding: "utf8", ...options });
  process.stdout.write(options.silent ? "" : stdout);
  if (status !== 0) {
    console.error(`segc ended with status ${status}`);
    process.exit(1);
  }
  return stdout;
}

const rows = [];
for (const { spec, size, paper } of shows) {
  // Proved for every size: the shapes are expressions of H and W.
  run(["inspect", spec]);
  const [{ name, shape }] = JSON.parse(run(["inspect", spec, "--size", paper, "--json"], { silent: true })).outputs;
  console.log(`${name} at the paper's size of ${paper}x${paper}: [${shape.join(", ")}]`);
  run(["compile", spec, "--out", `demo/${spec}.onnx`]);
  // One dynamic model serves every legal size; here it runs at a reduced one.
  const facts = JSON.parse(run(["predict", spec, image, "--onnx", `demo/${spec}.onnx`, "--size", size, "--out", `demo/${spec}.png`, "--json"], { silent: true }));
  for (const output of facts.outputs) rows.push([`${facts.model}.${output.name}`, `${facts.size.height}x${facts.size.width}`, output.derived, output.actual, output.equal]);
  console.log(facts.labels.histogram.map(({ label, name: title, pixels }) => `  class ${label}${title ? ` (${title})` : ""}: ${pixels} pixels`).join("\n"));
  console.log(`  labels: ${facts.labels.file}, ${facts.labels.height}x${facts.labels.width}`);
  rmSync(`demo/${spec}.onnx`, { force: true });
}

console.log("\noutput          input      derived             actual");
for (const [output, size, derived, actual, equal] of rows)
  console.log(`${output.padEnd(14)}  ${size.padEnd(9)}  ${`[${derived.join(", ")}]`.padEnd(18)}  ${`[${actual.join(", ")}]`.padEnd(18)}  ${equal ? "equal" : "DIFFERENT"}`);
console.log("\nThe networks have initial weights: the shapes are real, the labels are not. (FCN's score layers begin at zero, so all its pixels are class 0.)");
process.exitCode = rows.every(([, , , , equal]) => equal) ? 0 : 1;
