/** Checking again gives what checking for the first time gives, whatever has changed; and what has not changed is not worked out again. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ModuleCache } from "../../src/bind/module-cache.js";
import { Checker } from "../../src/checker.js";
import { type CompileOptions, check } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { printNetwork } from "../../src/network/print.js";
import type { SourceFile } from "../../src/source/source.js";
import { manyModels } from "../../bench/long-spec.js";
import { type Random, random } from "../property/random.js";

const told = ({ problems, models }: ReturnType<typeof check>): string => `${renderProblems(problems)}${models.map(({ network }) => printNetwork(network)).join("\n")}`;

/** A project in memory, whose files may change. */
class Project {
  readonly files = new Map<string, string>();
  readonly options: CompileOptions = { host: { read: (path) => this.files.get(path), list: () => [...this.files.keys()] } };
  file(path: string): SourceFile {
    return { path, text: this.files.get(path)! };
  }
}

const model = (body: string): string => `model Net {\n  input image: [N, 3, H, W]\n  ${body}\n}\n`;
const unit = (channels: number): string => `block unit(x: tensor) {\n  return x -> conv(${channels}, 3) -> relu\n}\n`;

function project(): Project {
  const made = new Project();
  made.files.set("blocks.seg", unit(8));
  made.files.set("middle.seg", `use "./blocks" { unit }\n\nblock two(x: tensor) {\n  return x -> unit -> unit\n}\n`);
  made.files.set("net.seg", `use "./middle" { two }\n\n${model("head y = image -> two -> conv(2, 1)")}`);
  made.files.set("other.seg", `use "./blocks" { unit }\nuse std.blocks { conv_bn_relu }\n\n${model("head y = image -> unit -> conv_bn_relu(4) -> conv(2, 1)")}`);
  return made;
}

describe("after a change", () => {
  const changes: Readonly<Record<string, (files: Map<string, string>) => void>> = {
    "of the spec": (files) => files.set("net.seg", files.get("net.seg")!.replace("conv(2, 1)", "conv(5, 1)")),
    "of a module two uses away": (files) => files.set("blocks.seg", unit(16)),
    "that breaks a module": (files) => files.set("blocks.seg", unit(16).replace("conv(", "conf(")),
    "that takes a module away": (files) => void files.delete("blocks.seg"),
    "that makes a circle": (files) => files.set("blocks.seg", `use "./middle" { two }\n\n${unit(8)}`),
    "that makes blocks recur": (files) => files.set("middle.seg", files.get("middle.seg")!.replace("unit -> unit", "two")),
    "that takes a name away": (files) => files.set("blocks.seg", unit(8).replace("unit", "unity")),
    "that adds a fault to the other spec": (files) => files.set("other.seg", files.get("other.seg")!.replace("-> unit", "-> unti")),
  };
  for (const [what, change] of Object.entries(changes))
    test(`${what}, and back`, () => {
      const made = project();
      const checker = new Checker();
      const agree = (): void => {
        for (const path of ["net.seg", "other.seg"]) expect(told(checker.check(made.file(path), made.options))).toBe(told(check(made.file(path), made.options)));
      };
      agree();
      change(made.files);
      agree();
      for (const [path, text] of project().files) made.files.set(path, text);
      agree();
    });
});

/** A line is changed, doubled, dropped or commented, or an empty one comes in. */
function edited(text: string, r: Random): string {
  const lines = text.split("\n");
  const at = r.int(0, lines.length - 1);
  const line = lines[at]!;
  const edits: readonly (() => readonly string[])[] = [
    () => [line.replace(/\d+/, (digits) => String(Number(digits) + r.int(1, 3)))],
    () => [line.replace(/\b[a-z]\w*/g, (word) => (r.chance(0.2) ? "relu" : word))],
    () => [line, line], () => [], () => [`${line} // why`], () => ["", line], () => [line, "// segc: object 96"], () => [line, "  // segc: ignore lint/off-grid"],
  ];
  lines.splice(at, 1, ...r.pick(edits)());
  return lines.join("\n");
}

describe("a file of several models, edited again and again", () => {
  const shared = `let width = 8

block shared(x: tensor, channels: int = width) {
  return x -> conv(channels, 3) -> batchnorm -> relu
}

model First {
  input image: [N, 3, H, W]
  a = image -> shared -> maxpool(2)
  head y = concat(a -> upconv(4, kernel: 3), image) -> conv(2, 1) as ["at{width}"]
}

`;
  for (const seed of [1, 2, 3, 4])
    test(`edits ${seed}`, () => {
      const r = random(seed);
      const checker = new Checker();
      const whole = shared + manyModels(3);
      let text = whole;
      for (let round = 0; round < 60; round++) {
        const file = { path: "net.seg", text };
        const again = checker.check(file);
        const anew = check(file);
        expect(told(again), text).toBe(told(anew));
        expect(again.problems).toEqual(anew.problems);
        // Too many faults at once hide each other.
        text = round % 6 === 5 ? whole : edited(text, r);
      }
    });

  test("only the model that changes, or whose block does, is worked out again", () => {
    const checker = new Checker();
    let text = manyModels(3);
    const analyses = (): readonly unknown[] => checker.check({ path: "net.seg", text }).models.map(({ analysis }) => analysis);
    let before = analyses();
    const keptAfter = (from: string, to: string): readonly boolean[] => {
      expect(text).toContain(from);
      text = text.replace(from, to);
      const now = analyses();
      const kept = now.map((one, at) => one === before[at]);
      before = now;
      return kept;
    };
    expect(keptAfter("/// Two", "// more\n/// Two")).toEqual([true, true, true]);
    expect(keptAfter("u3 = e", "u3  = e")).toEqual([false, true, true]);
    expect(keptAfter("block unit1(x: tensor,", "block unit1(x: tensor, ")).toEqual([true, false, true]);
    expect(keptAfter("block unit0(", "let spare = 1\n\nblock unit0(")).toEqual([true, true, true]);
    expect(keptAfter("let spare = 1", "block relu(x: tensor) {\n  return x\n}")).toEqual([false, false, false]);
  });
});

test("what has not changed is the very result of before", () => {
  const made = project();
  const checker = new Checker();
  const [net, other] = ["net.seg", "other.seg"].map((path) => checker.check(made.file(path), made.options));
  expect(checker.check(made.file("net.seg"), made.options)).toBe(net);
  made.files.set("middle.seg", `${made.files.get("middle.seg")!}\n`);
  expect(checker.check(made.file("net.seg"), made.options)).not.toBe(net);
  expect(checker.check(made.file("other.seg"), made.options)).toBe(other);
  expect(checker.check(made.file("other.seg"), { ...made.options, size: { height: 64, width: 64 } })).not.toBe(other);
});

test("one cache for all networks that come with segc changes no result", () => {
  const modules = new ModuleCache();
  for (const name of readdirSync("specs").filter((one) => one.endsWith(".seg"))) {
    const file = { path: `specs/${name}`, text: readFileSync(`specs/${name}`, "utf8") };
    expect(told(check(file, { modules }))).toBe(told(check(file)));
  }
});
