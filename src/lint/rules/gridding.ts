import { reachesOf } from "../../analyses/reaches.js";
import { lintGridding } from "../../diagnostics/catalogue/lint.js";
import type { Network, NetworkNode, ValueId } from "../../network/network.js";
import { constantValue } from "../../tensor/index.js";
import { rateOf } from "../coverage.js";
import type { NetworkRule } from "../rule.js";

/** So many layers in a row that never exchange anything between neighbours are no accident of one block. */
const fewest = 4;

/** Layers since `source`, all with this dilation. */
interface Lattice {
  readonly source: ValueId;
  readonly rate: number;
  readonly layers: number;
  readonly first: NetworkNode | undefined;
}

/** Windows in a row with one dilation above 1: the plane falls into grids that do not see each other (Wang et al. 2018). */
export const gridding: NetworkRule = {
  entry: lintGridding,
  check(network, _analysis, problems) {
    const longest = new Map<ValueId, Lattice>();
    const found = new Map<ValueId, Lattice>();
    for (const node of network.nodes) {
      const lattice = after(network, node, found);
      if (lattice === undefined) continue;
      for (const id of node.outputs) found.set(id, lattice);
      if (lattice.layers > (longest.get(lattice.source)?.layers ?? 0)) longest.set(lattice.source, lattice);
    }
    for (const { rate, layers, first } of longest.values())
      if (first !== undefined && layers >= fewest) problems.report(lintGridding, first.place, { layers, rate, grids: rate * rate }, { trace: first.trace });
  },
};

/** Undefined where a lattice begins anew at the node's result. */
function after(network: Network, node: NetworkNode, found: ReadonlyMap<ValueId, Lattice>): Lattice | undefined {
  let whole: Lattice | undefined;
  for (const { id, reach } of reachesOf(network, node, 0)) {
    if (reach.kind === "all") continue;
    const before = found.get(id) ?? { source: id, rate: 1, layers: 0, first: undefined };
    const next = reach.kind === "window" && reach.stride === 1 ? through(before, node, id, reach.kernel)
      : reach.kind === "shift" && constantValue(reach.by) === 0 ? before : undefined;
    // A shortcut from where the lattice begins stays on it.
    if (next === undefined || (whole !== undefined && whole.source !== next.source)) return undefined;
    if (whole === undefined || next.layers > whole.layers) whole = next;
  }
  return whole;
}

function through(before: Lattice, node: NetworkNode, input: ValueId, kernel: number): Lattice | undefined {
  if (kernel === 1) return before;
  const rate = rateOf(node, 0);
  if (rate === 1) return undefined;
  return before.layers === 0 || before.rate === rate
    ? { source: before.source, rate, layers: before.layers + 1, first: before.first ?? node }
    : { source: input, rate, layers: 1, first: node };
}
