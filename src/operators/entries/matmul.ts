import { times } from "../../tensor/index.js";
import * as shape from "../../diagnostics/catalogue/shape.js";
import { commonSize } from "../broadcast.js";
import { defineOperator } from "../define.js";
import { tensor } from "../parameters.js";
import { everything } from "../reach.js";

export const matmul = defineOperator({
  name: "matmul",
  group: "matrix",
  doc: `Matrix product over the last two axes: x [..., a, b] and y [..., b, c] give [..., a, c]. The axes before them are a batch: equal sizes, or 1 in one of
the two. With \`softmax\` it is attention: \`matmul(matmul(q, k -> transpose([0, 2, 1])) / sqrt(d) -> softmax(axis: 2), v)\`, whose cost grows with (H*W)^2.`,
  parameters: {
    x: tensor("left factor [..., a, b]"),
    y: tensor("right factor [..., b, c]"),
  },
  infer(a, rule) {
    const rank = a.x.shape.length;
    const shapes = { left: a.x.shape, right: a.y.shape };
    if (a.y.shape.length !== rank) return rule.fault(shape.rankMismatch, undefined, shapes);
    if (rank < 2) return rule.fault(shape.wrongRank, "x", { operator: "matmul", parameter: "x", wanted: "at least 2", shape: shapes.left });
    const [columns, rows] = [a.x.shape[rank - 1]!, a.y.shape[rank - 2]!];
    rule.require(
      { kind: "equal", left: columns, right: rows }, "runs", shape.matmulMismatch,
      { ...shapes, columns, rows }, { between: [a.x, a.y] },
    );
    const batch = Array.from({ length: rank - 2 }, (_, axis) => commonSize(rule, a.x, a.y, axis));
    return { outputs: [{ type: a.x.type, shape: [...batch, a.x.shape[rank - 2]!, a.y.shape[rank - 1]!] }] };
  },
  macs: (a, out) => out.shape.reduce(times, a.x.shape.at(-1)!),
  reach: () => everything,
  lower: (a, call, emit) => void emit.node("MatMul", [a.x.name, a.y.name], {}, [call.outputs[0]!.name]),
  example: "tokens = x -> flatten(2)\ny = matmul(tokens -> transpose([0, 2, 1]), tokens) -> softmax(axis: 2)",
});
