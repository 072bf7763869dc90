/**
 * `import texts, { trees } from "virtual:standard-library"`: the files of specs/std, for esbuild and for vite alike, and what
 * the parser made of them when the program was built (with `parsed`; else nothing, and they are parsed when they are used).
 */
import { readFileSync, readdirSync } from "node:fs";
import { fileURLToPath } from "node:url";
import { build } from "esbuild";

const name = "virtual:standard-library";
const folder = new URL("../specs/std/", import.meta.url);

function moduleTexts() {
  const files = readdirSync(folder).filter((file) => file.endsWith(".seg")).sort();
  return Object.fromEntries(files.map((file) => [`std/${file}`, readFileSync(new URL(file, folder), "utf8")]));
}

/** JSON of each module's tree and comments, by path. */
export async function moduleTrees() {
  const parser = 'export { parse } from "./src/syntax/parse.ts"; export { Problems } from "./src/diagnostics/problem.ts";';
  const { outputFiles } = await build({
    stdin: { contents: parser, resolveDir: fileURLToPath(new URL("..", import.meta.url)), loader: "ts" },
    bundle: true,
    write: false,
    format: "esm",
    platform: "node",
    logLevel: "warning",
  });
  const { parse, Problems } = await import(`data:text/javascript;base64,${Buffer.from(outputFiles[0].contents).toString("base64")}`);
  return Object.fromEntries(Object.entries(moduleTexts()).map(([path, text]) => {
    const problems = new Problems();
    const { tree, comments } = parse({ path, text }, problems);
    if (problems.list.length > 0) throw new Error(`${path}: ${problems.list[0].code}`);
    return [path, JSON.stringify({ tree, comments })];
  }));
}

/** Functions, so that V8 reads only the strings that are asked for. */
const moduleText = (trees) => `export default ${JSON.stringify(moduleTexts())};
export const trees = {${Object.entries(trees).map(([path, json]) => `${JSON.stringify(path)}: () => ${JSON.stringify(json)}`).join(",\n")}};`;

export const esbuildLibrary = ({ parsed = false } = {}) => ({
  name: "standard-library",
  setup(build) {
    build.onResolve({ filter: /^virtual:standard-library$/ }, () => ({ path: name, namespace: "virtual" }));
    build.onLoad({ filter: /.*/, namespace: "virtual" }, async () => ({ contents: moduleText(parsed ? await moduleTrees() : {}), loader: "js" }));
  },
});

export const viteLibrary = {
  name: "standard-library",
  resolveId: (id) => (id === name ? `\0${name}` : undefined),
  load: (id) => (id === `\0${name}` ? moduleText({}) : undefined),
};
