/** What a report of any kind begins with: a network's parameters, its ports, and the sizes that it takes. Quick to work out. */
import type { Network } from "../network/network.js";
import { type Dim, type FormulaParts, evaluate, formulaParts, show, sizesOf, symbolsOf } from "../tensor/index.js";
import type { Role } from "../syntax/ast.js";
import type { Analysis } from "./analyse.js";

export interface Outline {
  readonly model: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly parameters: { readonly total: number; readonly trainable: number };
  readonly buffers: number;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[];
  readonly outputs: readonly { readonly name: string; readonly role: Role; readonly shape: readonly (number | string)[] }[];
  /** Sizes at which nothing is lost. */
  readonly alignment: Readonly<Record<string, AlignmentReport>>;
  /** Sizes that the author accepts and that run. */
  readonly legal: Readonly<Record<string, AlignmentReport>>;
}

export interface AlignmentReport {
  readonly modulus: number;
  readonly residues: readonly number[];
  readonly minimum: number | null;
  readonly formula: string;
}

/** `sizes`: numbers for symbols; without them shapes are expressions. */
export function outline({ network, analysis, sizes }: {
  readonly network: Network;
  readonly analysis: Analysis;
  readonly sizes: Readonly<Record<string, number>>;
}): Outline {
  const shapeOf = (value: number): readonly (number | string)[] => network.values[value]!.type.shape.map((dim) => sizeText(network, dim, sizes));
  const { total, trainable, buffers } = analysis.counts;
  return {
    model: network.name,
    settings: Object.fromEntries(network.settings),
    parameters: { total, trainable },
    buffers,
    inputs: network.inputs.map((input) => ({ name: input.name, shape: shapeOf(input.value) })),
    outputs: network.outputs.map((output) => ({ name: output.name, role: output.role, shape: shapeOf(output.value) })),
    alignment: Object.fromEntries(analysis.alignment.map((one) => [one.symbol, alignmentReport(one)])),
    legal: Object.fromEntries(analysis.alignment.map(({ symbol, base }) => [symbol, alignmentReport(formulaParts(sizesOf(network.legal, symbol), base))])),
  };
}

export const alignmentReport = ({ modulus, residues, minimum, formula }: FormulaParts): AlignmentReport => ({ modulus, residues, minimum: minimum ?? null, formula });

/** A number where the symbols are known, else the expression. */
export function sizeText(network: Network, dim: Dim, sizes: Readonly<Record<string, number>>): number | string {
  if (dim.kind === "constant") return dim.value;
  return symbolsOf(dim).every((symbol) => symbol in sizes) ? evaluate(dim, sizes) : show(dim, network.legal);
}
