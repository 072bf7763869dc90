/** Sizes that are worked out in the graph, from the sizes of the inputs. */
import type { Dim } from "../tensor/index.js";
import type { GraphBuilder } from "./graph-builder.js";

type Quasi = Dim & { readonly kind: "quasi" };

/** A one-element int64 value that holds the size. */
export function emitSize(dim: Dim, graph: GraphBuilder): string {
  const known = graph.known(dim);
  if (known !== undefined) return graph.ints([known]);
  return graph.once(`size ${JSON.stringify(dim)}`, () => (dim.kind === "quasi" ? quasi(dim, graph) : dim.kind === "polynomial" ? polynomial(dim, graph) : graph.ints([dim.value])));
}

function quasi(dim: Quasi, graph: GraphBuilder): string {
  const x = graph.symbol(dim.symbol);
  const line = graph.line(dim);
  if (line) {
    const scaled = line.numerator === 1 ? x : graph.node("Mul", [x, graph.ints([line.numerator])]);
    const moved = line.offset === 0 ? scaled : graph.node("Add", [scaled, graph.ints([line.offset])]);
    return line.denominator === 1 ? moved : graph.node("Div", [moved, graph.ints([line.denominator])]);
  }
  // f(P*q + r) = slope*q + offsets[r]
  const period = graph.ints([dim.period]);
  const whole = graph.node("Mul", [graph.node("Div", [x, period]), graph.ints([dim.slope])]);
  return graph.node("Add", [whole, graph.node("Gather", [graph.ints(dim.offsets), graph.node("Mod", [x, period])])]);
}

function polynomial(dim: Dim & { readonly kind: "polynomial" }, graph: GraphBuilder): string {
  return dim.terms
    .map((term) => {
      const factors = term.factors.map((factor) => emitSize(factor, graph));
      const all = term.coefficient === 1 && factors.length > 0 ? factors : [graph.ints([term.coefficient]), ...factors];
      return all.reduce((a, b) => graph.node("Mul", [a, b]));
    })
    .reduce((a, b) => graph.node("Add", [a, b]));
}
