import { bytesOf } from "../../analyses/cost.js";
import { lintMemory } from "../../diagnostics/catalogue/lint.js";
import type { Problems } from "../../diagnostics/problem.js";
import { type Network, type NetworkNode, elements, shapeOf } from "../../network/network.js";
import { symbolsOf } from "../../tensor/index.js";
import { valuesBehind } from "../graph.js";
import type { UseRule } from "../rule.js";

interface Large {
  readonly node: NetworkNode;
  readonly what: string;
  readonly bytes: number;
}

/** A single tensor, or a single weight, that is larger than what may be given to it. The largest of each kind is told. */
export const memory: UseRule = {
  entry: lintMemory,
  check(network, _analysis, { memory: budget, sizes }, problems) {
    if (budget === undefined) return;
    const read = valuesBehind(network, network.outputs.filter(({ role }) => role !== "loss"));
    const nodes = network.nodes.filter((node) => node.outputs.some((id) => read.has(id)));
    tell(problems, budget, nodes.flatMap((node) => node.parameters.map(({ name, shape }) => ({ node, what: `the weight \`${name}\``, bytes: 4 * elements(shape) }))));
    tell(problems, budget, nodes.flatMap((node) => tensors(network, node, sizes)));
  },
};

const tensors = (network: Network, node: NetworkNode, sizes: Readonly<Record<string, number>>): readonly Large[] =>
  node.outputs
    .filter((id) => shapeOf(network, id).every((dim) => symbolsOf(dim).every((symbol) => symbol in sizes)))
    .map((id) => ({ node, what: `the result of \`${node.path}\` at ${Object.entries(sizes).map(([symbol, size]) => `${symbol} = ${size}`).join(", ")}`, bytes: bytesOf(network, id, sizes) }));

function tell(problems: Problems, budget: number, all: readonly Large[]): void {
  const large = all.filter(({ bytes }) => bytes > budget);
  const worst = large.reduce<Large | undefined>((most, one) => (one.bytes > (most?.bytes ?? 0) ? one : most), undefined);
  if (worst === undefined) return;
  problems.report(lintMemory, worst.node.place, { what: worst.what, bytes: show(worst.bytes), budget: show(budget) }, {
    trace: worst.node.trace,
    notes: large.length > 1 ? [`so ${large.length === 2 ? "is 1 more" : `are ${large.length - 1} more`}`] : [],
  });
}

function show(bytes: number): string {
  const units = ["bytes", "KiB", "MiB", "GiB", "TiB"];
  let [value, unit] = [bytes, 0];
  for (; value >= 1024 && unit < units.length - 1; unit++) value /= 1024;
  return `${unit === 0 ? value : value.toFixed(value < 10 ? 1 : 0)} ${units[unit]}`;
}
