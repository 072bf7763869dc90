/**
 * Whole-process times as ratios to something in the same run: bare `node`, or copying the file that is written.
 * Each pair runs in turn, A B A B ..., so that a machine whose speed drifts gives the same ratios. `npm run bench [-- --runs 15] [-- --json]`
 */
import { execFileSync, spawnSync } from "node:child_process";
import { copyFileSync, mkdtempSync, readFileSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";
import { chainOf } from "./chain.js";

const { values } = parseArgs({ options: { runs: { type: "string", default: "11" }, json: { type: "boolean", default: false } } });
const runs = Number(values.runs);
const root = fileURLToPath(new URL("..", import.meta.url));
const segc = join(root, "dist/segc.js");
const folder = mkdtempSync(join(tmpdir(), "segc-bench-"));

const run = (...args) => () => {
  const result = spawnSync(process.execPath, args, { cwd: root, stdio: ["ignore", "pipe", "pipe"] });
  if (result.status !== 0) throw new Error(`${args.join(" ")} ended with ${result.status}: ${result.stderr}`);
};
const bare = run("-e", "0");

function seconds(work) {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Median times and the median of the ratios, pair by pair. */
function pair(work, against, count = runs) {
  work();
  against();
  const pairs = Array.from({ length: count }, () => [seconds(work), seconds(against)]);
  return { time: median(pairs.map(([a]) => a)), base: median(pairs.map(([, b]) => b)), ratio: median(pairs.map(([a, b]) => a / b)) };
}

const rows = [];
const add = (what, aim, against, result) => rows.push({ what, against, aim, ...result });

add("segc --version", undefined, "node -e 0", pair(run(segc, "--version"), bare));
add("segc check specs/unet.seg", 3, "node -e 0", pair(run(segc, "check", "specs/unet.seg"), bare));
add("segc check specs/", 25, "node -e 0", pair(run(segc, "check", "specs/"), bare));

const unet = join(folder, "unet.onnx");
const copy = join(folder, "copy.onnx");
const compileUnet = run(segc, "compile", "unet", "--out", unet);
compileUnet();
const megabytes = (statSync(unet).size / 1e6).toFixed(0);
add(`segc compile unet (${megabytes} MB)`, undefined, "cp of the file", pair(compileUnet, () => copyFileSync(unet, copy)));
add(`segc compile unet (${megabytes} MB)`, undefined, "cp and sync", pair(compileUnet, () => execFileSync("sh", ["-c", `cp ${unet} ${copy} && sync ${copy}`])));
add("segc compile unet --weights none", undefined, "node -e 0", pair(run(segc, "compile", "unet", "--weights", "none", "--out", unet), bare));

// Cost in nodes: time beyond start-up for chains of convolutions and skips, per node.
for (const nodes of [1_000, 10_000, 100_000]) {
  const path = join(folder, `chain${nodes}.seg`);
  writeFileSync(path, chainOf(nodes));
  const result = pair(run(segc, "check", "--max-nodes", "1000000", path), bare, nodes > 10_000 ? 3 : runs);
  add(`segc check, ${nodes} nodes (${(((result.time - result.base) / nodes) * 1e6).toFixed(1)} us a node)`, undefined, "node -e 0", result);
}

rmSync(folder, { recursive: true });
if (values.json) console.log(JSON.stringify({ node: process.version, runs, version: JSON.parse(readFileSync(join(root, "package.json"), "utf8")).version, rows }, null, 2));
else {
  console.log(`whole processes, medians of ${runs} pairs, node ${process.version}\n`);
  for (const { what, against, aim, time, base, ratio } of rows)
    console.log(`${what.padEnd(44)} ${(time * 1e3).toFixed(0).padStart(6)} ms = ${ratio.toFixed(2).padStart(6)} x ${against} (${(base * 1e3).toFixed(0)} ms)${aim ? `, aim ${aim}` : ""}`);
}
