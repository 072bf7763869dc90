/** The built command line as a child process. Builds it first where the sources are newer. */
import { execFileSync, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, readdirSync, rmdirSync, statSync } from "node:fs";
import { join } from "node:path";
import { fileURLToPath } from "node:url";

export const root = fileURLToPath(new URL("../..", import.meta.url));
export const segc = join(root, "dist/segc.js");

export interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

export interface RunOptions {
  readonly cwd?: string;
  readonly input?: string | Uint8Array;
  readonly env?: Readonly<Record<string, string>>;
}

export function run(words: readonly string[], { cwd = root, input = "", env = {} }: RunOptions = {}): Ended {
  const { PATH = "" } = process.env;
  const { status, stdout, stderr } = spawnSync(process.execPath, [segc, ...words], { cwd, input, env: { PATH, ...env }, encoding: "utf8", timeout: 100_000, maxBuffer: 1 << 28 });
  return { status, stdout, stderr };
}

function newest(folder: string): number {
  return Math.max(0, ...readdirSync(folder, { withFileTypes: true }).map((entry) => {
    const path = join(folder, entry.name);
    return entry.isDirectory() ? newest(path) : statSync(path).mtimeMs;
  }));
}

const stale = (): boolean => {
  const types = join(root, "dist/types/src/index.d.ts");
  if (!existsSync(segc) || !existsSync(types)) return true;
  const sources = Math.max(...["src", "grammar", "specs/std", "scripts"].map((folder) => newest(join(root, folder))));
  return statSync(segc).mtimeMs < sources;
};

/** Test files run side by side: one builds, the others wait. */
export async function built(): Promise<void> {
  const lock = join(root, "node_modules/.cache/segc-build.lock");
  mkdirSync(join(root, "node_modules/.cache"), { recursive: true });
  for (;;) {
    try {
      mkdirSync(lock);
      break;
    } catch {
      // Whoever died holding it has long been done.
      if (existsSync(lock) && Date.now() - statSync(lock).mtimeMs > 100_000) rmdirSync(lock);
      await new Promise((resolve) => setTimeout(resolve, 200));
    }
  }
  try {
    if (stale()) execFileSync(process.execPath, [join(root, "scripts/build.js")], { stdio: "inherit" });
  } finally {
    rmdirSync(lock);
  }
}
