import { expect, test } from "vitest";
import { generatedFiles, staleFiles } from "../../scripts/generated.js";

// Made here by vite and on the command line by esbuild, so this also shows that nothing depends on who loads the modules.
const files = generatedFiles();

test("generated files are up to date (`npm run gen` writes them)", () => {
  expect(staleFiles(files)).toEqual([]);
});

test("a generated file whose source is gone is left over", () => {
  const { "compiled/unet.json": _, ...others } = files;
  expect(staleFiles(others)).toContainEqual({ path: "compiled/unet.json", why: "left over" });
});
