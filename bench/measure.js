/** Measuring whole processes in pairs: A B A B ..., so that a machine whose speed drifts gives the same ratios. */
import { spawnSync } from "node:child_process";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("..", import.meta.url));
export const segc = process.env.SEGC_BIN ?? `${root}dist/segc.js`;

export const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

export function run(words, { env = {}, program = process.execPath } = {}) {
  const result = spawnSync(program, words, { cwd: root, encoding: "utf8", env: { ...process.env, ...env }, maxBuffer: 1 << 26 });
  if (result.error || result.status !== 0) throw new Error(`${program} ${words.join(" ")}: ${result.error?.message ?? result.stderr}`);
  return result;
}

export function seconds(work) {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}

/** Median times in seconds, and the median of the ratios, pair by pair. Each side runs once before. */
export function pair(work, against, count) {
  work();
  against();
  const pairs = Array.from({ length: count }, () => [seconds(work), seconds(against)]);
  return { time: median(pairs.map(([a]) => a)), base: median(pairs.map(([, b]) => b)), ratio: median(pairs.map(([a, b]) => a / b)) };
}

export const bareNode = () => run(["-e", "0"]);

/** Peak resident memory of a Node program, in MB: it says so itself when it ends. */
export function peak(words) {
  const hook = `data:text/javascript,${encodeURIComponent("process.on('exit', () => process.stderr.write(` MAXRSS ${process.resourceUsage().maxRSS}`))")}`;
  return Number(/MAXRSS (\d+)/.exec(run(words, { env: { NODE_OPTIONS: `--import=${hook}` } }).stderr)[1]) / 1000;
}
