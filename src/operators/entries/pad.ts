import { add, constant } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { sides } from "../axes.js";
import { defineOperator } from "../define.js";
import { type Pads, pads } from "../padding.js";
import { type Padding, map } from "../parameters.js";
import { exactly, hull } from "../range.js";
import { mapOf } from "../rules.js";

const amounts = (amount: Padding): Pads => pads(amount, [1, 1], [1, 1]);

export const pad = defineOperator({
  name: "pad",
  group: "resampling",
  doc: `Adds elements around a map: \`amount\` rows and columns (one number, [height, width] or [top, left, bottom, right]) and \`channels\` behind the
channels (the parameter-free shortcut of ResNet's option A). \`constant\` fills with \`value\`; \`reflect\` mirrors the map without repeating its border,
so it needs a map larger than the amount; \`edge\` repeats the border. Added channels always hold \`value\`.
To cut use \`crop\` or \`slice\`. Padding for a convolution or pooling is cheaper as its own \`padding\`.`,
  parameters: {
    x: map,
    amount: { kind: "padding", default: [0, 0, 0, 0], doc: "rows and columns added on each side" },
    mode: { kind: "choice", members: ["constant", "reflect", "edge"], default: "constant", doc: "what is put there" },
    value: { kind: "float", default: 0, doc: "for `mode: constant` and for added channels" },
    channels: { kind: "int", min: 0, default: 0, doc: "channels added behind the others" },
  },
  infer(a, rule) {
    if (a.amount === "same") return rule.fault(shape.padAmount, "amount", {});
    const by = amounts(a.amount);
    const sizes = ([[by.top, by.bottom], [by.left, by.right]] as const).map(([before, after], side) => {
      const n = a.x.shape[2 + side]!;
      const most = Math.max(before, after);
      if (a.mode === "reflect" && most > 0)
        rule.require({ kind: "atLeast", left: n, right: constant(most + 1) }, "runs", shape.reflectTooLarge, { axis: sides[side]!, amount: most, size: n });
      return add(n, constant(before + after));
    });
    return mapOf(a.x, add(a.x.shape[1]!, constant(a.channels)), sizes[0]!, sizes[1]!);
  },
  // The border that `reflect` and `edge` copy lies inside the map; as for convolutions, what is added counts as outside.
  reach: (a, side) => ({ kind: "shift", by: constant(side === 0 ? -amounts(a.amount).top : -amounts(a.amount).left) }),
  range: (a) => (a.mode === "constant" || a.channels > 0 ? hull([a.x, exactly(a.value)]) : a.x),
  identity: (a) => a.channels === 0 && Object.values(amounts(a.amount)).every((count) => count === 0),
  lower(a, call, emit) {
    const { top, left, bottom, right } = amounts(a.amount);
    const out = [call.outputs[0]!.name];
    const write = (x: string, mode: string, [rows, columns]: readonly (readonly [number, number])[], channels: number, outputs?: readonly string[]): string => {
      const counts = emit.ints([0, 0, rows![0], columns![0], 0, channels, rows![1], columns![1]]);
      // With axes written out ONNX Runtime leaves the node alone; else it moves the padding into a pooling behind it, which is
      // wrong with ceil rounding (another size) and fails where the padding is not smaller than the window.
      return emit.node("Pad", [x, counts, mode === "constant" ? emit.floats([a.value], []) : undefined, emit.ints([0, 1, 2, 3])], { mode }, outputs);
    };
    const around = [[top, bottom], [left, right]] as const;
    if (a.mode === "constant" || a.channels === 0) write(a.x.name, a.mode, around, a.channels, out);
    else write(write(a.x.name, a.mode, around, 0), "constant", [[0, 0], [0, 0]], a.channels, out);
  },
  example: "y = x -> pad([1, 2], mode: reflect, channels: 2)",
});
