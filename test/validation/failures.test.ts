/** What goes wrong while a network is validated or written: a clear message, no process that stays, no half-written file. */
import { type ChildProcess, execFileSync, spawn, spawnSync } from "node:child_process";
import { existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, describe, expect, test } from "vitest";
import { built, root, run, segc } from "../cli/segc.js";

let folder: string;
beforeAll(async () => {
  await built();
  folder = mkdtempSync(join(tmpdir(), "segc-failures-"));
  writeFileSync(join(folder, "net.seg"), "model Net(width: int = 4) {\n  input image: [N, 3, H, W]\n  a = image -> conv(width, 3) -> relu\n  head y = a -> conv(2, 1)\n}\n");
});
afterAll(() => rmSync(folder, { recursive: true }));

const childrenOf = (pid: number): readonly number[] => {
  const said = spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" }).stdout.trim();
  return said === "" ? [] : said.split(/\s+/).map(Number);
};
const runs = (pid: number): boolean => existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/stat`, "utf8").split(") ")[1]?.[0] !== "Z";
const until = async (true_: () => boolean): Promise<void> => {
  for (let i = 0; i < 600 && !true_(); i++) await new Promise((resolve) => setTimeout(resolve, 50));
};

interface Ended {
  readonly status: number | null;
  readonly stdout: string;
  readonly stderr: string;
}

function started(words: readonly string[], temporary: string): { readonly child: ChildProcess; readonly ended: Promise<Ended> } {
  const child = spawn(process.execPath, [segc, ...words], { cwd: folder, env: { ...process.env, TMPDIR: temporary } });
  let [stdout, stderr] = ["", ""];
  child.stdout.on("data", (text: Buffer) => (stdout += text.toString()));
  child.stderr.on("data", (text: Buffer) => (stderr += text.toString()));
  return { child, ended: new Promise((resolve) => child.on("close", (status) => resolve({ status, stdout, stderr }))) };
}

/** The device process of a validation, once it has a model. */
async function deviceOf(child: ChildProcess, temporary: string): Promise<number> {
  const devices = (): readonly number[] => childrenOf(child.pid!).filter((pid) => /--input-type=commonjs/.test(readFileSync(`/proc/${pid}/cmdline`, "utf8")));
  const working = (): boolean => readdirSync(temporary).some((name) => name.startsWith("segc-validate-") && readdirSync(join(temporary, name)).some((file) => file.endsWith(".onnx")));
  await until(() => working() && devices().length > 0);
  const [device] = devices();
  if (device === undefined) throw new Error("no device process was seen");
  return device;
}

describe.skipIf(process.platform !== "linux")("processes", () => {
  test("a device process that is killed fails its check, and the next ones get another", async () => {
    const temporary = mkdtempSync(join(tmpdir(), "segc-killed-"));
    const { child, ended } = started(["validate", join(root, "specs/unet.seg"), "--device", "cpu", "--checks", "shapes,geometry,repeatability", "--set", "base=16"], temporary);
    const device = await deviceOf(child, temporary);
    process.kill(device, "SIGKILL");
    const { status, stdout, stderr } = await ended;
    expect(status).toBe(1);
    expect(stdout).toMatch(/^FAILURE {2}shapes +the device process ended by SIGKILL\npass +geometry .*\npass +repeatability .*\n/);
    expect(stderr).not.toMatch(/ at .*\.[jt]s:\d+|bug in segc/);
    expect(runs(device)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
    rmSync(temporary, { recursive: true });
  }, 120_000);

  test.each(["SIGINT", "SIGTERM", "SIGHUP"] as const)("%s: stopped, and nothing stays", async (signal) => {
    const temporary = mkdtempSync(join(tmpdir(), "segc-signal-"));
    const report = join(folder, `${signal}.html`);
    writeFileSync(report, "the report of before");
    const { child, ended } = started(["validate", join(root, "specs/unet.seg"), "--device", "cpu", "--html", report], temporary);
    const device = await deviceOf(child, temporary);
    child.kill(signal);
    const { status, stderr } = await ended;
    expect([status, stderr]).toEqual([2, expect.stringMatching(/segc: stopped\n {2}nothing was written\n$/)]);
    await until(() => !runs(device));
    expect(runs(device)).toBe(false);
    expect(readdirSync(temporary)).toEqual([]);
    expect(readFileSync(report, "utf8")).toBe("the report of before");
    expect(readdirSync(folder).filter((name) => name.endsWith(".tmp"))).toEqual([]);
    rmSync(temporary, { recursive: true });
  }, 120_000);

  test.each(["SIGINT", "SIGHUP"] as const)("%s during a comparison", async (signal) => {
    const temporary = mkdtempSync(join(tmpdir(), "segc-compare-"));
    const { child, ended } = started(["compare", join(root, "specs/unet.seg"), "--set", "base=8", "--set", "base=16", "--device", "cpu", "--html", join(folder, "compared.html")], temporary);
    const device = await deviceOf(child, temporary);
    child.kill(signal);
    expect(await ended).toMatchObject({ status: 2, stderr: expect.stringContaining("segc: stopped") });
    await until(() => !runs(device));
    expect([runs(device), existsSync(join(folder, "compared.html")), readdirSync(temporary)]).toEqual([false, false, []]);
    rmSync(temporary, { recursive: true });
  }, 120_000);

  const unet = join(root, "specs/unet.seg");
  test.each([
    ["predict", [unet, join(root, "examples/street.png"), "--size", "188", "--out", "stopped.png"]],
    ["compile", [unet, "--half", "--check-range", "--out", "stopped.onnx"]],
  ])("Ctrl-C during %s: the model that it ran is not left in the temporary folder", async (command, words) => {
    for (const signal of ["SIGINT", "SIGHUP"] as const) {
      const temporary = mkdtempSync(join(tmpdir(), "segc-left-"));
      const { child, ended } = started([command, ...words], temporary);
      await until(() => readdirSync(temporary).some((name) => readdirSync(join(temporary, name)).length > 0));
      child.kill(signal);
      expect(await ended).toMatchObject({ status: null, stdout: "" });
      expect(child.signalCode).toBe(signal);
      expect(readdirSync(temporary)).toEqual([]);
      rmSync(temporary, { recursive: true });
    }
  }, 120_000);
});

test("a driver that is missing: the reason, and what to do", () => {
  const { status, stdout, stderr } = run(["validate", "net.seg", "--device", "webgpu"], { cwd: folder, env: { VK_ICD_FILENAMES: "/nowhere/icd.json", VK_DRIVER_FILES: "/nowhere/icd.json" } });
  expect([status, stdout]).toEqual([2, ""]);
  expect(stderr).toMatch(/^segc: webgpu does not work here: .+\n {2}.+\n$/);
});

/** A file system of a few pages; needs the right to mount one. */
function smallDisk(): string | undefined {
  const path = mkdtempSync(join(tmpdir(), "segc-full-"));
  if (spawnSync("mount", ["-t", "tmpfs", "-o", "size=16k", "tmpfs", path]).status === 0) {
    writeFileSync(join(path, "ballast"), Buffer.alloc(12 * 1024));
    return path;
  }
  rmSync(path, { recursive: true });
  return undefined;
}

const disk = smallDisk();
afterAll(() => {
  if (disk === undefined) return;
  execFileSync("umount", ["-l", disk]);
  rmSync(disk, { recursive: true });
});

describe.skipIf(disk === undefined)("a disk that is full", () => {
  const left = (): readonly string[] => readdirSync(disk!).filter((name) => name !== "tmp" && name !== "ballast");
  const full = "the disk is full";

  test("a report is not written in part", () => {
    const path = join(disk!, "report.html");
    const { status, stderr } = run(["validate", "net.seg", "--device", "cpu", "--checks", "coverage,numerics,seams", "--html", path], { cwd: folder });
    expect([status, stderr]).toEqual([2, expect.stringMatching(new RegExp(`segc: cannot write .*report\\.html: ${full}\n$`))]);
    expect(left()).toEqual([]);
  });

  test("the report of before stays", () => {
    const path = join(disk!, "kept.html");
    writeFileSync(path, "before");
    expect(run(["validate", "net.seg", "--device", "cpu", "--checks", "coverage,numerics,seams", "--html", path], { cwd: folder })).toMatchObject({ status: 2, stderr: expect.stringContaining(full) });
    expect([left(), readFileSync(path, "utf8")]).toEqual([["kept.html"], "before"]);
    rmSync(path);
  });

  test("a graph with its weights", () => {
    const { status, stderr } = run(["compile", "net.seg", "--set", "width=512", "--out", join(disk!, "net.onnx")], { cwd: folder });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/^segc: cannot write .*net\.onnx: it takes \d+\.\d KiB, and the disk has .* left\n {2}name a file on another disk: --out FILE\n/)]);
    expect(left()).toEqual([]);
  });

  test("the temporary folder", () => {
    mkdirSync(join(disk!, "tmp"));
    const { status, stderr } = run(["validate", "net.seg", "--set", "width=512", "--device", "cpu", "--checks", "shapes"], { cwd: folder, env: { TMPDIR: join(disk!, "tmp") } });
    expect([status, stderr]).toEqual([2, expect.stringMatching(new RegExp(`segc: .*: ${full}\n$`))]);
    expect(readdirSync(join(disk!, "tmp"))).toEqual([]);
  });
});
