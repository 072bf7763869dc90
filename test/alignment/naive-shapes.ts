/**
 * Shapes of a whole network at one size, step by step on plain numbers: by the formulas of ONNX Runtime's and PyTorch's manuals
 * (test/property/naive.ts), not by the compiler's exact expressions. Only sizes that an author writes as expressions of H and W
 * are read from the network.
 */
import type { Network, NetworkNode, ValueId } from "../../src/network/network.js";
import type { Dim } from "../../src/tensor/index.js";
import { type Window, allFilled, reachesEnd, samePads, spread, windows, windowsCeil } from "../property/naive.js";

export interface Verdict {
  readonly runs: boolean;
  readonly lossless: boolean;
  /** The step at which there is no graph, and the first at which something is lost or there is no graph. */
  readonly breaks: string | undefined;
  readonly loses: string | undefined;
}

type Shape = readonly number[];
type Pair = readonly [number, number];

interface State {
  loses: string | undefined;
  /** The step that is looked at. */
  at: string;
}

/** Ends the walk: no such graph. */
class Broken extends Error {}

const must = (holds: boolean): void => {
  if (!holds) throw new Broken();
};

export function judge(network: Network, sizes: Readonly<Record<string, number>>): Verdict {
  const shapes = new Map<ValueId, Shape>();
  const state: State = { loses: undefined, at: "" };
  try {
    for (const { value } of network.inputs) shapes.set(value, network.values[value]!.type.shape.map((dim) => number(dim, sizes)));
    for (const node of network.nodes) {
      state.at = node.path;
      const out = step(network, node, shapes, sizes, state);
      for (const [at, id] of node.outputs.entries()) shapes.set(id, out[Math.min(at, out.length - 1)]!);
    }
    return { runs: true, lossless: state.loses === undefined, breaks: undefined, loses: state.loses };
  } catch (error) {
    if (error instanceof Broken) return { runs: false, lossless: false, breaks: state.at, loses: state.loses ?? state.at };
    throw error;
  }
}

/** f(period*q + r) = slope*q + offsets[r]. */
function number(dim: Dim, sizes: Readonly<Record<string, number>>): number {
  if (dim.kind === "constant") return dim.value;
  if (dim.kind === "quasi") {
    const n = sizes[dim.symbol]!;
    return dim.slope * Math.floor(n / dim.period) + dim.offsets[n % dim.period]!;
  }
  return dim.terms.reduce((sum, { coefficient, factors }) => sum + factors.reduce((product, factor) => product * number(factor, sizes), coefficient), 0);
}

const product = (shape: Shape): number => shape.reduce((a, b) => a * b, 1);

function step(network: Network, node: NetworkNode, shapes: ReadonlyMap<ValueId, Shape>, sizes: Readonly<Record<string, number>>, state: State): readonly Shape[] {
  const input = (name: string): Shape => shapes.get(node.inputs[name] as ValueId)!;
  const a = node.attributes as Readonly<Record<string, never>>;
  const count = (name: string): number => a[name] as unknown as number;
  const pair = (name: string): Pair => a[name] as unknown as Pair;
  const x = Array.isArray(node.inputs["x"]) ? [] : input("x");
  const map = (channels: number, height: number, width: number): readonly Shape[] => {
    must(height >= 1 && width >= 1);
    return [[x[0]!, channels, height, width]];
  };
  const along = (axis: 0 | 1, kernel: Pair, stride: Pair, dilation: Pair): Window => {
    const padding = a["padding"] as unknown as "same" | "valid" | readonly number[];
    const [before, after] = padding === "same" ? samePads(kernel[axis], dilation[axis]) : padding === "valid" ? [0, 0] : [padding[axis]!, padding[axis + 2]!];
    return { kernel: kernel[axis], stride: stride[axis], dilation: dilation[axis], before: before!, after: after! };
  };
  switch (node.operator) {
    case "conv": {
      const [h, w] = ([0, 1] as const).map((axis) => windows(x[2 + axis]!, along(axis, pair("kernel"), pair("stride"), pair("dilation"))));
      return map(count("channels"), h!, w!);
    }
    case "upconv": {
      const [h, w] = ([0, 1] as const).map((axis) => spread(x[2 + axis]!, along(axis, pair("kernel"), pair("stride"), pair("dilation")), pair("extra")[axis]));
      return map(count("channels"), h!, w!);
    }
    case "maxpool":
    case "maxpool_indices":
    case "avgpool": {
      const kernel = pair("kernel");
      const sides = ([0, 1] as const).map((axis) => {
        const one = along(axis, kernel, (a["stride"] as unknown as Pair | undefined) ?? kernel, (a["dilation"] as unknown as Pair | undefined) ?? [1, 1]);
        const n = x[2 + axis]!;
        const count = a["ceil"] ? windowsCeil(n, one) : windows(n, one);
        must(count >= 1 && allFilled(n, count, one));
        if (!a["ceil"] && one.stride > 1 && !reachesEnd(n, count, one)) state.loses ??= state.at;
        return count;
      });
      return map(x[1]!, sides[0]!, sides[1]!);
    }
    case "unpool": {
      const like = input("like");
      must(product(x) === product(input("indices")) && x.every((size, axis) => size === input("indices")[axis]));
      must(like[2]! >= x[2]! && like[3]! >= x[3]!);
      return map(x[1]!, like[2]!, like[3]!);
    }
    case "crop": {
      const like = input("like");
      const offset = a["offset"] as unknown as Pair | undefined;
      for (const axis of [0, 1] as const) {
        const surplus = x[2 + axis]! - like[2 + axis]!;
        must(surplus >= (offset?.[axis] ?? 0));
        if (offset === undefined && surplus % 2 !== 0) state.loses ??= state.at;
      }
      return map(x[1]!, like[2]!, like[3]!);
    }
    case "resize": {
      const scale = a["scale"] as unknown as Pair | undefined;
      const size = a["size"] as unknown as readonly Dim[] | undefined;
      const to = ([0, 1] as const).map((axis) => (size ? number(size[axis]!, sizes) : scale ? Math.floor(x[2 + axis]! * scale[axis] + 1e-9) : input("like")[2 + axis]!));
      return map(x[1]!, to[0]!, to[1]!);
    }
    case "pad": {
      const amount = a["amount"] as unknown as readonly number[] | "valid";
      const [top, left, bottom, right] = amount === "valid" ? [0, 0, 0, 0] : amount;
      if ((a["mode"] as unknown) === "reflect") must(x[2]! > Math.max(top!, bottom!) && x[3]! > Math.max(left!, right!));
      return map(x[1]! + count("channels"), x[2]! + top! + bottom!, x[3]! + left! + right!);
    }
    case "concat": {
      const parts = (node.inputs["x"] as readonly ValueId[]).map((id) => shapes.get(id)!);
      const axis = count("axis");
      for (const part of parts) must(part.every((size, at) => at === axis || size === parts[0]![at]));
      return [parts[0]!.map((size, at) => (at === axis ? parts.reduce((sum, part) => sum + part[axis]!, 0) : size))];
    }
    case "add":
    case "sub":
    case "mul":
    case "div": {
      const y = input("y");
      // What is 1 at every size is repeated; a map that happens to have one row at this size is not meant to be.
      const repeats = (name: string, axis: number): boolean => {
        const dim = network.values[node.inputs[name] as ValueId]!.type.shape[axis]!;
        return dim.kind === "constant" && dim.value === 1;
      };
      must(x.length === y.length && x.every((size, axis) => size === y[axis] || repeats("x", axis) || repeats("y", axis)));
      return [x.map((size, axis) => Math.max(size, y[axis]!))];
    }
    case "matmul": {
      const y = input("y");
      must(x.at(-1) === y.at(-2));
      return [[...x.slice(0, -1), y.at(-1)!]];
    }
    case "adaptive_avgpool": return map(x[1]!, pair("size")[0], pair("size")[1]);
    case "global_avgpool":
    case "global_maxpool": return map(x[1]!, 1, 1);
    case "flatten": return [[...x.slice(0, count("axis")), product(x.slice(count("axis")))]];
    case "transpose": return [(a["order"] as unknown as readonly number[]).map((axis) => x[axis]!)];
    case "linear": return [[...x.slice(0, -1), count("channels")]];
    case "reduce_max":
    case "reduce_mean":
    case "reduce_sum": {
      const axes = a["axes"] as unknown as readonly number[];
      return [x.flatMap((size, axis) => (axes.includes(axis) ? (a["keep"] ? [1] : []) : [size]))];
    }
    case "reshape": {
      const wanted = (a["shape"] as unknown as readonly Dim[]).map((dim) => number(dim, sizes));
      const rest = product(x) / product(wanted.filter((size) => size !== -1));
      must(Number.isInteger(rest) && rest >= 1 && (wanted.includes(-1) || rest === 1));
      return [wanted.map((size) => (size === -1 ? rest : size))];
    }
    // These keep the shape. A new operator is not let through unseen.
    case "batchnorm": case "relu": case "relu6": case "prelu": case "sigmoid": case "hardswish": case "hardsigmoid": case "softmax": case "dropout":
    case "learned_scale": case "scale": case "lrn": case "groupnorm":
      return [x];
    default: throw new Error(`the naive shapes know no ${node.operator}`);
  }
}
