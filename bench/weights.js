/**
 * What it costs to compile with weights: deeplabv3_torchvision with resnet101 (61 M parameters) from a safetensors file to
 * ONNX, against copying the file and starting bare Node; peak memory; initial values a second; and, where Python with torch
 * and torchvision is there, torch.onnx.export of the same network. All side by side: A B A B ..., so that drift cancels.
 *
 *     npm run build && node bench/weights.js [--runs 9] [--python /usr/bin/python3] [--json]
 */
import { spawnSync } from "node:child_process";
import { copyFileSync, existsSync, mkdtempSync, rmSync, statSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { fileURLToPath } from "node:url";
import { parseArgs } from "node:util";

const { values: options } = parseArgs({ options: { runs: { type: "string", default: "9" }, python: { type: "string", default: "python3" }, json: { type: "boolean", default: false } } });
const runs = Number(options.runs);
const root = fileURLToPath(new URL("..", import.meta.url));
const segc = process.env.SEGC_BIN ?? join(root, "dist/segc.js");
const folder = mkdtempSync(join(tmpdir(), "segc-bench-"));
const file = (name) => join(folder, name);

function run(words, { env = {}, program = process.execPath } = {}) {
  const result = spawnSync(program, words, { cwd: root, encoding: "utf8", env: { ...process.env, ...env }, maxBuffer: 1 << 26 });
  if (result.error || result.status !== 0) throw new Error(`${program} ${words.join(" ")}: ${result.error?.message ?? result.stderr}`);
  return result;
}
function seconds(work) {
  const start = process.hrtime.bigint();
  work();
  return Number(process.hrtime.bigint() - start) / 1e9;
}
const median = (list) => [...list].sort((a, b) => a - b)[list.length >> 1];

/** Peak resident memory of a Node program, in MB: it says so itself when it ends. */
function peak(words) {
  const hook = `data:text/javascript,${encodeURIComponent("process.on('exit', () => process.stderr.write(` MAXRSS ${process.resourceUsage().maxRSS}`))")}`;
  return Number(/MAXRSS (\d+)/.exec(run(words, { env: { NODE_OPTIONS: `--import=${hook}` } }).stderr)[1]) / 1000;
}

const network = ["deeplabv3_torchvision", "--set", "backbone=resnet101"];
const rows = [];
try {
  run([segc, "weights", ...network, "--init", "--out", file("weights.safetensors")]);
  const megabytes = statSync(file("weights.safetensors")).size / 1e6;
  const settings = {
    [`from safetensors (${megabytes.toFixed(0)} MB)`]: ["--weights", file("weights.safetensors")],
    "from safetensors, batch norm folded": ["--weights", file("weights.safetensors"), "--fold-batchnorm"],
    "from safetensors, external data": ["--weights", file("weights.safetensors"), "--external-data"],
    "initial values": [],
  };
  const copy = () => seconds(() => copyFileSync(file("weights.safetensors"), file("copy")));
  const bare = () => seconds(() => run(["-e", "0"]));
  for (const [what, words] of Object.entries(settings)) {
    const command = [segc, "compile", ...network, ...words, "--out", file("model.onnx")];
    const once = () => seconds(() => run(command));
    once();
    copy();
    const pairs = Array.from({ length: runs }, () => [once(), copy() + bare()]);
    rows.push({ what, seconds: median(pairs.map(([a]) => a)), base: median(pairs.map(([, b]) => b)), ratio: median(pairs.map(([a, b]) => a / b)), peak_mb: peak(command) });
  }

  const script = file("export.py");
  writeFileSync(script, `
import json, resource, sys, time
try:
    import torch, torchvision
except ImportError as error:
    print(json.dumps({"missing": str(error)})); sys.exit()
net = torchvision.models.segmentation.deeplabv3_resnet101(weights=None, weights_backbone=None, num_classes=21, aux_loss=True).eval()
start = time.time()
torch.onnx.export(net, torch.zeros(1, 3, 520, 520), sys.argv[1], opset_version=16, dynamic_axes={"image": {0: "N", 2: "H", 3: "W"}}, input_names=["image"])
print(json.dumps({"export_s": time.time() - start, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, "torch": torch.__version__}))
`);
  let torch = { missing: "no Python" };
  let whole = 0;
  try {
    whole = seconds(() => void (torch = JSON.parse(run([script, file("torch.onnx")], { program: options.python }).stdout.trim().split("\n").at(-1))));
  } catch (error) {
    torch = { missing: String(error.message).split("\n").at(-2) ?? "failed" };
  }

  if (options.json) console.log(JSON.stringify({ node: process.version, runs, rows, torch: { ...torch, whole_s: whole } }, null, 2));
  else {
    console.log(`deeplabv3_torchvision, resnet101; whole processes, medians of ${runs} pairs, node ${process.version}\n`);
    for (const row of rows)
      console.log(`${row.what.padEnd(38)} ${(row.seconds * 1e3).toFixed(0).padStart(6)} ms = ${row.ratio.toFixed(2).padStart(5)} x cp + bare node (${(row.base * 1e3).toFixed(0)} ms), aim 2.5; peak ${row.peak_mb.toFixed(0)} MB, aim 200`);
    if (torch.missing) console.log(`torch.onnx.export: not measured (${torch.missing}); --python PROGRAM names one that has torch and torchvision`);
    else console.log(`${"torch.onnx.export, same network".padEnd(38)} ${(torch.export_s * 1e3).toFixed(0).padStart(6)} ms, ${(whole * 1e3).toFixed(0)} ms as a process; peak ${torch.peak_mb.toFixed(0)} MB (torch ${torch.torch})`);
  }
} finally {
  if (existsSync(folder)) rmSync(folder, { recursive: true });
}
