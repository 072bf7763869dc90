import { lintLeavesGpu } from "../../diagnostics/catalogue/lint.js";
import { type Network, type NetworkNode, shapeOf } from "../../network/network.js";
import { maskedPools } from "../../passes/index.js";
import { symbolsOf } from "../../tensor/index.js";
import { oncePerCall } from "../calls.js";
import { valuesBehind } from "../graph.js";
import type { UseRule } from "../rule.js";
import type { Target, Use } from "../use.js";

interface Leaving {
  /** What becomes of it there. */
  readonly why: string;
  /** Only where the size of the input is not fixed. */
  readonly whenDynamic?: boolean;
}

const onCpu = (operator: string): string => `ONNX Runtime has no ${operator} there and runs it on the CPU`;

/**
 * Operators whose ONNX form ONNX Runtime 1.30 leaves to the CPU, or cannot run, at opset 18 to 21 (tried one by one; a test
 * compares with what each operator is lowered to). Unpooling leaves only where the indices are needed.
 */
const leaving: Readonly<Record<Target, Readonly<Record<string, Leaving>>>> = {
  webgpu: {
    maxpool_indices: { why: "MaxPool with its indices is claimed there and fails when it runs" },
    unpool: { why: onCpu("MaxUnpool") },
    lrn: { why: onCpu("LRN") },
    adaptive_avgpool: { why: "its windows are worked out from the size by And and a Cast from int64, which run on the CPU", whenDynamic: true },
    cross_entropy: { why: onCpu("And") },
  },
  cuda: { unpool: { why: onCpu("MaxUnpool") } },
};

/** The steps of a network that leave a device by the table. `fixed`: symbols of sizes that have one value. */
export function leavingNodes(network: Network, target: Target, fixed: Use["fixed"]): readonly { readonly node: NetworkNode; readonly how: Leaving }[] {
  const read = valuesBehind(network, network.outputs.filter(({ role }) => role !== "loss"));
  const stays = withoutIndices(network);
  return network.nodes.flatMap((node) => {
    const how = leaving[target][node.operator];
    const leaves = how !== undefined && !stays.has(node) && node.outputs.some((id) => read.has(id)) && (!how.whenDynamic || dynamic(network, node, fixed));
    return leaves ? [{ node, how }] : [];
  });
}

/** What will not stay on the device that the network is for. */
export const leavesGpu: UseRule = {
  entry: lintLeavesGpu,
  check(network, _analysis, use, problems) {
    const { target } = use;
    if (target === undefined) return;
    for (const { first: { node, how }, notes } of oncePerCall(leavingNodes(network, target, use.fixed)))
      problems.report(lintLeavesGpu, node.place, { operator: node.operator, target, why: how.why }, {
        trace: node.trace, notes, help: how.whenDynamic ? "give the size: `--size`, or numbers in the input's shape" : undefined,
      });
  },
};

/** Poolings that are lowered without their indices, and the unpoolings that go with them. */
function withoutIndices(network: Network): ReadonlySet<NetworkNode> {
  const pools = [...maskedPools(network).keys()];
  const indices = new Set(pools.map((pool) => pool.outputs[1]));
  return new Set([...pools, ...network.nodes.filter((node) => indices.has(node.inputs["indices"] as number | undefined))]);
}

/** The natural size of a spec is no fixed one. */
const dynamic = (network: Network, node: NetworkNode, fixed: Use["fixed"]): boolean =>
  shapeOf(network, node.inputs["x"] as number).slice(2).some((dim, axis) => {
    // The mean of a whole side needs no windows.
    const whole = (node.attributes["size"] as readonly number[] | undefined)?.[axis] === 1;
    return !whole && symbolsOf(dim).some((symbol) => !fixed.includes(symbol));
  });
