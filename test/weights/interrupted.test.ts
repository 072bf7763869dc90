import { spawn } from "node:child_process";
import { mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { build } from "esbuild";
import { expect, test } from "vitest";

test("Ctrl-C in the middle of a file leaves the old one, and nothing else", async () => {
  const folder = mkdtempSync(join(tmpdir(), "segc-"));
  try {
    const script = join(folder, "script.mjs");
    const path = join(folder, "model.onnx");
    await build({
      stdin: {
        contents: `
          import { temporaryFile } from "./src/weights/temporary-file.ts";
          const file = await temporaryFile(process.argv[2]);
          await file.handle.writeFile("half");
          console.log("writing");
          setTimeout(() => {}, 60_000);`,
        resolveDir: process.cwd(),
      },
      bundle: true,
      platform: "node",
      format: "esm",
      outfile: script,
    });
    writeFileSync(path, "old");
    const child = spawn(process.execPath, [script, path], { stdio: ["ignore", "pipe", "inherit"] });
    await new Promise((resolve) => child.stdout.once("data", resolve));
    expect(readdirSync(folder)).toHaveLength(3);
    child.kill("SIGINT");
    const signal = await new Promise((resolve) => child.once("exit", (_, name) => resolve(name)));
    expect(signal).toBe("SIGINT");
    expect(readFileSync(path, "utf8")).toBe("old");
    expect(readdirSync(folder).sort()).toEqual(["model.onnx", "script.mjs"]);
  } finally {
    rmSync(folder, { recursive: true });
  }
});
