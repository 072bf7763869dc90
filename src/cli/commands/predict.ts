import { type ExitCode, defineCommand } from "../command.js";
import { choice, device, modelOptions, out, seed, text } from "../options.js";

const { set, size, model, "max-nodes": maxNodes } = modelOptions;

export const predictCommand = defineCommand({
  name: "predict",
  summary: "Runs a network on an image, and holds derived against actual shapes",
  operands: "SPEC IMAGE",
  atLeast: 2,
  atMost: 2,
  doc: [
    "The image becomes a tensor as the spec's `input ... with` says; a size that does not fit is changed to the nearest that does.",
    "Without --onnx the network has initial weights: shapes and plumbing are real, the labels are not. Needs onnxruntime-node.",
  ].join("\n"),
  options: {
    out: out("label image to write, a palette PNG (default <image>.<spec>.png)"),
    size,
    onnx: text("FILE", "a compiled model with trained weights, instead of compiling the spec"),
    device,
    palette: choice(["voc"], "colours of the classes (default voc)"),
    set,
    model,
    seed,
    "max-nodes": maxNodes,
  },
  examples: [
    { line: "segc predict unet street.png", doc: "at the legal size nearest to the image's" },
    { line: "segc predict fcn8s street.png --size 224 --out labels.png", doc: "at a size of your choice" },
    { line: "segc predict net.seg street.png --onnx trained.onnx", doc: "with trained weights" },
  ],
  async run({ operands, options, terminal }): Promise<ExitCode> {
    const { predict } = await import("../predict.js");
    return predict(operands[0]!, operands[1]!, options, terminal);
  },
});
