#!/usr/bin/env node
// Loads the bundle together with V8's code for it, so that a short command does not spend its time compiling.
// Commands that do much more than check have code of their own: more code takes longer to load.
// The code is only a help: where it is missing or made by another Node, V8 compiles as usual.
import { readFileSync } from "node:fs";
import { createRequire } from "node:module";
import { fileURLToPath } from "node:url";
import { Script } from "node:vm";

const file = fileURLToPath(new URL("./segc.cjs", import.meta.url));
const require = createRequire(file);

function load(command) {
  let cachedData;
  try {
    cachedData = readFileSync(`${file}.${["compile", "weights"].includes(command) ? "compile" : "check"}.code`);
  } catch {}
  const script = new Script(`(function (exports, require, module, __filename, __dirname) {${readFileSync(file, "utf8")}\n})`, {
    filename: file,
    cachedData,
  });
  const module = { exports: {} };
  script.runInThisContext()(module.exports, require, module, file, fileURLToPath(new URL(".", import.meta.url)));
  if (process.env.SEGC_WRITE_CODE) process.on("exit", () => require("node:fs").writeFileSync(process.env.SEGC_WRITE_CODE, script.createCachedData()));
  return module.exports;
}

const words = process.argv.slice(2);
await load(words[0]).main(words);
