/** A network and its analyses as plain data: what `segc inspect --json` prints. Schema version 1; see docs/json.md. */
import { type Network, type ValueId, elements, parametersOf, valueOf } from "../network/network.js";
import type { Role } from "../syntax/ast.js";
import { formulaParts, sizesOf } from "../tensor/index.js";
import { legalSizes } from "./alignment.js";
import type { Analysis } from "./analyse.js";
import { cost, macsOf } from "./cost.js";
import { type Geometry, geometry } from "./geometry.js";
import { type LevelReport, type PlaceReport, levelReports, placeReport } from "./inspect-sizes.js";
import { type Axis, type FieldReport, type JoinReport, type TensorReport, both, fieldReport, joinReports, tensorReports } from "./inspect-tensors.js";
import type { Level } from "./limits.js";
import { offsets } from "./offsets.js";
import { type AlignmentReport, type Outline, alignmentReport, outline, sizeText } from "./outline.js";
import { tilingFrom } from "./tiling.js";

export interface Inspection extends Outline {
  readonly schema: 1;
  readonly spec: string;
  readonly doc: string;
  readonly conv_layers: number;
  /** The sizes that the costs are for. */
  readonly cost_at: Readonly<Record<string, number>>;
  /** Of convolutions and matrix products; FLOPs = 2 x MACs. */
  readonly macs: number;
  readonly activation_bytes: { readonly sum: number; readonly peak: number };
  readonly output_stride: number | null;
  /** Three strictnesses, each a part of the one before: no shape error; nothing lost; all on one pixel grid. */
  readonly levels: Readonly<Record<string, Readonly<Record<Level, LevelReport>>>>;
  /** What is put together although it lies apart, and heads beside the image's grid. */
  readonly offsets: readonly { readonly path: string; readonly left: string; readonly right: string; readonly pixels: Axis<number>; readonly elements: Axis<number> }[];
  readonly shift_period: Axis<number | null>;
  /** The legal sizes at which the period holds. */
  readonly shift_sizes: Readonly<Record<string, AlignmentReport>>;
  /** Tiles that reproduce the whole image; null where none do. */
  readonly tiling: Readonly<Record<string, { readonly tile: number; readonly stride: number; readonly overlap: number; readonly output: number; readonly margin: readonly [number, number] } | null>>;
  readonly receptive_field: Readonly<Record<string, FieldReport>>;
  /** Every tensor where nothing is lost, inputs first. */
  readonly tensors: readonly TensorReport[];
  /** What is put together element by element, also where nothing lies apart. */
  readonly joins: readonly JoinReport[];
  readonly layers: readonly {
    readonly path: string;
    readonly operator: string;
    readonly role: Role | null;
    readonly output: readonly (number | string)[];
    readonly parameters: number;
    readonly macs: number;
    readonly span: PlaceReport;
  }[];
  readonly weights: readonly { readonly name: string; readonly shape: readonly number[]; readonly trainable: boolean; readonly buffer: boolean }[];
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
  const { model, settings, parameters, buffers, inputs, outputs, alignment, legal } = outline({ network, analysis, sizes });
  return {
    schema: 1,
    model,
    spec: network.file,
    doc: network.doc,
    settings,
    parameters,
    buffers,
    conv_layers: analysis.counts.convLayers,
    inputs,
    outputs,
    cost_at: at,
    macs,
    activation_bytes: { sum: activationBytes, peak: peakBytes },
    output_stride: analysis.outputStride ?? null,
    alignment,
    legal,
    levels: levelReports(network, analysis, aligned, at),
    offsets: offsets(network, aligned).map(({ path, left, right, pixels, elements }) => ({ path, left, right, pixels: both(pixels, Number), elements: both(elements, Number) })),
    shift_period: both(analysis.shiftPeriod, (period) => period ?? null),
    shift_sizes: Object.fromEntries(analysis.alignment.map(({ symbol, base }) => [symbol, alignmentReport(formulaParts(sizesOf(analysis.shiftSizes, symbol), base))])),
    tiling: tilings(network, analysis, aligned, at),
    receptive_field: Object.fromEntries(network.outputs.map(({ name, value }) => [name, fieldReport(analysis.geometry.get(value) ?? ["unknown", "unknown"])])),
    tensors: tensorReports(network, aligned, shapeOf),
    joins: joinReports(network, aligned),
    layers: network.nodes.map((node) => ({
      path: node.path,
      operator: node.operator,
      role: node.role ?? null,
      output: shapeOf(node.outputs[0]!),
      parameters: node.parameters.filter((parameter) => !parameter.buffer).reduce((sum, parameter) => sum + elements(parameter.shape), 0),
      macs: macsOf(network, node, at),
      span: placeReport(node.place),
    })),
    weights: parametersOf(network).map(({ name, shape, trainable, buffer }) => ({ name, shape, trainable, buffer })),
  };
}

function tilings(network: Network, { alignment }: Analysis, aligned: Geometry, sizes: Readonly<Record<string, number>>): Inspection["tiling"] {
  const found = ([0, 1] as const).map((axis) => tilingFrom(network, aligned, axis, sizes));
  return Object.fromEntries(alignment.map(({ symbol }) => {
    const plan = found.find((one) => one?.symbol === symbol);
    return [symbol, plan ? { tile: plan.tile, stride: plan.stride, overlap: plan.overlap, output: plan.output, margin: plan.margin } : null];
  }));
}
