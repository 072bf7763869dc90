import { reachesOf } from "../../analyses/reaches.js";
import { lintDegenerateRate } from "../../diagnostics/catalogue/lint.js";
import { type NetworkNode, shapeOf } from "../../network/network.js";
import { operatorOf } from "../../operators/index.js";
import { evaluate, symbolsOf } from "../../tensor/index.js";
import { rateOf } from "../coverage.js";
import type { UseRule } from "../rule.js";

/** Below this share of taps on the map a filter has lost most of its kernel. */
const least = 0.25;

/** A dilation so large for the map that most taps always fall on padding (DeepLab v3, figure 4). */
export const degenerateRate: UseRule = {
  entry: lintDegenerateRate,
  check(network, _analysis, { sizes, guessed }, problems) {
    if (guessed) return;
    for (const node of network.nodes) {
      if (operatorOf(node).convolution !== "out-first" || (rateOf(node, 0) === 1 && rateOf(node, 1) === 1)) continue;
      const axes = ([0, 1] as const).map((axis) => along(node, axis));
      const share = axes.reduce((product, one) => product * (one?.share ?? 1), 1);
      const taps = axes.reduce((product, one) => product * (one?.taps ?? 1), 1);
      if (share >= least) continue;
      const { rate } = axes.find((one) => one !== undefined)!;
      const [height, width] = ([2, 3] as const).map((axis) => size(node.inputs["x"] as number, axis));
      problems.report(lintDegenerateRate, node.place, { rate, height: height!, width: width!, mean: (share * taps).toFixed(2).replace(/\.?0+$/, ""), taps }, { trace: node.trace });
    }

    function size(id: number, axis: 2 | 3): number | undefined {
      const dim = shapeOf(network, id)[axis]!;
      return symbolsOf(dim).every((symbol) => symbol in sizes) ? evaluate(dim, sizes) : undefined;
    }

    /** The mean share of taps that lie on the map. */
    function along(node: NetworkNode, axis: 0 | 1) {
      const [only] = reachesOf(network, node, axis);
      if (only?.reach.kind !== "window") return undefined;
      const { kernel, stride, dilation, before } = only.reach;
      const [n, out] = [size(only.id, axis === 0 ? 2 : 3), size(node.outputs[0]!, axis === 0 ? 2 : 3)];
      if (n === undefined || out === undefined || out < 1) return undefined;
      let on = 0;
      for (let tap = 0; tap < kernel; tap++) {
        const shift = tap * dilation - before;
        const first = Math.max(0, Math.ceil(-shift / stride));
        const last = Math.min(out - 1, Math.floor((n - 1 - shift) / stride));
        on += Math.max(0, last - first + 1);
      }
      return { share: on / (kernel * out), taps: kernel, rate: dilation };
    }
  },
};
