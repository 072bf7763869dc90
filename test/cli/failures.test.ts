import { execFileSync, spawn, spawnSync } from "node:child_process";
import { chmodSync, copyFileSync, existsSync, mkdirSync, mkdtempSync, readFileSync, readdirSync, rmSync, statSync, symlinkSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { afterAll, beforeAll, expect, test } from "vitest";
import { type RunOptions, built, root, run, segc } from "./segc.js";

let folder: string;
const good = "model Small() {\n  input image: [N, 3, H, W]\n  head y = image -> conv(2, 1)\n}\n";
const at = (...parts: string[]): string => join(folder, ...parts);

beforeAll(async () => {
  await built();
  folder = mkdtempSync(join(tmpdir(), "segc-cli-"));
  writeFileSync(at("small.seg"), good);
  writeFileSync(at("latin.seg"), Buffer.from([0x2f, 0x2f, 0x20, 0xe4, 0x0a]));
  writeFileSync(at("binary.seg"), Buffer.from(Array.from({ length: 4096 }, (_, i) => (i * 37 + 11) % 256)));
  mkdirSync(at("folder.seg"));
  mkdirSync(at("empty"));
  symlinkSync("circle.seg", at("circle.seg"));
  symlinkSync("small.seg", at("link.seg"));
  execFileSync("mkfifo", [at("pipe")]);
  writeFileSync(at("nothing"), "");
  const png = readFileSync(join(root, "examples/street.png"));
  writeFileSync(at("cut.png"), png.subarray(0, png.length >> 1));
  writeFileSync(at("text.png"), "no image at all\n");
});
afterAll(() => rmSync(folder, { recursive: true, force: true }));

const stack = /^\s+at .*[:(]\d+:\d+\)?$/m;

/** Status 2, a message on stderr alone, and no stack. */
function fails(words: readonly string[], message: RegExp, options: RunOptions = {}): void {
  const { status, stdout, stderr } = run(words, { cwd: folder, ...options });
  expect(stderr).toMatch(message);
  expect(stderr).toMatch(/^segc: /m);
  expect(stderr).not.toMatch(stack);
  expect(stderr).not.toContain("this is a bug");
  expect(stdout).toBe("");
  expect(status).toBe(2);
}

test.each<[string, string[], RegExp]>([
  ["no such file, one like it", ["check", "smal.seg"], /there is no file smal\.seg\n {2}did you mean `small\.seg`/],
  ["no such folder", ["check", "nowhere/small.seg"], /there is no folder nowhere/],
  ["no such network", ["compile", "unett"], /did you mean `unet`/],
  ["no such module", ["check", "std.blokcs"], /did you mean `std\.blocks`/],
  ["a shipped network with .seg", ["compile", "unet.seg"], /segc comes with `unet`/],
  ["a folder without specs", ["check", "empty"], /there is no \.seg file below empty/],
  ["a folder where one spec is needed", ["compile", "."], /is a folder, and one spec is needed/],
  ["a folder that is called like a spec", ["compile", "folder.seg"], /folder\.seg is a folder, not a spec/],
  ["a text that is no UTF-8", ["check", "latin.seg"], /latin\.seg is not a text in UTF-8/],
  ["a binary file", ["check", "binary.seg"], /not a text in UTF-8/],
  ["a device", ["check", "/dev/null"], /not a regular file/],
  ["an empty name", ["check", ""], /the name of a spec is empty/],
  ["an unknown command", ["chekc", "small.seg"], /there is no command `chekc`\n {2}did you mean `check`/],
  ["an option before the command", ["--json", "check"], /the command comes first/],
  ["an unknown option", ["check", "small.seg", "--fromat", "json"], /no option --fromat\n {2}did you mean `--format`/],
  ["an unknown short option", ["check", "small.seg", "-x"], /no option -x/],
  ["an option of Object", ["check", "small.seg", "--constructor"], /no option --constructor/],
  ["no operand", ["compile"], /needs SPEC/],
  ["too many operands", ["compile", "small.seg", "other.seg"], /`other\.seg` is one too many/],
  ["an operand where there are none", ["doctor", "x"], /`x` is one too many: segc doctor takes no operands/],
  ["an option without its value", ["check", "small.seg", "--size"], /--size needs a value/],
  ["an option in the place of a value", ["compile", "small.seg", "--out", "--json"], /--out needs a value/],
  ["a flag with a value", ["check", "small.seg", "--json=yes"], /--json takes no value/],
  ["--set without a value", ["check", "small.seg", "--set", "classes"], /`classes` is not of the form name=value/],
  ["--set with nothing", ["check", "small.seg", "--set", "classes="], /gives `classes` no value/],
  ["--size with a word", ["check", "small.seg", "--size", "big"], /`big` is not a size/],
  ["--size with zero", ["check", "small.seg", "--size", "0x8"], /is not a size/],
  ["--size beyond all images", ["check", "small.seg", "--size", "99999999"], /larger than/],
  ["--batch with a fraction", ["check", "small.seg", "--batch", "1.5"], /not a whole number/],
  ...["0.5", "0.5b", "5ib", "0", "much"].map((size): [string, string[], RegExp] => [`--memory ${size}`, ["check", "small.seg", "--memory", size], /is no amount of memory/]),
  ["--format with something else", ["check", "small.seg", "--format", "xml"], /none of pretty, concise, json/],
  ["an unknown topic", ["explain", "shape/concat-size-mismach"], /did you mean `shape\/concat-size-mismatch`/],
  ["help on nothing", ["help", "complie"], /did you mean `compile`/],
  ["no such image", ["predict", "small.seg", "none.png"], /cannot read none\.png: there is no such file/],
  ["a folder as image", ["predict", "small.seg", "empty"], /not a regular file/],
  ["an image that is cut short", ["predict", "small.seg", "cut.png"], /cannot read cut\.png: /],
  ["a text as image", ["predict", "small.seg", "text.png"], /this is no image that is known here/],
  ["a link in a circle", ["check", "circle.seg"], /circle\.seg is a link that leads to no file/],
  ["a checkpoint without a name", ["weights", ""], /the name of the checkpoint is empty/],
  ["the spec as output", ["compile", "small.seg", "--out", "./small.seg"], /cannot write small\.seg: this command reads it\n {2}give another name/],
  ["the spec as drawing, through a link", ["graph", "small.seg", "--out", "link.seg"], /cannot write link\.seg: this command reads it/],
  ["a pipe as output", ["compile", "small.seg", "--out", "pipe"], /cannot write pipe: it is not a regular file/],
  ["no check at all", ["validate", "small.seg", "--checks", ","], /--checks names no check\n {2}the checks are shapes, /],
  ["a seed for what is read", ["weights", "text.png", "--seed", "3"], /--seed is for --init/],
  ["a setting for what is read", ["weights", "text.png", "--set", "classes=3"], /--set is for --init/],
  ["a pipe as spec", ["check", "pipe"], /pipe is not a regular file\n {2}give the text on stdin/],
  ["a pipe as image", ["predict", "small.seg", "pipe"], /pipe is no image: it is not a regular file/],
  ["a pipe as checkpoint", ["weights", "pipe"], /pipe: it is not a regular file/],
  ["a pipe as renames", ["compile", "small.seg", "--weights", "text.png", "--map", "pipe"], /pipe is not a regular file/],
  ["a pipe as configuration", ["check", "small.seg", "--config", "pipe"], /pipe is not a regular file/],
  ["a folder as model", ["predict", "small.seg", join(root, "examples/street.png"), "--onnx", "empty"], /empty is not a regular file\n {2}--onnx takes an ONNX file/],
  ["an empty file as model", ["predict", "small.seg", join(root, "examples/street.png"), "--onnx", "nothing"], /ONNX Runtime cannot take nothing: this is no ONNX file/],
  ["no such model", ["predict", "small.seg", join(root, "examples/street.png"), "--onnx", "none.onnx"], /there is no file none\.onnx/],
  ["a model that is none", ["predict", "small.seg", join(root, "examples/street.png"), "--onnx", "text.png"], /this is no ONNX file/],
  ["a folder as output", ["compile", "small.seg", "--out", "empty"], /cannot write empty: it is a folder/],
  ["an output below a file", ["compile", "small.seg", "--out", "small.seg/x.onnx"], /cannot write small\.seg\/x\.onnx/],
  ["a model on stdout", ["compile", "small.seg", "--out", "-"], /not written to stdout/],
])("%s", (_, words, message) => fails(words, message));

// Linux has a file that is always full.
test.skipIf(!existsSync("/dev/full"))("a full disk behind stdout", () => {
  const { status, stderr } = spawnSync("sh", ["-c", '"$0" "$1" explain operators > /dev/full', process.execPath, segc], { encoding: "utf8" });
  expect([status, stderr]).toEqual([2, "segc: cannot write the result: the disk is full\n"]);
});

test("text on stdin that is no UTF-8", () => fails(["check", "-"], /the text on stdin is not a text in UTF-8/, { input: Buffer.from([0xff, 0xfe]) }));

test("an image is not written over, nor is a checkpoint", () => {
  copyFileSync(join(root, "examples/street.png"), at("photo.png"));
  const photo = readFileSync(at("photo.png"));
  const three = at("three.seg");
  writeFileSync(three, "model Three() {\n  input image: [N, 3, H, W]\n  head y = image -> conv(2, 1)\n}\n");
  expect(run(["predict", three, "photo.png", "--size", "8", "--out", "photo.png"], { cwd: folder }).stderr).toContain("cannot write photo.png: this command reads it");
  expect(readFileSync(at("photo.png"))).toEqual(photo);
  expect(run(["weights", three, "--init", "--out", "own.safetensors"], { cwd: folder }).status).toBe(0);
  fails(["compile", three, "--weights", "own.safetensors", "--out", "own.safetensors"], /cannot write own\.safetensors: this command reads it/);
});

test("one file of a folder that cannot be read: the others are checked and formatted, and the status is 2", () => {
  const below = join(folder, "several");
  mkdirSync(below);
  writeFileSync(join(below, "a.seg"), good);
  writeFileSync(join(below, "b.seg"), Buffer.from([0xff, 0xfe, 0x00]));
  writeFileSync(join(below, "c.seg"), good.replace("conv", "conw"));
  const checked = run(["check", "several", "nowhere.seg"], { cwd: folder });
  expect(checked.status).toBe(2);
  expect(checked.stdout).toContain("several/c.seg");
  expect(checked.stderr).toMatch(/^2 files, 1 error, 0 warnings\nsegc: several\/b\.seg [^]*\nsegc: there is no file nowhere\.seg/);
  const formatted = run(["fmt", "--check", "several"], { cwd: folder });
  expect(formatted.status).toBe(2);
  expect(formatted.stderr).toMatch(/segc: several\/b\.seg /);
});

// A file system that has no names but UTF-8 cannot hold this one.
test.skipIf(process.platform !== "linux")("a name that is no UTF-8", () => {
  writeFileSync(Buffer.concat([Buffer.from(`${folder}/n`), Buffer.from([0xff]), Buffer.from("on.seg")]), good);
  const { status, stderr } = run(["check", "n\ufffdon.seg"], { cwd: folder });
  expect([status, stderr]).toEqual([2, "segc: the name n\ufffdon.seg is not in UTF-8\n  rename the file, or give its text on stdin: segc ... -\n"]);
});

test.each([
  ["folder.seg", "folder.seg is a folder, not a file"],
  ["binary.seg", "binary.seg is not a text in UTF-8"],
])("a use of %s is a finding at its place", (name, reason) => {
  const { status, stdout } = run(["check", "-"], { cwd: folder, input: `use "./${name}" { x }\n${good}` });
  expect(stdout).toContain(`error use/unknown-module: there is no module \`./${name}\`\n  --> stdin.seg:1:5\n`);
  expect(stdout).toContain(`help: ${reason}`);
  expect(status).toBe(1);
});

// Root may write anywhere, so the folder's permissions say nothing to it.
test("a file that is replaced keeps its permissions", () => {
  writeFileSync(join(folder, "mine.onnx"), "old");
  writeFileSync(join(folder, "mine.seg"), good.replace("  head", "     head"));
  for (const name of ["mine.onnx", "mine.seg"]) chmodSync(join(folder, name), 0o640);
  expect(run(["compile", "small.seg", "--out", "mine.onnx"], { cwd: folder }).status).toBe(0);
  expect(run(["fmt", "mine.seg"], { cwd: folder })).toMatchObject({ status: 0, stdout: "mine.seg\n" });
  for (const name of ["mine.onnx", "mine.seg"]) expect(statSync(join(folder, name)).mode & 0o777, name).toBe(0o640);
  rmSync(join(folder, "mine.onnx"));
});

// Root may write to anything.
test.skipIf(process.getuid?.() === 0)("a file that may not be written to stays", () => {
  writeFileSync(join(folder, "kept.onnx"), "old");
  chmodSync(join(folder, "kept.onnx"), 0o444);
  fails(["compile", "small.seg", "--out", "kept.onnx"], /cannot write kept\.onnx: permission denied/);
  expect(readFileSync(join(folder, "kept.onnx"), "utf8")).toBe("old");
  rmSync(join(folder, "kept.onnx"));
});

test.skipIf(process.getuid?.() === 0)("a folder that may not be written to", () => {
  mkdirSync(at("locked"));
  chmodSync(at("locked"), 0o555);
  fails(["compile", "small.seg", "--out", "locked/x.onnx"], /cannot write locked\/x\.onnx: permission denied/);
});

test("a place that nobody may write to", () => {
  const { status, stderr } = run(["compile", "small.seg", "--out", "/proc/segc/x.onnx"], { cwd: folder });
  expect([status, stderr]).toEqual([2, expect.stringMatching(/^segc: cannot write \/proc\/segc\/x\.onnx: /)]);
  expect(stderr).not.toMatch(stack);
});

test("a failed command leaves no file behind", () => {
  expect(readdirSync(folder).filter((name) => name.endsWith(".tmp") || name.endsWith(".onnx"))).toEqual([]);
});

test("a use that leads out of the project through a link is not read", () => {
  const project = at("project");
  mkdirSync(project);
  writeFileSync(join(project, "package.json"), "{}");
  writeFileSync(at("secret.seg"), "block secret(x: tensor) { return x -> relu }\n");
  symlinkSync(at("secret.seg"), join(project, "link.seg"));
  writeFileSync(join(project, "net.seg"), `use "./link" { secret }\n${good}`);
  const { status, stdout, stderr } = run(["check", "net.seg"], { cwd: project });
  expect(status).toBe(1);
  expect(stdout).toContain("error use/unknown-module");
  expect(stderr).toContain("leads out of the project");
});

test("a reader that goes away is no failure", async () => {
  const child = spawn(process.execPath, [segc, "explain", "diagnostics"], { stdio: ["ignore", "pipe", "pipe"] });
  child.stdout.destroy();
  let stderr = "";
  child.stderr.on("data", (part) => void (stderr += part));
  const status = await new Promise((resolve) => child.on("close", resolve));
  expect([status, stderr]).toEqual([0, ""]);
});

test("terabytes of weights are refused before any is written", () => {
  writeFileSync(join(folder, "huge.seg"), "model Huge {\n  input image: [N, 1, H, W]\n  head y = image -> conv(4000000, 1) -> conv(4000000, 1)\n}\n");
  for (const words of [["compile", "huge.seg", "--out", "huge.onnx"], ["weights", "huge.seg", "--init", "--out", "huge.safetensors"]]) {
    const { status, stderr } = run(words, { cwd: folder });
    expect([status, stderr]).toEqual([2, expect.stringMatching(/cannot write huge\.\w+: it takes 58\.2 TiB, and the disk has .* left/)]);
  }
  expect(readdirSync(folder).filter((name) => name.includes("huge"))).toEqual(["huge.seg"]);
});
