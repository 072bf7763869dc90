/**
 * How fast segc is, as ratios to something in the same run: bare `node`, copying the file that is written, parsing. One table:
 * what, how long, against what, the aims where there are some. `npm run bench [-- --runs 15] [-- --python python3] [-- --json]`
 */
import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { parseArgs } from "node:util";
import { checkingRows } from "./checking.js";
import { root, run } from "./measure.js";
import { weightRows } from "./weights.js";

const { values } = parseArgs({ options: { runs: { type: "string", default: "11" }, python: { type: "string", default: "python3" }, json: { type: "boolean", default: false } } });
const runs = Number(values.runs);
const folder = mkdtempSync(join(tmpdir(), "segc-bench-"));
try {
  const rows = [
    ...checkingRows(runs, folder),
    ...JSON.parse(run([`${root}scripts/run.js`, `${root}bench/in-process.ts`, String(runs)]).stdout),
    ...weightRows(runs, folder, values.python),
  ];
  if (values.json) console.log(JSON.stringify({ node: process.version, runs, version: JSON.parse(readFileSync(`${root}package.json`, "utf8")).version, rows }, null, 2));
  else print(rows);
} finally {
  rmSync(folder, { recursive: true });
}

function print(rows) {
  console.log(`medians of ${runs} pairs, node ${process.version}\n`);
  for (const { what, against, aim, time, base, ratio, figure, note, missing } of rows) {
    const measured = missing ? `not measured (${missing})` : `${(time * 1e3).toFixed(0).padStart(6)} ms = ${ratio.toFixed(2).padStart(6)} x ${against} (${(base * 1e3).toFixed(0)} ms)`;
    const aimed = aim === undefined ? [] : [`aim ${aim}${ratio > aim ? ": missed" : ""}`];
    console.log(`${what.padEnd(46)} ${[measured, ...aimed, ...(figure ? [shown(figure)] : []), ...(note ? [note] : [])].join("; ")}`);
  }
}

/** What is aimed at beside the ratio, `most` or `least` of it: `peak 106 MB, aim 200`. */
function shown({ what, value, unit, most = Infinity, least = -Infinity }) {
  const missed = value > most || value < least;
  return `${what} ${value.toFixed(0)} ${unit}, aim ${most === Infinity ? least : most}${missed ? ": missed" : ""}`;
}
