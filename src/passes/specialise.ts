/** Fixes the input's symbols to numbers, so that every size becomes a constant and the graph static. */
import type { Network } from "../network/network.js";
import { type Dim, type Domain, add, constant, evaluate, sizeSet, times } from "../tensor/index.js";

const isDim = (item: unknown): item is Dim => typeof item === "object" && item !== null && "kind" in item;

/** `sizes`: a number for each symbol that is to be fixed; other symbols stay. */
export function specialise(network: Network, sizes: Readonly<Record<string, number>>): Network {
  const symbols = Object.keys(sizes);
  if (symbols.length === 0) return network;
  const fixed = (dim: Dim): Dim => {
    if (dim.kind === "constant") return dim;
    if (dim.kind === "quasi") return dim.symbol in sizes ? constant(evaluate(dim, sizes)) : dim;
    return substituteAll(dim, sizes);
  };
  return {
    ...network,
    values: network.values.map((value) => ({ ...value, type: { ...value.type, shape: value.type.shape.map(fixed) } })),
    nodes: network.nodes.map((node) => ({
      ...node,
      attributes: Object.fromEntries(
        Object.entries(node.attributes).map(([name, value]) => [name, Array.isArray(value) && value.some(isDim) ? value.map((item: Dim) => fixed(item)) : value]),
      ),
    })),
    claimed: fixedIn(network.claimed, sizes),
    legal: fixedIn(network.legal, sizes),
  };
}

function fixedIn(domain: Domain, sizes: Readonly<Record<string, number>>): Domain {
  const only = Object.entries(sizes).map(([symbol, size]) => [symbol, sizeSet(1, () => ({ low: size, high: size }))] as const);
  return new Map([...domain, ...only]);
}

/** A sum of products, one factor at a time. */
function substituteAll(dim: Dim & { kind: "polynomial" }, sizes: Readonly<Record<string, number>>): Dim {
  return dim.terms
    .map((term) => term.factors.map((factor) => (factor.symbol in sizes ? constant(evaluate(factor, sizes)) : factor)).reduce<Dim>((a, b) => times(a, b), constant(term.coefficient)))
    .reduce((a, b) => add(a, b));
}

