/**
 * before:  x + F(x)        after:  F(x)
 *
 * F is a chain of convolutions, normalisations and activations, and the other way around it holds one convolution at most. Sums over several scales, such as
 * the skips of FCN, are no residual links and stay.
 */
import type { OnnxModel, OnnxNode } from "../../onnx/model.js";

const chained = new Set(["Conv", "BatchNormalization", "Relu", "LeakyRelu", "PRelu", "Clip", "Elu", "Identity", "Dropout"]);

export function withoutResiduals(model: OnnxModel): OnnxModel {
  const maker = new Map(model.nodes.flatMap((node) => node.outputs.map((name) => [name, node] as const)));
  /** Each map on the way back from one, with the convolutions in between. */
  const wayBack = (from: string): ReadonlyMap<string, number> => {
    const seen = new Map([[from, 0]]);
    for (let [at, count] = [from, 0]; ; ) {
      const node = maker.get(at);
      if (node === undefined || !chained.has(node.op)) return seen;
      if (node.op === "Conv") count++;
      at = node.inputs[0]!;
      seen.set(at, count);
    }
  };
  const longer = ({ op, inputs }: OnnxNode): string | undefined => {
    const [left = "", right = ""] = inputs;
    if (op !== "Add" || inputs.length !== 2 || left === right) return undefined;
    const [a, b] = [wayBack(left), wayBack(right)];
    const common = [...a.keys()].find((name) => b.has(name));
    if (common === undefined) return undefined;
    const [m, n] = [a.get(common)!, b.get(common)!];
    return Math.min(m, n) > 1 || m === n ? undefined : m > n ? left : right;
  };
  return {
    ...model,
    nodes: model.nodes.map((node) => {
      const kept = longer(node);
      return kept === undefined ? node : { ...node, op: "Identity", inputs: [kept], attributes: {} };
    }),
  };
}
