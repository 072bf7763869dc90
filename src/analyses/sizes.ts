/** The input sizes that a user asks for, checked against what the network takes. */
import * as shape from "../diagnostics/catalogue/shape.js";
import type { Problems } from "../diagnostics/problem.js";
import type { Network } from "../network/network.js";
import { type Dim, above, below, constantValue, contains, evaluate, formula, sizesOf, smallest, symbolsOf } from "../tensor/index.js";
import { type Alignment, broken, solveDemands } from "./alignment.js";
import { limitAt } from "./limits.js";

/** Images have up to a million pixels a side; beyond this, sizes that are reckoned with would leave the exact numbers. */
const largestSize = 2 ** 31 - 1;

/** Height and width of the image input, and the batch. */
export interface RequestedSize {
  readonly height?: number;
  readonly width?: number;
  readonly batch?: number;
}

/**
 * A number for each symbol of the first input. Reports sizes that do not fit, with the nearest that do, and warns of those at
 * which pixels are lost. Undefined when a size does not fit.
 */
export function resolveSizes(network: Network, alignment: readonly Alignment[], wanted: RequestedSize, problems: Problems): Readonly<Record<string, number>> | undefined {
  const first = network.inputs[0];
  if (first === undefined) return undefined;
  const dims = network.values[first.value]!.type.shape;
  const sizes: Record<string, number> = {};
  let ok = true;
  for (const [axis, value] of [[0, wanted.batch], [2, wanted.height], [3, wanted.width]] as const) {
    const dim = dims[axis];
    if (value === undefined || dim === undefined) continue;
    const fixed = constantValue(dim);
    if (!Number.isSafeInteger(value) || value < 1 || value > largestSize) {
      ok = false;
      problems.report(shape.sizeNotLegal, network.place, { symbol: ["N", "", "height", "width"][axis]!, size: String(value), model: network.name, because: `a size is a whole number from 1 to ${largestSize}` });
      continue;
    }
    if (fixed === value) continue;
    if (dim.kind === "quasi" && dim.period === 1 && dim.slope === 1 && dim.offsets[0] === 0) {
      sizes[dim.symbol] ??= value;
      if (sizes[dim.symbol] === value) continue;
    }
    ok = false;
    problems.report(shape.sizeNotLegal, network.place, {
      symbol: ["N", "", "height", "width"][axis]!, size: value, model: network.name,
      because: fixed === undefined ? "it must equal another size of the input" : `the input fixes it to ${fixed}`,
    }, { help: fixed === undefined ? undefined : `use ${fixed}` });
  }
  if (!ok) return undefined;
  const all = { ...sampleOf(network), ...sizes };
  const told = (there: Dim | undefined): readonly string[] => (there ? [`${describeSizes(sizes)} the size there is ${evaluate(there, all)}`] : [describeSizes(sizes)]);
  for (const [symbol, size] of Object.entries(sizes)) {
    const legal = sizesOf(network.legal, symbol);
    if (contains(legal, size)) continue;
    ok = false;
    const limit = limitAt(solveDemands(network, "runs").limits, symbol, size) ?? limitAt(solveDemands(network, "lossless").limits, symbol, size);
    const culprit = limit?.constraint;
    const near = [below(legal, size), above(legal, size)].filter((one) => one !== undefined);
    const base = alignment.find((one) => one.symbol === symbol)?.base;
    problems.report(shape.sizeNotLegal, culprit?.place ?? network.place, {
      symbol, size, model: network.name, because: limit?.message() ?? `\`where\` accepts ${formula(sizesOf(network.claimed, symbol), "k", base)}`,
    }, {
      help: `the nearest ${symbol} that fit${near.length === 1 ? "s is" : " are"} ${near.join(" and ")} (${symbol} = ${formula(legal, "k", base)})`,
      notes: culprit ? told(culprit.size) : [],
      trace: culprit?.trace ?? [],
    });
  }
  if (!ok) return undefined;
  for (const demand of broken(network, all))
    if (demand.strictness === "lossless")
      problems.report({ ...demand.entry, message: "{message}" }, demand.place, { message: demand.message() }, { trace: demand.trace, notes: told(demand.size) });
  return sizes;
}

const describeSizes = (sizes: Readonly<Record<string, number>>): string => `at ${Object.entries(sizes).map(([symbol, size]) => `${symbol} = ${size}`).join(", ")}`;

/** Every symbol at its smallest legal value, so that conditions on the others can be looked at. */
function sampleOf(network: Network): Record<string, number> {
  const symbols = network.inputs.flatMap((input) => network.values[input.value]!.type.shape.flatMap((dim) => [...symbolsOf(dim)]));
  return Object.fromEntries(symbols.map((symbol) => [symbol, smallest(sizesOf(network.legal, symbol)) ?? 1]));
}
