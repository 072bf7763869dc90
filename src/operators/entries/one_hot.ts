import { constant } from "../../tensor/index.js";
import { defineOperator } from "../define.js";
import { unit } from "../range.js";
import { everything } from "../reach.js";

export const oneHot = defineOperator({
  name: "one_hot",
  group: "loss",
  doc: `Labels [N, ..] (class indices, int64) as a map for each class, [N, classes, ..]: 1 where the label is that class, 0 elsewhere; any other label
(255, say) is 0 in all of them. \`labels -> one_hot(1, first: 1)\` is the mask of label 1, for losses of two classes with one map.
Overlap losses such as soft Dice compare probabilities with it; \`cross_entropy\` takes the labels as they are.`,
  parameters: {
    x: { kind: "tensor", doc: "class index of each pixel", types: ["int64"] },
    classes: { kind: "int", min: 1, doc: "maps" },
    first: { kind: "int", default: 0, doc: "class of the first map" },
  },
  infer: (a) => ({ outputs: [{ type: "float32", shape: [...a.x.shape.slice(0, 1), constant(a.classes), ...a.x.shape.slice(1)] }] }),
  reach: () => everything,
  range: () => unit,
  lower(a, call, emit) {
    const perClass = [a.classes, ...Array.from({ length: Math.max(0, a.x.shape.length - 1) }, () => 1)];
    const labels = emit.node("Unsqueeze", [a.x.name, emit.ints([Math.min(1, a.x.shape.length)])]);
    const isClass = emit.node("Equal", [labels, emit.ints(Array.from({ length: a.classes }, (_, i) => a.first + i), perClass)]);
    emit.node("Cast", [isClass], { to: { type: "float32" } }, [call.outputs[0]!.name]);
  },
  example: "input labels: [N, H, W] with type: int64\ny = x * (labels -> one_hot(4))",
});
