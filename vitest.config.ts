import { defineConfig } from "vitest/config";
// @ts-expect-error plain JavaScript, shared with the build
import { viteLibrary } from "./scripts/library-plugin.js";

export default defineConfig({
  plugins: [viteLibrary],
  test: {
    // Forks, never threads: two ONNX Runtime sessions in two threads of one process crash it.
    pool: "forks",
    poolOptions: { forks: { maxForks: 2, minForks: 1 } },
    testTimeout: process.env["SEGC_LONG"] ? 600_000 : 120_000,
    hookTimeout: 120_000,
    include: ["test/**/*.test.ts"],
    setupFiles: ["test/setup.ts"],
  },
});
