import { sameFunction } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { requireEqual } from "../broadcast.js";
import { defineOperator } from "../define.js";
import { emitLogSoftmax } from "../log-softmax.js";
import { anyTensor } from "../parameters.js";
import { everything } from "../reach.js";
import { channelsOf } from "../rules.js";

export const crossEntropy = defineOperator({
  name: "cross_entropy",
  group: "loss",
  doc: `Pixel-wise softmax cross-entropy of logits [N, C, ..] against class indices [N, ..] (an input \`with type: int64\`), as PyTorch's.
Pixels whose label is \`ignore\` give 0. \`mean\` divides by the sum of the weights of the pixels kept, so it is NaN when all are ignored;
\`none\` gives a loss for each pixel. A label that is neither \`ignore\` nor a class also gives 0.
With \`smoothing\` e a pixel's loss is (1 - e) * loss + e / C * (sum of the losses of all classes).`,
  parameters: {
    x: anyTensor,
    target: { kind: "tensor", doc: "class index of each pixel", types: ["int64"] },
    ignore: { kind: "int", default: 255, doc: "label that does not count" },
    weights: { kind: "floats", optional: true, doc: "weight of each class" },
    smoothing: { kind: "float", min: 0, max: 1, default: 0, doc: "label smoothing" },
    reduction: { kind: "choice", members: ["mean", "sum", "none"], default: "mean", doc: "how the losses of the pixels are put together" },
  },
  infer(a, rule) {
    const classes = channelsOf(a.x, rule);
    if (classes === undefined) return undefined;
    const pixels = { type: a.x.type, shape: a.x.shape.filter((_, axis) => axis !== 1) };
    if (a.target.shape.length !== pixels.shape.length)
      return rule.fault(shape.rankMismatch, "target", { left: pixels.shape, right: a.target.shape });
    for (const [axis, size] of pixels.shape.entries())
      if (!sameFunction(size, a.target.shape[axis]!)) requireEqual(rule, shape.addSizeMismatch, pixels, a.target, axis);
    if (a.weights && a.weights.length !== 1 && a.weights.length !== classes)
      return rule.fault(shape.constantCount, "weights", { given: a.weights.length, shape: `[${classes}]` });
    return { outputs: [{ type: "float32", shape: a.reduction === "none" ? a.target.shape : [] }] };
  },
  reach: () => everything,
  lower(a, call, emit) {
    const classes = emit.known(a.x.shape[1]!)!;
    const rank = a.x.shape.length;
    // One value for each class, along the channel axis.
    const perClass = [classes, ...Array.from({ length: rank - 2 }, () => 1)];
    const asFloat = (value: string): string => emit.node("Cast", [value], { to: { type: "float32" } });
    const labels = emit.node("Unsqueeze", [a.target.name, emit.ints([1])]);
    const isClass = emit.node("Equal", [labels, emit.ints(Array.from({ length: classes }, (_, i) => i), perClass)]);
    const isKept = emit.node("Not", [emit.node("Equal", [labels, emit.ints([a.ignore])])]);
    const weighted = (value: string): string =>
      a.weights === undefined ? value : emit.node("Mul", [value, emit.floats(a.weights, a.weights.length === 1 ? [] : perClass)]);
    const chosen = weighted(asFloat(emit.node("And", [isClass, isKept])));
    const target =
      a.smoothing === 0
        ? chosen
        : emit.node("Add", [
            emit.node("Mul", [chosen, emit.floats([1 - a.smoothing], [])]),
            weighted(emit.node("Mul", [asFloat(isKept), emit.floats([a.smoothing / classes], [])])),
          ]);
    const terms = emit.node("Mul", [target, emitLogSoftmax(emit, a.x.name, 1)]);
    const out = [call.outputs[0]!.name];
    if (a.reduction === "none") return void emit.node("Neg", [emit.node("ReduceSum", [terms, emit.ints([1])], { keepdims: 0 })], {}, out);
    const total = emit.node("ReduceSum", [terms], { keepdims: 0 });
    if (a.reduction === "sum") return void emit.node("Neg", [total], {}, out);
    emit.node("Div", [emit.node("Neg", [total]), emit.node("ReduceSum", [chosen], { keepdims: 0 })], {}, out);
  },
  example: "input labels: [N, H, W] with type: int64\ny = x -> cross_entropy(labels, ignore: 255, weights: [1, 2, 1, 1], smoothing: 0.1)",
});
