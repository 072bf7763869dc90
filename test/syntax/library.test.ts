/** What the build keeps of the standard library is what the parser makes of it. */
import { expect, test } from "vitest";
import { moduleTrees } from "../../scripts/library-plugin.js";
import { bind } from "../../src/bind/bind.js";
import { ModuleCache } from "../../src/bind/module-cache.js";
import { Problems } from "../../src/diagnostics/problem.js";
import { standardLibrary } from "../../src/library.js";
import { knownNames } from "../../src/network/elaborate/known.js";
import { type Parsed, parse } from "../../src/syntax/parse.js";

const trees = await moduleTrees();
const kept = (path: string): Pick<Parsed, "tree" | "comments"> | undefined => (trees[path] === undefined ? undefined : JSON.parse(trees[path]));

test("every module is kept", () => expect(Object.keys(trees)).toEqual(Object.keys(standardLibrary)));

test.each(Object.keys(standardLibrary))("%s", (path) => {
  const { tree, comments } = parse({ path, text: standardLibrary[path]! }, new Problems());
  expect(kept(path)).toEqual({ tree, comments });
});

test("a host that knows a file's tree is asked for it, and only a file that it does not know is parsed", () => {
  const main = { path: "main.seg", text: 'use std.resnet { resnet18 }\nmodel M { input image: [N, 3, H, W] head y = (image -> resnet18).c5 -> conv(2, 1) }' };
  const problems = new Problems();
  // A library that cannot be parsed: its trees alone can be meant.
  const known = new Map(Object.keys(trees).map((path) => [path, `) ${path}`]));
  const program = bind(main, { read: (path) => known.get(path), parsed: ({ path }) => kept(path) }, knownNames, new ModuleCache(), problems);
  expect(problems.list).toEqual([]);
  expect(program.modules.map(({ file }) => file.path)).toContain("std/resnet.seg");
});
