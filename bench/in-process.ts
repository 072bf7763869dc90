/**
 * What happens inside of one warm process, as an editor or `--watch` has it, in processor time: checking again after a change,
 * formatting, and initial values. Prints rows as JSON; `bench/run.js` runs it.
 */
import { readFileSync, readdirSync } from "node:fs";
import { Checker } from "../src/checker.js";
import { check } from "../src/compile.js";
import { Problems } from "../src/diagnostics/problem.js";
import { format } from "../src/format/format.js";
import { standardLibrary } from "../src/library.js";
import type { SourceFile } from "../src/source/source.js";
import { parse } from "../src/syntax/parse.js";
import { fillNormal } from "../src/weights/fill-random.js";
import { manyModels, oneLongModel } from "./long-spec.js";

const runs = Number(process.argv[2] ?? 11);

const seconds = (work: () => void): number => {
  const start = process.cpuUsage();
  work();
  return process.cpuUsage(start).user / 1e6;
};
const median = (list: readonly number[]): number => [...list].sort((a, b) => a - b)[list.length >> 1]!;

interface Row {
  readonly what: string;
  readonly against: string;
  readonly time: number;
  readonly base: number;
  readonly ratio: number;
  readonly figure?: { readonly what: string; readonly value: number; readonly unit: string; readonly most?: number; readonly least?: number };
}

/** `work` and `against` take turns. */
function row(what: string, work: (round: number) => void, against: string, base: (round: number) => void, about: (time: number) => Partial<Row> = () => ({})): Row {
  const pairs = Array.from({ length: runs }, (_, round) => [seconds(() => work(round)), seconds(() => base(round))] as const);
  const time = median(pairs.map(([a]) => a));
  return { what, against, time, base: median(pairs.map(([, b]) => b)), ratio: median(pairs.map(([a, b]) => a / b)), ...about(time) };
}

/** Within 100 ms an editor seems to answer at once. */
const answer = (time: number): Partial<Row> => ({ figure: { what: "processor time", value: time * 1e3, unit: "ms", most: 100 } });

const zoo: readonly SourceFile[] = [
  ...readdirSync("specs").filter((name) => name.endsWith(".seg")).map((name) => ({ path: `specs/${name}`, text: readFileSync(`specs/${name}`, "utf8") })),
  ...Object.entries(standardLibrary).map(([path, text]) => ({ path, text })),
];

/** A comment more behind a line, another one in each round. */
function touched({ path, text }: SourceFile, round: number, line: number): SourceFile {
  const lines = text.split("\n");
  lines[line] = `${lines[line]!} // ${round}`;
  return { path, text: lines.join("\n") };
}

function checkingAgain(): readonly Row[] {
  const checker = new Checker();
  for (const file of zoo) checker.check(file);
  // Inside of a model, so that it is worked out again.
  const models = zoo.filter(({ text }) => /^  head /m.test(text));
  const changed = (round: number): SourceFile => {
    const file = models[(round * 7) % models.length]!;
    return touched(file, round, file.text.split("\n").findIndex((line) => line.startsWith("  head ")));
  };
  const rows = [row("zoo again, one file changed", (round) => {
    const one = changed(round);
    for (const file of zoo) checker.check(file.path === one.path ? one : file);
  }, "the whole zoo anew", () => zoo.forEach((file) => check(file)), answer)];
  for (const [what, text] of [["one model", oneLongModel()], ["312 models", manyModels()]] as const) {
    const file = { path: `${what}.seg`, text };
    const line = text.split("\n").findIndex((each, at) => at > 5000 && each.includes("-> conv"));
    const again = new Checker();
    const options = { limits: { maxNodes: 1_000_000 } };
    for (let round = 0; round < 3; round++) again.check(touched(file, -round, line), options);
    rows.push(row(`10,000 lines, ${what}: one line changed`, (round) => void again.check(touched(file, round, line), options), "parsing them", () => void parse(file, new Problems()), answer));
    rows.push(row(`10,000 lines, ${what}: format`, () => void format(file), "parsing them", () => void parse(file, new Problems()), answer));
  }
  return rows;
}

function initialValues(): readonly Row[] {
  const values = new Float32Array(32 * 1024);
  const count = 10_000_000;
  const parts = Math.ceil(count / values.length);
  const fill = (): void => {
    for (let part = 0; part < parts; part++) fillNormal(values, 0.02, "conv.weight", 0, part * values.length);
  };
  const random = (): void => {
    for (let part = 0; part < parts; part++) for (let i = 0; i < values.length; i++) values[i] = Math.random();
  };
  fill();
  return [row("10 M normal initial values", fill, "as many Math.random()", random, (time) => ({ figure: { what: "values", value: (parts * values.length) / time / 1e6, unit: "M a second", least: 200 } }))];
}

console.log(JSON.stringify([...checkingAgain(), ...initialValues()]));
