/** `import texts from "virtual:standard-library"`: the files of specs/std, for esbuild and for vite alike. */
import { readFileSync, readdirSync } from "node:fs";

const name = "virtual:standard-library";
const folder = new URL("../specs/std/", import.meta.url);

function moduleText() {
  const files = readdirSync(folder).filter((file) => file.endsWith(".seg")).sort();
  const texts = Object.fromEntries(files.map((file) => [`std/${file}`, readFileSync(new URL(file, folder), "utf8")]));
  return `export default ${JSON.stringify(texts)};`;
}

export const esbuildLibrary = {
  name: "standard-library",
  setup(build) {
    build.onResolve({ filter: /^virtual:standard-library$/ }, () => ({ path: name, namespace: "virtual" }));
    build.onLoad({ filter: /.*/, namespace: "virtual" }, () => ({ contents: moduleText(), loader: "js" }));
  },
};

export const viteLibrary = {
  name: "standard-library",
  resolveId: (id) => (id === name ? `\0${name}` : undefined),
  load: (id) => (id === `\0${name}` ? moduleText() : undefined),
};
