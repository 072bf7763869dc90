/** Checkpoints on the command line: a round trip through every step, reports, and what interrupts it. */
import { spawn } from "node:child_process";
import { createHash } from "node:crypto";
import { existsSync, lstatSync, mkdtempSync, readFileSync, rmSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { built, run, segc } from "../cli/segc.js";

const folder = mkdtempSync(join(tmpdir(), "segc-weights-"));
const text = `use std.blocks { double_conv }

model Net(classes: int = 3) {
  input image: [N, 3, H, W]
  encoder a = image -> conv(8, 3, bias: false) as conv1 -> batchnorm as bn1 -> relu
  b = a -> double_conv(16) as body
  head out = b -> conv(classes, 1) as classifier
}
`;
beforeAll(async () => {
  await built();
  writeFileSync(join(folder, "net.seg"), text);
  expect(run(["weights", "net.seg", "--init", "--seed", "4", "--out", "init.safetensors"], { cwd: folder }).status).toBe(0);
});
afterAll(() => rmSync(folder, { recursive: true }));
const here = (...words: string[]) => run(words, { cwd: folder });
const json = (...words: string[]): { status: number | null; data: Record<string, any> } => {
  const { status, stdout } = here(...words, "--json");
  return { status, data: JSON.parse(stdout) as Record<string, any> };
};
const bytes = (name: string): Buffer => readFileSync(join(folder, name));
const sha = (data: Uint8Array): string => createHash("sha256").update(data).digest("hex");

/** A copy of the initial weights with other names, or without some. */
function changed(name: string, change: (name: string) => string | undefined): void {
  const source = bytes("init.safetensors");
  const length = Number(source.readBigUInt64LE(0));
  const header = JSON.parse(source.subarray(8, 8 + length).toString()) as Record<string, { dtype: string; shape: number[]; data_offsets: [number, number] }>;
  const entries: [string, unknown][] = [];
  const data: Buffer[] = [];
  let end = 0;
  delete header["__metadata__"];
  for (const [old, { dtype, shape, data_offsets: [from, to] }] of Object.entries(header)) {
    const fresh = change(old);
    if (fresh === undefined) continue;
    entries.push([fresh, { dtype, shape, data_offsets: [end, end + to - from] }]);
    end += to - from;
    data.push(source.subarray(8 + length + from, 8 + length + to));
  }
  const head = Buffer.from(JSON.stringify(Object.fromEntries(entries)));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(head.length));
  writeFileSync(join(folder, name), Buffer.concat([size, head, ...data]));
}

test("initial weights -> safetensors -> ONNX -> ONNX: the same bytes all the way", () => {
  const source = bytes("init.safetensors");
  const first = json("compile", "net.seg", "--weights", "init.safetensors", "--out", "a.onnx").data;
  expect(first).toMatchObject({ weights: "file", sha256: sha(bytes("a.onnx")), checkpoint: { complete: true, format: "safetensors", loaded: first["checkpoint"].loaded } });
  expect(json("compile", "net.seg", "--weights", "a.onnx", "--out", "b.onnx").data["sha256"]).toBe(first["sha256"]);
  json("compile", "net.seg", "--weights", "init.safetensors", "--external-data", "--out", "c.onnx");
  expect(json("compile", "net.seg", "--weights", "c.onnx", "--out", "b.onnx").data["sha256"]).toBe(first["sha256"]);
  // Initial values of the same seed, without the detour.
  expect(json("compile", "net.seg", "--seed", "4", "--out", "d.onnx").data["sha256"]).toBe(first["sha256"]);
  const [bias, weight] = [12, 192]; // the last tensors: classifier.bias behind classifier.weight
  expect(bytes("d.onnx").includes(source.subarray(source.length - bias - weight, source.length - bias))).toBe(true);
});

test("nothing that a checkpoint says moves the cursor of who reads it", () => {
  const nasty = "a\u001b[31m\u202eb";
  const header = Buffer.from(JSON.stringify({ [nasty]: { dtype: "F32", shape: [1], data_offsets: [0, 4] }, [`${nasty}.c`]: { dtype: nasty, shape: [1], data_offsets: [4, 8] } }));
  const size = Buffer.alloc(8);
  size.writeBigUInt64LE(BigInt(header.length));
  writeFileSync(join(folder, "nasty.safetensors"), Buffer.concat([size, header, Buffer.alloc(8)]));
  for (const words of [["weights", "nasty.safetensors"], ["compile", "net.seg", "--weights", "nasty.safetensors"], ["compile", "net.seg", "--weights", "nasty.safetensors", "--partial"]]) {
    const { stdout, stderr } = here(...words);
    expect(stdout + stderr).toContain("a\ufffd[31m\ufffdb");
    expect(stdout + stderr).not.toMatch(/[\u001b\u202e]/);
  }
});

// Nobody may write there, root either.
test.skipIf(!existsSync("/proc/self"))("a large file that cannot be begun ends the command", () => {
  for (const words of [["weights", "unet", "--init"], ["compile", "unet"]]) {
    const { status, stderr } = here(...words, "--out", "/proc/x.file");
    expect([status, stderr]).toEqual([2, expect.stringContaining("cannot write /proc/x.file")]);
  }
});

test("the same bytes in another place, time zone and language", () => {
  const of = (env: Record<string, string>): string => {
    expect(run(["compile", "net.seg", "--weights", "init.safetensors", "--fold-batchnorm", "--out", "e.onnx"], { cwd: folder, env }).status).toBe(0);
    return sha(bytes("e.onnx"));
  };
  expect(of({ TZ: "Pacific/Kiritimati", LANG: "tr_TR.UTF-8", LC_ALL: "tr_TR.UTF-8", UV_THREADPOOL_SIZE: "1" })).toBe(of({ TZ: "UTC", LANG: "C", UV_THREADPOOL_SIZE: "16" }));
});

test("segc weights FILE lists it", () => {
  const { status, stdout, stderr } = here("weights", "init.safetensors");
  expect(status).toBe(0);
  expect(stdout).toContain("conv1.weight");
  expect(stdout).toMatch(/classifier\.weight +\[3, 16, 1, 1\] +F32 +48\n/);
  expect(stderr).toMatch(/^safetensors: \d+ tensors, [\d,]+ elements\n$/);
  expect(json("weights", "init.safetensors").data).toMatchObject({ schema: 1, format: "safetensors", metadata: { format: "pt", "segc.seed": "4" }, tensors: expect.arrayContaining([{ name: "conv1.weight", shape: [8, 3, 3, 3], dtype: "F32", elements: 216, readable: true }]) });
});

test("what does not fit is status 1, with names, lines and a way out", () => {
  changed("renamed.safetensors", (name) => (name.startsWith("body.") ? `module.encoder.${name}` : name === "bn1.bias" ? undefined : name));
  const refused = here("compile", "net.seg", "--weights", "renamed.safetensors", "--out", "f.onnx");
  expect(refused.status).toBe(1);
  expect(refused.stdout).toBe("");
  expect(refused.stderr).toMatch(/^segc: renamed\.safetensors does not fit Net: \d+ of \d+ parameters found\n/);
  expect(refused.stderr).toMatch(/bn1\.bias +\[8\] +net\.seg:5/);
  expect(refused.stderr).toMatch(/body\.\S+ +\[16, 8, 3, 3\] +std\/blocks\.seg:\d+, used at net\.seg:6 +perhaps module\.encoder\.body/);
  expect(refused.stderr).toContain("--map FILE with the line `module.encoder.* -> *`");
  expect(json("compile", "net.seg", "--weights", "renamed.safetensors", "--out", "f.onnx")).toMatchObject({ status: 1, data: { checkpoint: { complete: false, suggestion: "module.encoder.* -> *" } } });

  writeFileSync(join(folder, "map.txt"), "module.encoder.* -> *\n");
  expect(here("compile", "net.seg", "--weights", "renamed.safetensors", "--map", "map.txt", "--out", "f.onnx").status).toBe(1);
  const partial = here("compile", "net.seg", "--weights", "renamed.safetensors", "--map", "map.txt", "--partial", "--out", "f.onnx");
  expect(partial.status).toBe(0);
  expect(partial.stderr).toContain("missing in renamed.safetensors: 1 parameter of Net");
  // bn1.bias is initially 0 in both, so nothing is lost here.
  expect(json("compile", "net.seg", "--weights", "renamed.safetensors", "--map", "map.txt", "--partial", "--out", "f.onnx").data["sha256"]).toBe(sha(bytes("a.onnx")));
});

test("more than the network wants is no lack, and the report says what came from the file", () => {
  changed("less.safetensors", (name) => (name.startsWith("classifier.") ? undefined : name));
  const partial = here("compile", "net.seg", "--weights", "less.safetensors", "--partial", "--out", "f.onnx");
  expect(partial.stdout).toMatch(/parameters +3,771, 3,720 of them from less\.safetensors, the others initial values\n/);
  writeFileSync(join(folder, "larger.seg"), text.replace("head out", "head more = b -> conv(2, 1) as more\n  head out"));
  expect(here("weights", "larger.seg", "--init", "--out", "larger.safetensors").status).toBe(0);
  const surplus = here("compile", "net.seg", "--weights", "larger.safetensors", "--out", "f.onnx");
  expect(surplus).toMatchObject({ status: 1, stderr: expect.stringContaining("help: --partial leaves them out") });
  expect(here("compile", "net.seg", "--weights", "larger.safetensors", "--partial", "--out", "f.onnx").stdout).toContain("parameters   3,771 from larger.safetensors\n");
});

test("no file that the command reads is written over, whichever way it was named", () => {
  const before = sha(bytes("init.safetensors"));
  const refused = (message: string, ...words: string[]): void => expect(here("compile", "net.seg", ...words)).toMatchObject({ status: 2, stderr: expect.stringContaining(message) });
  writeFileSync(join(folder, "y.onnx.data"), bytes("init.safetensors"));
  refused("cannot write y.onnx.data: this command reads it", "--weights", "y.onnx.data", "--external-data", "--out", "y.onnx");
  expect(sha(bytes("y.onnx.data"))).toBe(before);
  expect(existsSync(join(folder, "y.onnx"))).toBe(false);
  // A shard, and the data beside a model.
  writeFileSync(join(folder, "model.safetensors.index.json"), JSON.stringify({ weight_map: Object.fromEntries((json("weights", "init.safetensors").data["tensors"] as { name: string }[]).map(({ name }) => [name, "init.safetensors"])) }));
  refused("cannot write init.safetensors: this command reads it", "--weights", "model.safetensors.index.json", "--out", "init.safetensors");
  expect(here("compile", "net.seg", "--external-data", "--out", "q.onnx").status).toBe(0);
  refused("cannot write q.onnx.data: this command reads it", "--weights", "q.onnx", "--out", "q.onnx.data");
  expect(sha(bytes("init.safetensors"))).toBe(before);
});

test("an output behind a link takes the place of what the link leads to", () => {
  writeFileSync(join(folder, "target.onnx"), "old");
  symlinkSync("target.onnx", join(folder, "link.onnx"));
  expect(here("compile", "net.seg", "--out", "link.onnx").status).toBe(0);
  expect(lstatSync(join(folder, "link.onnx")).isSymbolicLink()).toBe(true);
  expect(bytes("target.onnx").length).toBeGreaterThan(1000);
  expect(here("compile", "net.seg", "--out", "nowhere/")).toMatchObject({ status: 2, stderr: expect.stringContaining("`nowhere/` is the name of a folder") });
  expect(here("compile", "net.seg", "--out", `${"n".repeat(245)}.onnx`).status).toBe(0);
});

test("which format a file has, its bytes say", () => {
  writeFileSync(join(folder, "named.onnx"), bytes("init.safetensors"));
  expect(json("weights", "named.onnx").data["format"]).toBe("safetensors");
});

test("--half: half the bytes, float32 ports, and what overflowed is said", () => {
  const { status, data } = json("compile", "net.seg", "--weights", "init.safetensors", "--half", "--out", "half.onnx");
  expect(status).toBe(0);
  expect(data).toMatchObject({ precision: "float16", weights: "file" });
  expect(json("weights", "half.onnx").data["tensors"]).toEqual(expect.arrayContaining([{ name: "conv1.weight", shape: [8, 3, 3, 3], dtype: "f16", elements: 216, readable: true }]));
  const large = Buffer.from(bytes("init.safetensors"));
  large.writeFloatLE(1e6, 8 + Number(large.readBigUInt64LE(0)));
  writeFileSync(join(folder, "large.safetensors"), large);
  expect(here("compile", "net.seg", "--weights", "large.safetensors", "--half", "--out", "half.onnx").stderr).toBe("segc: conv1.weight: 1 value beyond 65504 became infinite in float16 (the largest is 1.000e+6)\n");
  expect(json("compile", "net.seg", "--half", "--check-range", "--size", "32", "--out", "half.onnx").data["range"]).toMatchObject({ beyond: [], sizes: { H: 32, W: 32 } });
  const beyond = here("compile", "net.seg", "--weights", "large.safetensors", "--half", "--check-range", "--size", "32", "--out", "half.onnx");
  expect(beyond.stderr).toMatch(/segc: conv1 reaches \S+, beyond 65504: infinite in float16 \(net\.seg:5: -> conv\(8, 3, bias: false\) as conv1\)/);
});

test("a file that fits nowhere is refused, --partial or not", () => {
  changed("foreign.safetensors", (name) => `x.${name.replace(/\./g, "_")}`);
  const { status, stderr } = here("compile", "net.seg", "--weights", "foreign.safetensors", "--partial", "--out", "g.onnx");
  expect(status).toBe(1);
  expect(stderr).toContain("0 of");
});

test("another number of classes: a new head, said aloud", () => {
  const { status, stderr } = here("compile", "net.seg", "--set", "classes=5", "--weights", "init.safetensors", "--out", "h.onnx");
  expect(status).toBe(0);
  expect(stderr).toBe("new head: init.safetensors is for 3 classes, Net has 5: initial values for classifier.weight, classifier.bias\n");
});

test("what the user can put right is one line and status 2", () => {
  writeFileSync(join(folder, "cut.safetensors"), bytes("init.safetensors").subarray(0, 5000));
  const line = (...words: string[]): string => {
    const { status, stderr } = here(...words);
    expect(status).toBe(2);
    expect(stderr).not.toMatch(/\n +at /);
    return stderr.split("\n")[0]!;
  };
  expect(line("compile", "net.seg", "--weights", "cut.safetensors", "--out", "a.onnx")).toMatch(/^segc: cut\.safetensors: the tensors end at byte \d+, and the file at 5000: it is cut off$/);
  expect(line("weights", "none.pth")).toBe("segc: cannot read none.pth: there is no such file or folder");
  expect(line("weights", "net.seg")).toBe("segc: net.seg is a spec, not a checkpoint");
  expect(line("weights", "net.seg", "--init")).toBe("segc: --init needs a file to write");
  expect(line("compile", "net.seg", "--partial")).toBe("segc: --partial is for the weights of a file");
  writeFileSync(join(folder, "bad-map.txt"), "a -> b\nwhat\n");
  expect(line("compile", "net.seg", "--weights", "init.safetensors", "--map", "bad-map.txt")).toBe("segc: bad-map.txt, line 2: `what` is not of the form `pattern -> name`");
});

test("kill -9 at any moment leaves the old file or the new one, never a part", { timeout: 120_000 }, async () => {
  const path = join(folder, "killed.onnx");
  writeFileSync(path, "old");
  const ended = here("compile", "unet", "--set", "base=24", "--out", "whole.onnx");
  expect(ended.status).toBe(0);
  const whole = sha(bytes("whole.onnx"));
  const seen = new Set<string>();
  for (let delay = 20; delay <= 620; delay += 50) {
    const child = spawn(process.execPath, [segc, "compile", "unet", "--set", "base=24", "--out", path], { cwd: folder, stdio: "ignore" });
    const exit = new Promise((resolve) => child.once("exit", resolve));
    setTimeout(() => child.kill("SIGKILL"), delay);
    await exit;
    const now = readFileSync(path);
    const which = now.toString("latin1", 0, 3) === "old" ? "old" : sha(now);
    expect(["old", whole], `killed after ${delay} ms`).toContain(which);
    seen.add(which);
  }
  // The first is killed before Node has started. How many of the others come to the end is the machine's affair; the last may.
  expect(seen).toContain("old");
  expect(here("compile", "unet", "--set", "base=24", "--out", path).status).toBe(0);
  expect(sha(readFileSync(path))).toBe(whole);
});
