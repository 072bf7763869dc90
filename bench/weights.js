/**
 * What it costs to compile with weights: deeplabv3_torchvision with resnet101 (61 M parameters) from a safetensors file to
 * ONNX, against copying the file and starting bare Node, with peak memory; and, where Python with torch and torchvision is
 * there, torch.onnx.export of the same network in the same run.
 */
import { copyFileSync, statSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { bareNode, pair, peak, run, segc } from "./measure.js";

const network = ["deeplabv3_torchvision", "--set", "backbone=resnet101"];

export function weightRows(runs, folder, python) {
  const file = (name) => join(folder, name);
  run([segc, "weights", ...network, "--init", "--out", file("weights.safetensors")]);
  const megabytes = (statSync(file("weights.safetensors")).size / 1e6).toFixed(0);
  // The aim is for what moves values as they are; folding and making them take time of their own.
  const settings = {
    [`compile, ${megabytes} MB of safetensors`]: { words: ["--weights", file("weights.safetensors")], aim: 2.5 },
    "the same, external data": { words: ["--weights", file("weights.safetensors"), "--external-data"], aim: 2.5 },
    "the same, batch norm folded": { words: ["--weights", file("weights.safetensors"), "--fold-batchnorm"] },
    "compile, initial values": { words: [] },
    "compile --weights none": { words: ["--weights", "none"] },
  };
  const base = () => {
    copyFileSync(file("weights.safetensors"), file("copy"));
    bareNode();
  };
  const rows = Object.entries(settings).map(([what, { words, aim }]) => {
    const command = [segc, "compile", ...network, ...words, "--out", file("model.onnx")];
    const none = words.at(-1) === "none";
    const result = pair(() => run(command), none ? bareNode : base, runs);
    return { what, against: none ? "node -e 0" : "cp + node -e 0", aim, ...result, figure: { what: "peak", value: peak(command), unit: "MB", most: 200 } };
  });
  return [...rows, torchRow(file, python, rows[0].time)];
}

const program = `
import json, resource, sys, time
try:
    import torch, torchvision
except ImportError as error:
    print(json.dumps({"missing": str(error)})); sys.exit()
net = torchvision.models.segmentation.deeplabv3_resnet101(weights=None, weights_backbone=None, num_classes=21, aux_loss=True).eval()
start = time.time()
torch.onnx.export(net, torch.zeros(1, 3, 520, 520), sys.argv[1], opset_version=16, dynamic_axes={"image": {0: "N", 2: "H", 3: "W"}}, input_names=["image"])
print(json.dumps({"export_s": time.time() - start, "peak_mb": resource.getrusage(resource.RUSAGE_SELF).ru_maxrss / 1000, "torch": torch.__version__}))
`;

/** One run: it takes a minute or more. `base`: our compile from a file. */
function torchRow(file, python, base) {
  const what = "torch.onnx.export, same network";
  writeFileSync(file("export.py"), program);
  let told;
  try {
    told = JSON.parse(run([file("export.py"), file("torch.onnx")], { program: python }).stdout.trim().split("\n").at(-1));
  } catch (error) {
    told = { missing: String(error.message).trim().split("\n").at(-1) };
  }
  if (told.missing) return { what, missing: `${told.missing}; --python PROGRAM names one that has torch and torchvision` };
  return { what, against: "compile from safetensors", time: told.export_s, base, ratio: told.export_s / base, note: `peak ${told.peak_mb.toFixed(0)} MB, torch ${told.torch}, without the process's start` };
}
