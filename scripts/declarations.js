/**
 * Makes the declarations that tsc wrote stand on their own: only what src/index.d.ts reaches stays, and the types of chevrotain,
 * which is inside the bundle and not installed with it, are copied beside them.
 */
import { copyFileSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join, relative, resolve } from "node:path";

const bundled = { chevrotain: "@chevrotain/types/api.d.ts" };

export function closeDeclarations(folder, modules) {
  const reached = new Set();
  const visit = (file) => {
    if (reached.has(file)) return;
    reached.add(file);
    const text = readFileSync(file, "utf8").replace(/(from |import\()"([^"]+)"/g, (whole, before, from) => {
      if (from.startsWith(".")) {
        visit(resolve(dirname(file), from.replace(/\.js$/, ".d.ts")));
        return whole;
      }
      if (bundled[from] === undefined) return whole;
      const copy = join(folder, `${from}.d.ts`);
      copyFileSync(join(modules, bundled[from]), copy);
      reached.add(copy);
      const path = relative(dirname(file), copy).replaceAll("\\", "/").replace(/\.d\.ts$/, ".js");
      return `${before}"${path.startsWith(".") ? path : `./${path}`}"`;
    });
    writeFileSync(file, text);
  };
  visit(join(folder, "src/index.d.ts"));
  for (const entry of readdirSync(folder, { recursive: true, withFileTypes: true })) {
    const file = join(entry.parentPath ?? entry.path, entry.name);
    if (entry.isFile() && !reached.has(file)) rmSync(file);
  }
}
