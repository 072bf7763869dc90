/** The nodes of a network as the drawing sees them: what each reads, and whether it is a layer or only a change of size on the way. */
import { type Network, type NetworkNode, type ValueId, inputsOf, valueOf } from "../network/network.js";
import { argumentsOf } from "../network/operands.js";
import { operatorNamed } from "../operators/index.js";
import type { LinkKind } from "./diagram.js";
import type { Levels } from "./levels.js";

export interface Step {
  readonly node: NetworkNode;
  readonly index: number;
  /** Values whose elements it uses; without those that only lend their size. */
  readonly reads: readonly ValueId[];
  /** Of its first output. */
  readonly level: number | undefined;
  /** Convolution or matrix product: what a stage is made of. */
  readonly heavy: boolean;
  /** Changes the size of what flows through it, and is drawn as a part of an arrow. */
  readonly carries: LinkKind | undefined;
  /** Does nothing in inference. */
  readonly idle: boolean;
}

export function stepsOf(network: Network, levels: Levels): readonly Step[] {
  return network.nodes.map((node, index) => {
    const operator = operatorNamed.get(node.operator)!;
    const a = argumentsOf(node, (id) => valueOf(network, id).type);
    const isRead = (name: string): boolean => ([0, 1] as const).some((axis) => operator.reach(a, axis, name).kind !== "none");
    const reads = Object.entries(node.inputs).flatMap(([name, input]) =>
      input === undefined || !isRead(name) ? [] : typeof input === "number" ? [input] : [...new Set(input)]);
    // A matrix product reaches everywhere or nowhere, and still reads both sides.
    const used = reads.length > 0 ? [...new Set(reads)] : [...new Set(inputsOf(node))];
    const level = levels.get(node.outputs[0]!);
    const idle = operator.identity(a);
    const moved = used[0] !== undefined && level !== levels.get(used[0]);
    const kinds = new Set(Object.keys(node.inputs).map((name) => operator.reach(a, 0, name).kind));
    return {
      node, index, reads: used, level, idle,
      heavy: operator.convolution !== undefined || operator.group === "matrix",
      carries: level === undefined ? undefined
        : operator.convolution === "in-first" && moved ? "upconv"
        : operator.convolution !== undefined ? undefined
        : idle ? "plain"
        : operator.group === "pooling" ? (moved ? "pool" : undefined)
        : operator.group !== "resampling" ? undefined
        : used.length > 1 ? "unpool"
        : kinds.has("shift") ? "plain"
        : "resize",
    };
  });
}
