/** Checking as whole processes: start-up, the zoo, and cost in nodes. */
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { chainOf } from "./chain.js";
import { bareNode, pair, run, segc } from "./measure.js";

export function checkingRows(runs, folder) {
  const rows = [];
  const add = (what, words, aim, count = runs) => {
    const result = pair(() => run([segc, ...words]), bareNode, count);
    rows.push({ what, against: "node -e 0", aim, ...result });
    return result;
  };
  add("segc --version", ["--version"]);
  add("segc check specs/unet.seg", ["check", "specs/unet.seg"], 3);
  add("segc check specs/", ["check", "specs/"], 25);
  // Time beyond start-up for chains of convolutions with shortcuts.
  for (const nodes of [1_000, 10_000, 100_000]) {
    const path = join(folder, `chain${nodes}.seg`);
    writeFileSync(path, chainOf(nodes));
    const { time, base } = add(`segc check, ${nodes} nodes`, ["check", "--max-nodes", "1000000", path], undefined, nodes > 10_000 ? 3 : runs);
    rows.at(-1).note = `${(((time - base) / nodes) * 1e6).toFixed(1)} us a node`;
  }
  return rows;
}
