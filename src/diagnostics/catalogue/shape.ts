import { defineDiagnostic } from "../diagnostic.js";
import { inModel } from "./example.js";

export const concatSizeMismatch = defineDiagnostic({
  code: "shape/concat-size-mismatch",
  severity: "error",
  message: "cannot join {left} with {right}: they differ in {axis}, {a} against {b}",
  why: "Joining stacks channels, so every input needs the same batch, height and width. Here no input size gives them the same.",
  help: "bring one to the size of the other: `crop(like: ...)`, `resize(like: ...)`, or another stride or padding on the way",
  bad: inModel("a = image -> maxpool(2)", "head y = concat(image, a)"),
  good: inModel("a = image -> maxpool(2) -> resize(like: image)", "head y = concat(image, a)"),
});

export const addSizeMismatch = defineDiagnostic({
  code: "shape/add-size-mismatch",
  severity: "error",
  message: "cannot combine {left} with {right} element by element: they differ in {axis}, {a} against {b}",
  why: "Elementwise operators pair the elements of two tensors. A size must be equal in both, or 1 in one of them.",
  help: "bring one to the shape of the other: `crop(like: ...)`, `resize(like: ...)` or a 1x1 `conv` for the channels",
  bad: inModel("a = image -> conv(8, 1)", "head y = image + a"),
  good: inModel("a = image -> conv(3, 1)", "head y = image + a"),
});

export const rankMismatch = defineDiagnostic({
  code: "shape/rank-mismatch",
  severity: "error",
  message: "{left} and {right} do not have the same number of dimensions",
  why: "Tensors are combined axis by axis, so both need the same number of axes.",
  help: "`reshape` one of them, giving 1 for the axes to be repeated",
  bad: inModel("a = image -> flatten", "head y = concat(image, a)"),
  good: inModel("a = image -> flatten -> reshape([N, 3, H, W])", "head y = concat(image, a)"),
});

export const wrongRank = defineDiagnostic({
  code: "shape/wrong-rank",
  severity: "error",
  message: "`{operator}` takes a tensor of {wanted} dimensions for `{parameter}`, this one is {shape}",
  why: "The operator gives a meaning to every axis: a feature map is [batch, channels, height, width].",
  help: "`reshape` the tensor, or use an operator for any rank",
  bad: inModel("head y = image -> flatten -> conv(2, 1)"),
  good: inModel("head y = image -> conv(2, 1)"),
});

export const channelsNotFixed = defineDiagnostic({
  code: "shape/channels-not-fixed",
  severity: "error",
  message: "the number of channels of {shape} depends on the input size, so it cannot have weights",
  why: "Weights are stored with the network: their shapes must not change with the image.",
  help: "put the varying size on another axis with `transpose` or `reshape`",
  bad: inModel("head y = image -> transpose([0, 2, 1, 3]) -> conv(2, 1)"),
  good: inModel("head y = image -> conv(2, 1)"),
});

export const groupsNotDivisor = defineDiagnostic({
  code: "shape/groups-not-divisor",
  severity: "error",
  message: "{groups} groups do not divide the {channels} {which} channels",
  why: "Each group gets the same share of the channels.",
  help: "choose a divisor of both channel counts; groups = channels is a depthwise convolution",
  bad: inModel("head y = image -> conv(4, 3, groups: 2)"),
  good: inModel("head y = image -> conv(6, 3, groups: 3)"),
});

export const extraTooLarge = defineDiagnostic({
  code: "shape/output-padding-too-large",
  severity: "error",
  message: "output padding {extra} must be smaller than the stride {stride}",
  why: "Output padding only chooses among the sizes that the stride leaves open; more would be rows that no input reaches.",
  help: "use `extra` below the stride",
  bad: inModel("head y = image -> upconv(2, 3, stride: 2, extra: 2)"),
  good: inModel("head y = image -> upconv(2, 4, stride: 2, extra: 1)"),
});

export const paddingTooLarge = defineDiagnostic({
  code: "shape/padding-too-large",
  severity: "error",
  message: "a padding of {padding} is not smaller than the window of {kernel}",
  why: "A window that lies wholly in the padding has no element to pool.",
  help: "use a padding below the window size, or `pad` before pooling",
  bad: inModel("head y = image -> maxpool(2, padding: 2)"),
  good: inModel("head y = image -> maxpool(3, stride: 2, padding: 1)"),
});

export const noElements = defineDiagnostic({
  code: "shape/no-elements",
  severity: "error",
  message: "the {axis} of {of} is {size}, and below 1 nothing is left of it",
  why: "A tensor without elements means that the kernel is larger than what is left of the map.",
  help: "use a smaller kernel, more padding or fewer strides",
  bad: inModel("head y = image -> maxpool([1, 1]) -> resize(size: [4, 4]) -> conv(2, 7, padding: valid)"),
  good: inModel("head y = image -> maxpool([1, 1]) -> resize(size: [8, 8]) -> conv(2, 7, padding: valid)"),
});

export const poolDrops = defineDiagnostic({
  code: "shape/pool-drops-pixels",
  severity: "warning",
  message: "pooling by {stride} drops the last {what} when the {axis} {size} leaves a remainder",
  why: "With floor rounding, pixels that fill no whole window are lost, and everything deeper is shifted against the input.",
  help: "feed a size that divides, or pool with `ceil: true`",
  bad: inModel("head y = image -> maxpool(2)"),
  good: inModel("head y = image -> maxpool(2, ceil: true)"),
  options: { size: "9x8" },
});

export const cropTooSmall = defineDiagnostic({
  code: "shape/crop-too-small",
  severity: "error",
  message: "cannot cut a {axis} of {to} out of {from} from {offset} on",
  why: "A crop takes a part of its input; here the part reaches beyond it for every input size.",
  help: "crop the larger of the two, use a smaller offset, or `resize(like: ...)`",
  bad: inModel("a = image -> maxpool(2)", "head y = a -> crop(like: image)"),
  good: inModel("a = image -> maxpool(2)", "head y = image -> crop(like: a, offset: 0)"),
});

export const cropLopsided = defineDiagnostic({
  code: "shape/crop-lopsided",
  severity: "warning",
  message: "the crop cannot be centred: the surplus {axis} {surplus} is odd",
  why: "One more row is cut on one side than on the other, which shifts the skip by half a pixel.",
  help: "feed a size at which the surplus is even, or give an `offset`",
  bad: inModel("a = image -> conv(3, [2, 3], padding: valid)", "head y = image -> crop(like: a)"),
  good: inModel("a = image -> conv(3, 3, padding: valid)", "head y = image -> crop(like: a)"),
  options: { size: "9x8" },
});

export const nothingToJoin = defineDiagnostic({
  code: "shape/nothing-to-join",
  severity: "error",
  message: "there is nothing to join",
  why: "`concat` needs at least one tensor; here the list is empty.",
  help: "check the range of the family that is given",
  bad: inModel("head y = concat([]) -> conv(2, 1)"),
  good: inModel("head y = concat([image, image]) -> conv(2, 1)"),
});

export const noSuchAxis = defineDiagnostic({
  code: "shape/no-such-axis",
  severity: "error",
  message: "{shape} has no axis {axis}",
  why: "Axes count from 0: batch, channels, height, width.",
  help: "use an axis of the tensor",
  bad: inModel("head y = concat(image, image, axis: 4)"),
  good: inModel("head y = concat(image, image, axis: 3)"),
});

export const resizeTarget = defineDiagnostic({
  code: "shape/resize-target",
  severity: "error",
  message: "`resize` needs exactly one of `scale`, `size` and `like`; {given} are given",
  why: "Each of them fixes the new size.",
  help: "`resize(like: image)` for the size of another tensor, `resize(scale: 2)` for a factor",
  bad: inModel("head y = image -> resize(mode: nearest)"),
  good: inModel("head y = image -> resize(scale: 2, mode: nearest)"),
});

export const badFactor = defineDiagnostic({
  code: "shape/bad-factor",
  severity: "error",
  message: "{factor} is not a factor that a size can be scaled by",
  why: "Sizes are exact, so a factor is a positive fraction with a denominator of at most 65536: 2, 0.75, 1 / 3.",
  help: "use `size:` or `like:`",
  bad: inModel("head y = image -> resize(scale: 0)"),
  good: inModel("head y = image -> resize(scale: 0.5)"),
});

export const undecided = defineDiagnostic({
  code: "shape/undecided",
  severity: "error",
  message: "cannot decide {what} for all input sizes",
  why: "segc proves sizes exactly or says that it cannot; it does not guess. Products such as H*W and conditions between H and W cannot always be decided.",
  help: "fix one of the sizes (a number in the `input` shape), or write the sizes so that they agree by construction (`like:`)",
  bad: inModel("head y = concat(image, image -> transpose([0, 1, 3, 2]))"),
  good: `model Example {\n  input image: [N, 3, S, S]\n  head y = concat(image, image -> transpose([0, 1, 3, 2]))\n}\n`,
});

export const tooLarge = defineDiagnostic({
  code: "shape/too-large",
  severity: "error",
  message: "{what} is beyond what can be handled exactly ({limit})",
  why: "Sizes and counts are exact whole numbers up to 2^53; sizes repeat with a period of at most 65536.",
  help: "use smaller channels, kernels or strides",
  bad: inModel("head y = image -> conv(9_007_199_254_740_991, [99, 99])"),
  good: inModel("head y = image -> conv(64, 3)"),
});

export const whereTooWide = defineDiagnostic({
  code: "shape/where-too-wide",
  severity: "error",
  message: "`where` accepts {symbol} = {size}, but then {because}",
  why: "`where` is a promise to the user of the network: every size that it accepts must work.",
  help: "narrow `where`; `segc inspect` prints the exact legal sizes",
  bad: `model Example {\n  input image: [N, 3, H, W] where H = 2*k\n  head y = concat(image, image -> maxpool(2) -> maxpool(2) -> upconv(3) -> upconv(3))\n}\n`,
  good: `model Example {\n  input image: [N, 3, H, W] where H = 4*k\n  head y = concat(image, image -> maxpool(2) -> maxpool(2) -> upconv(3) -> upconv(3))\n}\n`,
});

export const sizeNotLegal = defineDiagnostic({
  code: "shape/size-not-legal",
  severity: "error",
  message: "{symbol} = {size} does not fit `{model}`: {because}",
  why: "The exact set of sizes that fit follows from the network, or is what the author accepts in `where`.",
  help: "",
  bad: `model Example {\n  input image: [N, 3, H, W]\n  head y = image + (image -> maxpool(2) -> resize(scale: 2))\n}\n`,
  good: `model Example {\n  input image: [N, 3, H, W]\n  head y = image + (image -> resize(scale: 2) -> maxpool(2))\n}\n`,
  options: { size: "7x8" },
});

export const badReshape = defineDiagnostic({
  code: "shape/bad-reshape",
  severity: "error",
  message: "{from} cannot become {to}: the number of elements differs",
  why: "`reshape` only regroups elements; -1 stands for whatever is left, and must come out whole.",
  help: "check the product of the sizes",
  bad: inModel("head y = image -> reshape([N, 4, H, W])"),
  good: inModel("head y = image -> reshape([N, 3, H*W])"),
});

export const badPermutation = defineDiagnostic({
  code: "shape/bad-permutation",
  severity: "error",
  message: "[{order}] is not an order of the {rank} axes",
  why: "A transposition names each axis once.",
  help: "for a feature map: an order of 0, 1, 2, 3",
  bad: inModel("head y = image -> transpose([0, 1, 2])"),
  good: inModel("head y = image -> transpose([0, 2, 3, 1])"),
});

export const notDivisible = defineDiagnostic({
  code: "shape/not-divisible",
  severity: "error",
  message: "the {axis} {size} is not divisible by {by}",
  why: "The operator takes the axis apart into equal pieces.",
  help: "choose a divisor, or pad or crop first",
  bad: inModel("head y = image -> pixel_shuffle(2)"),
  good: inModel("head y = image -> conv(12, 3) -> pixel_shuffle(2)"),
});

export const emptySlice = defineDiagnostic({
  code: "shape/bad-slice",
  severity: "error",
  message: "cannot take {from} to {to} of a {axis} of {size}",
  why: "A slice takes elements `from` up to, but not including, `to`; both lie within the axis.",
  help: "give bounds inside the axis, the first below the second",
  bad: inModel("head y = image -> slice(axis: 1, from: 2, to: 9)"),
  good: inModel("head y = image -> slice(axis: 1, from: 0, to: 2)"),
});

export const poolMismatch = defineDiagnostic({
  code: "shape/unpool-mismatch",
  severity: "error",
  message: "`indices` {indices} and the unpooled map {map} differ in shape",
  why: "Each value is put back where the index of the same element says.",
  help: "bring the map to the channels and size of the pooling that gave the indices",
  bad: inModel("p = image -> maxpool_indices(2)", "head y = p.output -> conv(4, 3) -> unpool(p.indices, like: image)"),
  good: inModel("p = image -> maxpool_indices(2)", "head y = p.output -> conv(3, 3) -> unpool(p.indices, like: image)"),
});

export const unpoolTooSmall = defineDiagnostic({
  code: "shape/unpool-too-small",
  severity: "error",
  message: "cannot unpool a {axis} of {from} to {to}",
  why: "Unpooling restores the size from before a pooling, so `like` is at least as large as the map that is unpooled.",
  help: "give the map that was pooled as `like`",
  bad: inModel("p = image -> maxpool_indices(3, stride: 1, padding: 1)", "head y = p.output -> unpool(p.indices, like: image -> maxpool(2))"),
  good: inModel("p = image -> maxpool_indices(3, stride: 1, padding: 1)", "head y = p.output -> unpool(p.indices, like: image)"),
});

export const emptyWindow = defineDiagnostic({
  code: "shape/empty-window",
  severity: "error",
  message: "with dilation {dilation} a window has no element of the {axis} {size}, only padding",
  why: "A map that is shorter than the dilation can lie between two elements of a window, which then has nothing to pool.",
  help: "use a smaller dilation, or no padding",
  bad: inModel("head y = image -> global_avgpool -> maxpool(2, stride: 1, dilation: 2, padding: 1)"),
  good: inModel("head y = image -> maxpool(2, stride: 1, dilation: 2, padding: 1)"),
});

export const padAmount = defineDiagnostic({
  code: "shape/pad-amount",
  severity: "error",
  message: "`same` does not say how much to pad",
  why: "`same` means as much as a kernel needs to keep the size; `pad` has no kernel.",
  help: "give the number of rows and columns, or use the `padding` of the convolution that follows",
  bad: inModel("head y = image -> pad(same)"),
  good: inModel("head y = image -> pad([1, 1])"),
});

export const reflectTooLarge = defineDiagnostic({
  code: "shape/reflect-too-large",
  severity: "error",
  message: "cannot mirror {amount} elements of a {axis} of {size}",
  why: "`reflect` mirrors the map without its border, so it has one element less to give than the map has.",
  help: "pad less, or use `mode: edge` or `constant`",
  bad: inModel("head y = image -> global_avgpool -> pad(1, mode: reflect)"),
  good: inModel("head y = image -> pad(1, mode: reflect)"),
});

export const matmulMismatch = defineDiagnostic({
  code: "shape/matmul-size-mismatch",
  severity: "error",
  message: "cannot multiply {left} by {right}: {columns} columns against {rows} rows",
  why: "A matrix product pairs the last axis of the left factor with the last but one of the right factor.",
  help: "`transpose` one of the factors, or bring both to the same size",
  bad: inModel("a = image -> flatten(2)", "b = image -> conv(8, 1) -> flatten(2)", "head y = matmul(a -> transpose([0, 2, 1]), b)"),
  good: inModel("a = image -> flatten(2)", "b = image -> conv(8, 1) -> flatten(2)", "head y = matmul(a, b -> transpose([0, 2, 1]))"),
});

export const wrongElementType = defineDiagnostic({
  code: "shape/wrong-element-type",
  severity: "error",
  message: "`{operator}` takes {wanted} for `{parameter}`, this is {given}",
  why: "Positions such as those of `maxpool_indices` are whole numbers (int64); operators that compute work on float32.",
  help: "use the values, not the positions: `.output` instead of `.indices`",
  bad: inModel("p = image -> maxpool_indices(2)", "head y = p.indices -> relu"),
  good: inModel("p = image -> maxpool_indices(2)", "head y = p.output -> relu"),
});

export const badAxes = defineDiagnostic({
  code: "shape/bad-axes",
  severity: "error",
  message: "[{axes}] is not a set of axes to reduce",
  why: "A reduction needs at least one axis, and each is named once.",
  help: "for a feature map: [2, 3] is the whole map, [1] the channels",
  bad: inModel("head y = image -> reduce_mean([2, 2])"),
  good: inModel("head y = image -> reduce_mean([2, 3])"),
});

export const splitTarget = defineDiagnostic({
  code: "shape/split-target",
  severity: "error",
  message: "`split` needs one of `parts` and `sizes`; {given} given",
  why: "Each of them says how the axis is cut.",
  help: "`split(2)` for equal pieces, `split(sizes: [1, 2])` for others",
  bad: inModel("parts = image -> split", "head y = parts[0]"),
  good: inModel("parts = image -> split(3)", "head y = parts[0]"),
});

export const splitSum = defineDiagnostic({
  code: "shape/split-sum",
  severity: "error",
  message: "the sizes add up to {sum}, not to {size}, the {axis}",
  why: "Every element goes to exactly one piece.",
  help: "give sizes that add up to the axis; `slice` takes a part and leaves the rest",
  bad: inModel("parts = image -> split(sizes: [1, 1])", "head y = parts[0]"),
  good: inModel("parts = image -> split(sizes: [1, 2])", "head y = parts[0] * parts[1]"),
});

export const evenWindow = defineDiagnostic({
  code: "shape/even-window",
  severity: "error",
  message: "a window of {size} channels has no centre",
  why: "Local response normalisation looks at as many channels before as behind; for even sizes runtimes disagree about the odd one.",
  help: "use an odd size",
  bad: inModel("head y = image -> lrn(4)"),
  good: inModel("head y = image -> lrn(5)"),
});

export const constantCount = defineDiagnostic({
  code: "shape/constant-count",
  severity: "error",
  message: "{given} numbers do not fill {shape}",
  why: "A list of values has one number for each element, or a single one for all.",
  help: "give one number, or as many as there are elements",
  bad: inModel("head y = image * constant([1, 2], shape: [1, 3, 1, 1])"),
  good: inModel("head y = image * constant([1, 2, 3], shape: [1, 3, 1, 1])"),
});
