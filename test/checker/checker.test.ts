/** Checking again gives what checking for the first time gives, whatever has changed; and what has not changed is not worked out again. */
import { readFileSync, readdirSync } from "node:fs";
import { describe, expect, test } from "vitest";
import { ModuleCache } from "../../src/bind/module-cache.js";
import { Checker } from "../../src/checker.js";
import { type CompileOptions, check } from "../../src/compile.js";
import { renderProblems } from "../../src/diagnostics/render.js";
import { printNetwork } from "../../src/network/print.js";
import type { SourceFile } from "../../src/source/source.js";

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
