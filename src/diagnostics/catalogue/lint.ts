import { defineDiagnostic } from "../diagnostic.js";
import { inModel } from "./example.js";

export const lintCheckerboard = defineDiagnostic({
  code: "lint/checkerboard",
  severity: "warning",
  message: "the kernel {kernel} is not divisible by the stride {stride}: neighbouring outputs get different numbers of taps",
  why: "A learned transposed convolution whose kernel the stride does not divide weighs outputs unevenly, which shows as a checkerboard (Odena, Dumoulin, Olah 2016).",
  help: "use a kernel that is a multiple of the stride, or resize and convolve",
  bad: inModel("head y = image -> upconv(2, 3, stride: 2)"),
  good: inModel("head y = image -> upconv(2, 4, stride: 2, padding: 1)"),
});

export const lintUnusedImport = defineDiagnostic({
  code: "lint/unused-import",
  severity: "warning",
  message: "`{name}` is brought in, but not used",
  why: "What is not used makes a reader look for its use.",
  help: "remove it from `use`",
  bad: `use std.blocks { conv_bn_relu }\n${inModel("head y = image -> conv(2, 1)")}`,
  good: `use std.blocks { conv_bn_relu }\n${inModel("head y = image -> conv_bn_relu(2, 1)")}`,
});

export const lintUnusedIgnore = defineDiagnostic({
  code: "lint/unused-ignore",
  severity: "warning",
  message: "nothing reports `{code}` here",
  why: "A comment that answers no warning hides the next one.",
  help: "remove the comment",
  bad: inModel("// segc: ignore lint/checkerboard -- as released", "head y = image -> upconv(2, 4, stride: 2)"),
  good: inModel("// segc: ignore lint/checkerboard -- as released", "head y = image -> upconv(2, 3, stride: 2)"),
});

export const lintCropOffCentre = defineDiagnostic({
  code: "lint/crop-off-centre",
  severity: "warning",
  message: "this crop takes {axis} from {start} on, {off} elements ({pixels} pixels of the image) beside the map that it is cropped to",
  why: "After a crop the two maps are put together element by element. When their centres differ, each class score is added to that of another place, and training has to learn the shift.",
  help: "crop from the aligned offset",
  bad: inModel("a = image -> conv(8, 5, padding: valid)", "head y = concat(image -> crop(like: a, offset: 0), a) -> conv(2, 1)").replace("H, W]", "H, W] where H >= 9, W >= 9"),
  good: inModel("a = image -> conv(8, 5, padding: valid)", "head y = concat(image -> crop(like: a, offset: 2), a) -> conv(2, 1)").replace("H, W]", "H, W] where H >= 9, W >= 9"),
});

export const lintOffGrid = defineDiagnostic({
  code: "lint/off-grid",
  severity: "warning",
  message: "`{left}` and `{right}` are put together element by element, but lie {elements} elements ({pixels} pixels of the image) apart",
  why: "A convolution of stride 2 with padding 1 keeps the first pixel in place, and so does `align_corners: true`; a pooling of 2 and the half-pixel resize keep the edge in place. Mixed, or with a shifted transposed convolution, the coarse map comes back beside the fine one.",
  help: "use one convention on the way down and up",
  bad: inModel("a = image -> conv(8, 3, stride: 2, padding: 1)", "b = a -> conv(8, 3, stride: 2, padding: 1) -> conv(8, 3, stride: 2, padding: 1)", "head y = (a + (b -> resize(like: a))) -> conv(2, 1) -> resize(like: image)"),
  good: inModel("a = image -> conv(8, 3, stride: 2, padding: 1)", "b = a -> conv(8, 3, stride: 2, padding: 1) -> conv(8, 3, stride: 2, padding: 1)", "head y = (a + (b -> resize(like: a, align_corners: true))) -> conv(2, 1) -> resize(like: image)"),
});

export const lintDilationHoles = defineDiagnostic({
  code: "lint/dilation-holes",
  severity: "warning",
  message: "dilations {rates} leave holes: of {span} elements of `{tensor}` in a row, {missing} are never read",
  why: "A dilated filter reads elements that lie apart. A stack of them sees all of its field only when smaller dilations fill what larger ones leave out (Yu and Koltun 2016; Wang et al. 2018).",
  help: "begin with dilation 1 and grow it so that no hole is left: 1, 2, 5 or 1, 2, 4, 8",
  bad: inModel("a = image -> conv(8, 3, dilation: 2) -> relu -> conv(8, 3, dilation: 4) -> relu", "head y = a -> conv(2, 1)"),
  good: inModel("a = image -> conv(8, 3) -> relu -> conv(8, 3, dilation: 2) -> relu -> conv(8, 3, dilation: 4) -> relu", "head y = a -> conv(2, 1)"),
});

export const lintGridding = defineDiagnostic({
  code: "lint/gridding",
  severity: "warning",
  message: "from here on {layers} layers in a row have dilation {rate}: they split the map into {grids} grids that do not see each other",
  why: "Layers of one dilation never mix neighbouring elements, so that neighbouring outputs come from different inputs; it shows as a checkerboard (Wang et al. 2018).",
  help: "vary the dilations in a saw-tooth such as 1, 2, 5, 1, 2, 5",
  bad: inModel("a[0] = image -> conv(8, 3) -> relu", "for i in 1..4 { a[i] = a[i-1] -> conv(8, 3, dilation: 2) -> relu }", "head y = a[4] -> conv(2, 1)"),
  good: inModel("a[0] = image -> conv(8, 3) -> relu", "for i in 1..4 { a[i] = a[i-1] -> conv(8, 3, dilation: 1 + i % 2) -> relu }", "head y = a[4] -> conv(2, 1)"),
});

export const lintDegenerateRate = defineDiagnostic({
  code: "lint/degenerate-rate",
  severity: "warning",
  message: "with dilation {rate} on a map of {height} x {width}, {mean} of the {taps} taps lie on the map on average",
  why: "When the dilation nears the size of the map, all taps but the middle one fall on padding, and the filter becomes a 1x1 filter (DeepLab v3, figure 4).",
  help: "use a smaller dilation, larger images, or the pooled image beside it",
  bad: inModel("a = image -> conv(8, 3) -> conv(8, 3, dilation: 60)", "head y = a -> conv(2, 1)").replace("H, W]", "H, W] with natural: [64, 64]").replace("conv(8, 3) ->", "conv(8, 61) ->"),
  good: inModel("a = image -> conv(8, 3) -> conv(8, 3, dilation: 12)", "head y = a -> conv(2, 1)").replace("H, W]", "H, W] with natural: [64, 64]").replace("conv(8, 3) ->", "conv(8, 61) ->"),
});

export const lintBiasBeforeNorm = defineDiagnostic({
  code: "lint/bias-before-norm",
  severity: "warning",
  message: "the bias of `{path}` does nothing: the batch normalisation behind it takes it out",
  why: "Batch normalisation subtracts each channel's mean and adds its own bias. A bias before it costs memory and gets no gradient.",
  help: "give the convolution `bias: false`",
  bad: inModel("a = image -> conv(8, 3) -> batchnorm -> relu", "head y = a -> conv(2, 1)"),
  good: inModel("a = image -> conv(8, 3, bias: false) -> batchnorm -> relu", "head y = a -> conv(2, 1)"),
});

export const lintNormOnOnePixel = defineDiagnostic({
  code: "lint/norm-on-one-pixel",
  severity: "warning",
  message: "`{path}` normalises a map of one pixel: in training its statistics come from the images of the batch alone",
  why: "Batch statistics over a map of 1x1 have one value for each image. A batch of one image cannot be trained at all (PyTorch refuses it), and small batches give noise.",
  help: "leave the normalisation out there, or use layer or group normalisation",
  bad: inModel("a = image -> global_avgpool -> conv(8, 1, bias: false) -> batchnorm -> relu", "head y = image * (a -> conv(3, 1) -> sigmoid)"),
  good: inModel("a = image -> global_avgpool -> conv(8, 1) -> relu", "head y = image * (a -> conv(3, 1) -> sigmoid)"),
});

export const lintHeadNotInputSize = defineDiagnostic({
  code: "lint/head-not-input-size",
  severity: "warning",
  message: "the head `{head}` is {height} x {width}: not a score for each pixel of `{input}`",
  why: "A head gives the scores of pixels. At another resolution somebody outside has to resize it, and how they do it shifts and blurs the result.",
  help: "resize or upsample it to the size of the input",
  bad: inModel("encoder a = image -> conv(8, 3, stride: 2)", "head y = a -> conv(2, 1)"),
  good: inModel("encoder a = image -> conv(8, 3, stride: 2)", "head y = a -> conv(2, 1) -> resize(like: image)"),
});

export const lintSoftmaxBeforeLoss = defineDiagnostic({
  code: "lint/softmax-before-loss",
  severity: "warning",
  message: "`{loss}` takes logits, but gets the result of `{activation}`",
  why: "The loss takes the softmax itself. Taken twice, the gradient nearly vanishes: training runs, slowly and to a worse result.",
  help: "hand the logits to the loss, and keep the activation for the head",
  bad: inModel("input labels: [N, H, W] with type: int64", "head y = image -> conv(2, 1) -> softmax", "loss total = y -> cross_entropy(labels)"),
  good: inModel("input labels: [N, H, W] with type: int64", "scores = image -> conv(2, 1)", "head y = scores -> softmax", "loss total = scores -> cross_entropy(labels)"),
});

export const lintDoubleResize = defineDiagnostic({
  code: "lint/double-resize",
  severity: "warning",
  message: "two resizes in a row: one does the same, with less blur and less work",
  why: "Each interpolation smooths, and sets its own grid. Nothing is computed between the two.",
  help: "resize once, to the last size",
  bad: inModel("a = image -> conv(8, 3, stride: 4)", "head y = a -> conv(2, 1) -> resize(scale: 2) -> resize(like: image)"),
  good: inModel("a = image -> conv(8, 3, stride: 4)", "head y = a -> conv(2, 1) -> resize(like: image)"),
});

export const lintEvenKernelSame = defineDiagnostic({
  code: "lint/even-kernel-same",
  severity: "warning",
  message: "an even kernel ({kernel}) with `same` pads {before} before and {after} behind: the result lies half an element off",
  why: "An even kernel has no middle. Padding it to the same size moves the map by half an element, and frameworks differ in the direction.",
  help: "use an odd kernel, or say the padding",
  bad: inModel("head y = image -> conv(8, 4) -> conv(2, 1)"),
  good: inModel("head y = image -> conv(8, 5) -> conv(2, 1)"),
});

export const lintDeprecatedName = defineDiagnostic({
  code: "lint/deprecated-name",
  severity: "warning",
  message: "`{name}` is deprecated: {says}",
  why: "Its author says so, with a line `/// deprecated: ...` before it, and may leave it out of the next version.",
  help: "write what the author names",
  bad: [
    "block pair(x: tensor, channels: int) { return x -> conv(channels, 3) as [0] -> relu -> conv(channels, 3) as [1] -> relu }",
    "/// deprecated: use `pair`\nblock two(x: tensor, channels: int) { return x -> pair(channels) as _ }",
    inModel("a = image -> two(8) as a", "head y = a -> conv(2, 1)"),
  ].join("\n\n"),
  good: [
    "block pair(x: tensor, channels: int) { return x -> conv(channels, 3) as [0] -> relu -> conv(channels, 3) as [1] -> relu }",
    "/// deprecated: use `pair`\nblock two(x: tensor, channels: int) { return x -> pair(channels) as _ }",
    inModel("a = image -> pair(8) as a", "head y = a -> conv(2, 1)"),
  ].join("\n\n"),
});

export const lintUnusedLet = defineDiagnostic({
  code: "lint/unused-let",
  severity: "warning",
  message: "`{name}` is given a value, but not used",
  why: "What is not used makes a reader look for its use.",
  help: "remove it",
  bad: inModel("let width = 64", "head y = image -> conv(2, 1)"),
  good: inModel("let width = 64", "head y = image -> conv(width, 3) -> conv(2, 1)"),
});

export const lintUnusedParameter = defineDiagnostic({
  code: "lint/unused-parameter",
  severity: "warning",
  message: "the parameter `{name}` is not used",
  why: "Whoever sets it expects something to change.",
  help: "use it or remove it",
  bad: inModel("head y = image -> conv(2, 1)").replace("Example", "Example(classes: int = 2)"),
  good: inModel("head y = image -> conv(classes, 1)").replace("Example", "Example(classes: int = 2)"),
});

export const lintUnusedBinding = defineDiagnostic({
  code: "lint/unused-binding",
  severity: "warning",
  message: "`{name}` is not used: no equation, head or expectation reads it",
  why: "A tensor that nothing reads is left out of the graph. Often another one was meant to be read.",
  help: "use it, mark it as a head, or remove it",
  bad: inModel("a = image -> relu", "head y = image -> conv(2, 1)"),
  good: inModel("a = image -> relu", "head y = a -> conv(2, 1)"),
});

export const lintUnusedWeights = defineDiagnostic({
  code: "lint/unused-weights",
  severity: "warning",
  message: "no output reads {path}: {weights} weights are left out",
  why: "Layers that neither an output nor a loss depends on are left out of the graph, and a checkpoint has their weights for nothing.",
  help: "connect it to an output, or remove it",
  bad: inModel("for i in 0..1 { a[i] = image -> conv(8, 3) }", "head y = a[0] -> conv(2, 1)"),
  good: inModel("for i in 0..1 { a[i] = image -> conv(8, 3) }", "head y = a[0] + a[1] -> conv(2, 1)"),
});

export const lintLeavesGpu = defineDiagnostic({
  code: "lint/leaves-gpu",
  severity: "warning",
  message: "`{operator}` does not stay on {target}: {why}",
  why: "What leaves the device is copied to the CPU and back, in silence, and can cost more than all the rest. `--target` or a comment `// segc: target webgpu` says which device is meant.",
  help: "use operators that stay, or run this network elsewhere",
  bad: `// segc: target webgpu\n${inModel("head y = image -> conv(8, 3) -> lrn -> conv(2, 1)")}`,
  good: `// segc: target webgpu\n${inModel("head y = image -> conv(8, 3) -> relu -> conv(2, 1)")}`,
});

export const lintMemory = defineDiagnostic({
  code: "lint/memory",
  severity: "warning",
  message: "{what} takes {bytes}, more than the budget of {budget}",
  why: "Devices bound a single buffer (WebGPU often 128 MiB to 2 GiB), however much memory they have in all. `--memory` or a comment `// segc: memory 256 MiB` says the budget.",
  help: "use fewer channels, smaller images, or a coarser map there",
  bad: `// segc: memory 1 MiB\n${inModel("head y = image -> conv(64, 3) -> conv(2, 1)").replace("H, W]", "H, W] with natural: [256, 256]")}`,
  good: `// segc: memory 16 MiB\n${inModel("head y = image -> conv(64, 3) -> conv(2, 1)").replace("H, W]", "H, W] with natural: [256, 256]")}`,
});

export const lintSmallField = defineDiagnostic({
  code: "lint/small-field",
  severity: "warning",
  message: "`{head}` sees {field} pixels a side, and objects have {object}",
  why: "What an output cannot see it cannot judge: an object larger than the receptive field is classified from its parts. `--object` or a comment `// segc: object 96` says how large objects are.",
  help: "add poolings, dilated convolutions or a look at the whole image",
  bad: `// segc: object 96\n${inModel("head y = image -> conv(8, 3) -> conv(2, 1)")}`,
  good: `// segc: object 3\n${inModel("head y = image -> conv(8, 3) -> conv(2, 1)")}`,
});

export const lintUnknownComment = defineDiagnostic({
  code: "lint/unknown-comment",
  severity: "warning",
  message: "segc does not understand this comment: `{said}`",
  why: "A comment that begins with `// segc:` is meant for segc. One that it does not know would do nothing, in silence.",
  help: "write `// segc: ignore <code> -- reason`, `// segc: target webgpu`, `// segc: memory 512 MiB` or `// segc: object 96`",
  bad: inModel("// segc: ignroe lint/checkerboard -- as released", "head y = image -> upconv(2, 4, stride: 2)"),
  good: inModel("// segc: ignore lint/checkerboard -- as released", "head y = image -> upconv(2, 3, stride: 2)"),
});
