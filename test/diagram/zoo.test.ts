/** The zoo's table; that it is up to date is looked at with all generated files. */
import { existsSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { zooFiles } from "../../scripts/generate-zoo.js";
import { parseXml } from "./xml.js";

const files = zooFiles();
const names = readdirSync("specs").filter((file) => file.endsWith(".seg")).map((file) => file.slice(0, -4)).sort();
const rows = files["docs/zoo.md"]!.split("\n").filter((line) => line.startsWith("| ["));

test("a row and a picture for each network", () => {
  expect(rows.map((row) => /^\| \[(\w+)\]/.exec(row)?.[1])).toEqual(names);
  expect(Object.keys(files).sort()).toEqual(["docs/zoo.md", ...names.map((name) => `docs/zoo/${name}.svg`)].sort());
  for (const name of names) parseXml(files[`docs/zoo/${name}.svg`]!);
});

test("every row has all cells, and its links lead somewhere", () => {
  for (const row of rows) {
    const cells = row.split(/(?<!\\)\|/).slice(1, -1).map((cell) => cell.trim());
    expect(cells).toHaveLength(7);
    expect(cells.filter((cell) => cell === "" || /undefined|null|NaN/.test(cell)), row).toEqual([]);
    expect(existsSync(`docs/${/\]\(([^)]+)\)/.exec(row)![1]}`), row).toBe(true);
    expect(`docs/${/src="([^"]+)"/.exec(row)![1]}` in files).toBe(true);
  }
});

test("the numbers of the U-Net paper", () => {
  expect(rows.find((row) => row.startsWith("| [unet]"))).toMatch(/\| 31,030,658 \| 150\.4 G<br>at 572x572 \| 16 \| 204 \| H, W: 16k \+ 124, k >= 4 \|$/);
});
