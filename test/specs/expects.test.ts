/** Every network of the zoo states what is known of it: its size, the shapes of its heads, its stride, the sizes that fit, and what it sees. */
import { readFileSync, readdirSync } from "node:fs";
import { expect, test } from "vitest";
import { compile } from "../../src/compile.js";
import { parse } from "../../src/syntax/parse.js";
import { Problems } from "../../src/diagnostics/problem.js";
import type { Expect, Expression, Statement } from "../../src/syntax/ast.js";

const zoo = readdirSync("specs").filter((name) => name.endsWith(".seg")).map((name) => name.slice(0, -".seg".length));

/** No published number, and what the reason is. */
const without: Readonly<Record<string, readonly string[]>> = {
  // The images of the sizes that fit, 27 to 34 of every 32, are no equation; test/zoo/context.test.ts has them.
  alignment: ["fast_scnn"],
  // The papers of small networks and their codes state none.
  receptive_field: ["bisenetv2", "deeplabv3plus_mobilenet", "deeplabv3plus_xception", "enet", "fast_scnn", "lraspp_mobilenet_v3", "refinenet_light_mobilenet"],
};

function expectsOf(statements: readonly Statement[]): readonly Expect[] {
  return statements.flatMap((statement): readonly Expect[] => {
    switch (statement.kind) {
      case "expect": return [statement];
      case "for": return expectsOf(statement.body);
      case "if": return [...expectsOf(statement.then), ...expectsOf(statement.otherwise ?? [])];
      default: return [];
    }
  });
}

/** The name at the root of `helper[2]` or `features.c5`. */
function root(expression: Expression): string | undefined {
  let at = expression;
  while (at.kind === "index" || at.kind === "member") at = at.base;
  return at.kind === "name" ? at.name : undefined;
}

/** What a spec with these outputs should state, and does not. */
function missing(text: string, outputs: readonly string[]): readonly string[] {
  const problems = new Problems();
  const { tree } = parse({ path: "net.seg", text }, problems);
  const expects = tree.declarations.flatMap((declaration) => (declaration.kind === "model" ? expectsOf(declaration.body) : []));
  const facts = expects.flatMap(({ what }) => (what.kind === "fact" ? [text.slice(what.condition.span.start, what.condition.span.end)] : []));
  const shaped = new Set(expects.flatMap(({ what }) => (what.kind === "shape" ? [root(what.subject)] : [])));
  const says = (pattern: RegExp): boolean => facts.some((fact) => pattern.test(fact));
  return [
    ...(says(/\bparameters\b/) ? [] : ["parameters"]),
    ...(says(/\boutput_stride\b|\bstride\(/) ? [] : ["stride"]),
    ...(says(/\breceptive_field\(/) ? [] : ["receptive_field"]),
    ...(expects.some(({ what }) => what.kind === "alignment") ? [] : ["alignment"]),
    ...outputs.filter((name) => !shaped.has(name.split(".")[0])).map((name) => `shape of ${name}`),
  ];
}

/** Facts whose name a parameter of the model has taken: `expect output_stride == output_stride` compares it with itself. */
function hidden(text: string): readonly string[] {
  const { tree } = parse({ path: "net.seg", text }, new Problems());
  return tree.declarations.flatMap((declaration) => {
    if (declaration.kind !== "model") return [];
    const taken = new Set(declaration.parameters.map(({ name }) => name.text));
    return expectsOf(declaration.body).flatMap(({ what }) => (what.kind === "fact" && what.condition.kind === "binary" && what.condition.left.kind === "name" && taken.has(what.condition.left.name) && known.has(what.condition.left.name) ? [what.condition.left.name] : []));
  });
}
const known = new Set(["parameters", "trainable", "buffers", "conv_layers", "output_stride"]);

const textOf = (name: string): string => readFileSync(`specs/${name}.seg`, "utf8");
const outputsOf = (text: string): readonly string[] => compile({ path: "net.seg", text }).model!.network.outputs.map(({ name }) => name);

test.each(zoo)("%s states what is known of it", (name) => {
  const text = textOf(name);
  const excused = Object.keys(without).filter((fact) => without[fact]!.includes(name));
  expect(missing(text, outputsOf(text)).filter((fact) => !excused.includes(fact))).toEqual([]);
  expect(hidden(text)).toEqual([]);
  // An excuse that is not needed any more is taken back.
  expect(excused.filter((fact) => !missing(text, []).includes(fact))).toEqual([]);
});

test("a spec that leaves something out is told", () => {
  const text = textOf("unet");
  const left = (pattern: RegExp): readonly string[] => missing(text.replaceAll(pattern, ""), ["logits"]);
  expect(left(/expect parameters[^}\n]*/g)).toEqual(["parameters"]);
  expect(left(/^ *expect output_stride.*$/gm)).toEqual(["stride"]);
  expect(left(/^ *expect receptive_field.*$/gm)).toEqual(["receptive_field"]);
  expect(left(/^ *expect alignment.*$/gm)).toEqual(["alignment"]);
  expect(left(/^ *expect logits.*$/gm)).toEqual(["shape of logits"]);
  expect(hidden(text.replace("model UNet(", "model UNet(output_stride: int = 16, "))).toEqual(["output_stride"]);
});
