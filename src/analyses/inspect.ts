/** A network and its analyses as plain data: what `segc inspect --json` prints. Schema version 1; see docs/json.md. */
import { type Network, type ValueId, elements, parametersOf, valueOf } from "../network/network.js";
import type { Role } from "../syntax/ast.js";
import { positionOf } from "../source/source.js";
import { type Dim, type Domain, evaluate, formulaParts, show, sizesOf, symbolsOf } from "../tensor/index.js";
import { legalSizes } from "./alignment.js";
import type { Analysis } from "./analyse.js";
import { cost, macsOf } from "./cost.js";
import { type Geometry, type Seen, fieldSize, geometry, strideOf } from "./geometry.js";
import { levels, offsets } from "./offsets.js";
import { tilingFrom } from "./tiling.js";

type Axis<T> = T | readonly [height: T, width: T];

export interface Inspection {
  readonly schema: 1;
  readonly model: string;
  readonly spec: string;
  readonly doc: string;
  readonly settings: Readonly<Record<string, string>>;
  readonly parameters: { readonly total: number; readonly trainable: number };
  readonly buffers: number;
  readonly conv_layers: number;
  readonly inputs: readonly { readonly name: string; readonly shape: readonly (number | string)[] }[];
  readonly outputs: readonly { readonly name: string; readonly role: Role; readonly shape: readonly (number | string)[] }[];
  /** The sizes that the costs are for. */
  readonly cost_at: Readonly<Record<string, number>>;
  /** Of convolutions and matrix products; FLOPs = 2 x MACs. */
  readonly macs: number;
  readonly activation_bytes: { readonly sum: number; readonly peak: number };
  readonly output_stride: number | null;
  /** Sizes at which nothing is lost. */
  readonly alignment: Readonly<Record<string, AlignmentReport>>;
  /** Sizes that the author accepts and that run. */
  readonly legal: Readonly<Record<string, AlignmentReport>>;
  /** Three strictnesses, each a part of the one before: no shape error; nothing lost; all on one pixel grid. */
  readonly levels: Readonly<Record<string, { readonly runs: AlignmentReport; readonly lossless: AlignmentReport; readonly centred: AlignmentReport }>>;
  /** What is put together although it lies apart, and heads beside the image's grid. */
  readonly offsets: readonly { readonly path: string; readonly left: string; readonly right: string; readonly pixels: Axis<number>; readonly elements: Axis<number> }[];
  readonly shift_period: Axis<number | null>;
  /** Tiles that reproduce the whole image; null where none do. */
  readonly tiling: Readonly<Record<string, { readonly tile: number; readonly stride: number; readonly overlap: number; readonly output: number; readonly margin: readonly [number, number] } | null>>;
  readonly receptive_field: Readonly<Record<string, { readonly size: Axis<number | null>; readonly stride: Axis<number | null>; readonly centre: Axis<number | null> }>>;
  readonly layers: readonly {
    readonly path: string;
    readonly operator: string;
    readonly role: Role | null;
    readonly output: readonly (number | string)[];
    readonly parameters: number;
    readonly macs: number;
    readonly span: { readonly file: string; readonly start: number; readonly end: number; readonly line: number; readonly column: number };
  }[];
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly trainable: boolean; readonly buffer: boolean }[];
}

export interface AlignmentReport {
  readonly modulus: number;
  readonly residues: readonly number[];
  readonly minimum: number | null;
  readonly formula: string;
}

/** `sizes`: numbers for symbols; without them shapes are expressions, and costs are given for a typical size. */
export function inspect({ network, analysis, sizes }: {
  readonly network: Network;
  readonly analysis: Analysis;
  readonly sizes: Readonly<Record<string, number>>;
}): Inspection {
  const at = { ...analysis.typical, ...sizes };
  const shapeOf = (id: ValueId): readonly (number | string)[] => valueOf(network, id).type.shape.map((dim) => sizeText(network, dim, sizes));
  const { macs, activationBytes, peakBytes } = cost(network, at);
  // Where nothing is lost a centred crop has one place, also where the author accepts more sizes.
  const aligned = geometry({ ...network, legal: legalSizes(network, "lossless") });
  return {
    schema: 1,
    model: network.name,
    spec: network.file,
    doc: network.doc,
    settings: Object.fromEntries(network.settings),
    parameters: { total: analysis.counts.total, trainable: analysis.counts.trainable },
    buffers: analysis.counts.buffers,
    conv_layers: analysis.counts.convLayers,
    inputs: network.inputs.map((input) => ({ name: input.name, shape: shapeOf(input.value) })),
    outputs: network.outputs.map((output) => ({ name: output.name, role: output.role, shape: shapeOf(output.value) })),
    cost_at: at,
    macs,
    activation_bytes: { sum: activationBytes, peak: peakBytes },
    output_stride: analysis.outputStride ?? null,
    alignment: Object.fromEntries(analysis.alignment.map(({ symbol, modulus, residues, minimum, formula }) => [symbol, { modulus, residues, minimum: minimum ?? null, formula }])),
    legal: Object.fromEntries(
      analysis.alignment.map(({ symbol, base }) => {
        const { modulus, residues, minimum, formula } = formulaParts(sizesOf(network.legal, symbol), base);
        return [symbol, { modulus, residues, minimum: minimum ?? null, formula }];
      }),
    ),
    levels: levelReports(network, analysis, aligned),
    offsets: offsets(network, aligned).map(({ path, left, right, pixels, elements }) => ({ path, left, right, pixels: both(pixels, Number), elements: both(elements, Number) })),
    shift_period: both(analysis.shiftPeriod, (period) => period ?? null),
    tiling: tilings(network, analysis, aligned, at),
    receptive_field: Object.fromEntries(
      network.outputs.map((output) => {
        const seen: readonly [Seen, Seen] = analysis.geometry.get(output.value) ?? ["unknown", "unknown"];
        return [output.name, {
          size: both(seen, (axis) => fieldSize(axis) ?? null),
          stride: both(seen, (axis) => strideOf(axis) ?? null),
          centre: both(seen, (axis) => (typeof axis === "string" ? null : axis.centre)),
        }];
      }),
    ),
    layers: network.nodes.map((node) => ({
      path: node.path,
      operator: node.operator,
      role: node.role ?? null,
      output: shapeOf(node.outputs[0]!),
      parameters: node.parameters.filter((parameter) => !parameter.buffer).reduce((sum, parameter) => sum + elements(parameter.shape), 0),
      macs: macsOf(network, node, at),
      span: { file: node.place.file.path, start: node.place.span.start, end: node.place.span.end, ...positionOf(node.place.file, node.place.span.start) },
    })),
    weights: parametersOf(network).map(({ name, shape, trainable, buffer }) => ({ name, shape, trainable, buffer })),
  };
}

function levelReports(network: Network, { alignment }: Analysis, aligned: Geometry): Inspection["levels"] {
  const domains = levels(network, aligned);
  return Object.fromEntries(alignment.map(({ symbol, base }) => {
    const report = (domain: Domain): AlignmentReport => {
      const { modulus, residues, minimum, formula } = formulaParts(sizesOf(domain, symbol), base);
      return { modulus, residues, minimum: minimum ?? null, formula };
    };
    return [symbol, { runs: report(domains.runs), lossless: report(domains.lossless), centred: report(domains.centred) }];
  }));
}

function tilings(network: Network, { alignment }: Analysis, aligned: Geometry, sizes: Readonly<Record<string, number>>): Inspection["tiling"] {
  const found = ([0, 1] as const).map((axis) => tilingFrom(network, aligned, axis, sizes));
  return Object.fromEntries(alignment.map(({ symbol }) => {
    const plan = found.find((one) => one?.symbol === symbol);
    return [symbol, plan ? { tile: plan.tile, stride: plan.stride, overlap: plan.overlap, output: plan.output, margin: plan.margin } : null];
  }));
}

/** One value where both axes agree. */
function both<T, R>([height, width]: readonly [T, T], read: (axis: T) => R): Axis<R> {
  const [a, b] = [read(height), read(width)];
  return a === b ? a : [a, b];
}

/** A number where the symbols are known, else the expression. */
export function sizeText(network: Network, dim: Dim, sizes: Readonly<Record<string, number>>): number | string {
  if (dim.kind === "constant") return dim.value;
  return symbolsOf(dim).every((symbol) => symbol in sizes) ? evaluate(dim, sizes) : show(dim, network.legal);
}
