/** `segc validate`, `compare` and `doctor` as commands: status, JSON, files, and what stays when they are stopped. */
import { spawn, spawnSync } from "node:child_process";
import { existsSync, mkdtempSync, readFileSync, readdirSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built, root, run, segc } from "../cli/segc.js";

let folder: string;
beforeAll(async () => {
  await built();
  folder = mkdtempSync(join(tmpdir(), "segc-"));
  writeFileSync(join(folder, "net.seg"), "model Net(width: int = 4) {\n  input image: [N, 3, H, W]\n  a = image -> conv(width, 3) -> relu\n  b = a -> maxpool(2) -> conv(width, 3)\n  head y = concat(a, b -> upconv(width)) -> conv(2, 1)\n}\n");
  writeFileSync(join(folder, "holes.seg"), "model Holes {\n  input image: [N, 3, H, W]\n  a = image -> conv(4, 3, dilation: 2) -> conv(4, 3, dilation: 2)\n  head y = a -> conv(2, 3, dilation: 2)\n}\n");
});
afterAll(() => rmSync(folder, { recursive: true }));


test("a table, and status 0", () => {
  const { status, stdout, stderr } = run(["validate", "net.seg", "--device", "cpu", "--checks", "shapes,receptive_field,seams"], { cwd: folder });
  expect([status, stderr]).toEqual([0, "Net on cpu: you asked for it\n"]);
  expect(stdout).toMatch(/^pass +shapes .*\npass +receptive_field +y 8 pixels.*\npass +seams[^]*3 passed, 0 warning, 0 failure, 0 skipped\n$/);
});

// Nothing is shown into a pipe; `script` is a terminal. Elsewhere it takes other options.
test.skipIf(process.platform !== "linux" || !existsSync("/usr/bin/script"))("on a terminal it shows which check runs, and takes that back", () => {
  const { stdout } = spawnSync("/usr/bin/script", ["-qec", `"${process.execPath}" "${segc}" validate net.seg --device cpu --checks shapes,repeatability`, "/dev/null"], { cwd: folder, encoding: "utf8", stdio: ["ignore", "pipe", "pipe"] });
  const clear = "\u001b[K";
  expect(stdout).toContain(`\rchecking 1 of 2: shapes${clear}\rchecking 1 of 2: shapes at `);
  expect(stdout).toContain(`\rchecking 2 of 2: repeatability${clear}\r${clear}`);
  expect(stdout.replaceAll(/\rchecking [^\u001b]*\u001b\[K/g, "")).not.toContain("checking");
});

test("a failure is status 1, as JSON too", () => {
  const { status, stdout } = run(["validate", "holes.seg", "--device", "cpu", "--checks", "coverage", "--json"], { cwd: folder });
  expect(status).toBe(1);
  expect(JSON.parse(stdout)).toMatchObject({ schema: 1, model: "Holes", device: "cpu", status: "failure", checks: [{ check: "coverage", status: "failure", because: expect.stringContaining("gridding") }] });
});

test("thresholds of a file", () => {
  const file = join(folder, "limits.json");
  writeFileSync(file, '{"receptive_field.size.y": {"equals": 11}}');
  const { status, stdout } = run(["validate", "net.seg", "--device", "cpu", "--checks", "receptive_field", "--threshold", file], { cwd: folder });
  expect(status).toBe(1);
  expect(stdout).toContain("receptive_field.size.y is 8, and the threshold file wants 11");
  writeFileSync(file, '{"receptive_field": {"status": "pass"}, "latency.median": {"max": 1e9}}');
  expect(run(["validate", "net.seg", "--device", "cpu", "--checks", "receptive_field", "--threshold", file], { cwd: folder })).toEqual({
    status: 2, stdout: "", stderr: `segc: ${file} bounds \`latency.median\`, and --checks leaves out \`latency\`\n  add it to --checks, or take \`latency.median\` out of the file\n`,
  });
  writeFileSync(file, "[]");
  expect(run(["validate", "net.seg", "--threshold", file], { cwd: folder })).toMatchObject({ status: 2, stdout: "" });
});

test.each([
  [["--checks", "shape"], "there is no check `shape`"],
  [["--device", "cuda"], "cuda does not work here"],
])("%j", (words, message) => {
  const { status, stderr } = run(["validate", "net.seg", ...words], { cwd: folder });
  if (words[1] === "cuda" && status === 0) return; // there is one
  expect(status).toBe(2);
  expect(stderr).toContain(message);
});

test("a size that is not legal is refused before anything runs", () => {
  const { status, stderr } = run(["validate", "net.seg", "--size", "7"], { cwd: folder });
  expect(status).toBe(1);
  expect(stderr).toContain("error shape/size-not-legal");
});

test("Ctrl-C: a message, no process, no folder, no report", async () => {
  const temporary = mkdtempSync(join(tmpdir(), "segc-stop-"));
  const child = spawn(process.execPath, [segc, "validate", join(root, "specs/unet.seg"), "--device", "cpu", "--html", join(folder, "stopped.html")], { cwd: folder, env: { ...process.env, TMPDIR: temporary } });
  let said = "";
  child.stdout.resume();
  child.stderr.on("data", (text: Buffer) => (said += text.toString()));
  while (!readdirSync(temporary).some((name) => name.startsWith("segc-validate-"))) await new Promise((resolve) => setTimeout(resolve, 50));
  // Its device process begins when the graph is written; those that tried the devices may still be going.
  const childrenOf = (pid: number): readonly number[] => (spawnSync("ps", ["-o", "pid=", "--ppid", String(pid)], { encoding: "utf8" }).stdout.match(/\d+/g) ?? []).map(Number);
  let children: readonly number[] = [];
  while (child.exitCode === null && children.length === 0) {
    await new Promise((resolve) => setTimeout(resolve, 1000));
    children = childrenOf(child.pid!);
  }
  expect(children.length).toBeGreaterThan(0);
  writeFileSync(join(folder, "stopped.html"), "an older report");
  child.kill("SIGINT");
  const status = await new Promise((resolve) => child.on("exit", resolve));
  expect(status).toBe(2);
  expect(said).toContain("segc: stopped");
  await new Promise((resolve) => setTimeout(resolve, 300));
  for (const pid of children) expect(existsSync(`/proc/${pid}`) && readFileSync(`/proc/${pid}/stat`, "utf8").split(" ")[2] !== "Z").toBe(false);
  expect(readdirSync(temporary)).toEqual([]);
  expect(readFileSync(join(folder, "stopped.html"), "utf8")).toBe("an older report");
  expect(readdirSync(folder).filter((name) => name.includes(".tmp"))).toEqual([]);
  rmSync(temporary, { recursive: true });
});

test("doctor", () => {
  const { status, stdout } = run(["doctor"], { cwd: folder });
  expect(status).toBe(0);
  expect(stdout).toMatch(/yes {2}cpu +works/);
  expect(stdout).toMatch(/segc runs on \w+: /);
  expect(JSON.parse(run(["doctor", "--json"], { cwd: folder }).stdout)).toMatchObject({ schema: 1, devices: [{ name: "cpu", available: true }, { name: "webgpu" }, { name: "cuda" }] });
});

test("compare: variants of one spec", () => {
  const { status, stdout } = run(["compare", "net.seg", "--set", "width=4", "--set", "width=8", "--no-latency"], { cwd: folder });
  expect(status).toBe(0);
  expect(stdout).toContain("width=4 *");
  expect(run(["compare", "net.seg"], { cwd: folder })).toMatchObject({ status: 2 });
});

test("--image is for a report, and has to be an image; nothing runs before that is known", () => {
  expect(run(["validate", "net.seg", "--image", "net.seg"], { cwd: folder })).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("--image is for the report") });
  const report = join(folder, "unmade.html");
  expect(run(["validate", "net.seg", "--image", "net.seg", "--html", report], { cwd: folder })).toMatchObject({ status: 2, stdout: "", stderr: expect.stringContaining("cannot read net.seg") });
  expect(existsSync(report)).toBe(false);
});
