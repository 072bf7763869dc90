import { bytesOfWeight } from "./element-types.js";
import { fieldHeader, join } from "./framing.js";
import { constantMessage, nodeMessage, valueInfoMessage, weightMessage } from "./messages.js";
import type { OnnxModel, ValueInfo, Weight } from "./model.js";
import { encodeGraph, encodeModel, encodeTensor } from "./proto.js";

/** A piece of an ONNX file: bytes that are known, or the place where a weight's values go (little-endian). */
export type Segment =
  | { readonly kind: "bytes"; readonly bytes: Uint8Array }
  | { readonly kind: "weight"; readonly weight: Weight };

/** Where a weight lies in the external data file; both numbers count bytes. */
export interface ExternalWeight {
  readonly weight: Weight;
  readonly offset: number;
  readonly length: number;
}

/** An ONNX file before the values of its weights are known. The segments follow each other without gaps. */
export interface OnnxLayout {
  readonly segments: readonly Segment[];
  readonly totalBytes: number;
  /** In ascending order of offset; gaps between them are zeros. Empty unless `weights: "external"`. */
  readonly external: readonly ExternalWeight[];
  readonly externalBytes: number;
}

export interface LayOutOptions {
  /** `embedded`: inside the file. `external`: in a file beside it. `none`: they become inputs of the graph. */
  readonly weights: "embedded" | "external" | "none";
  /** The external data file, relative to the model's folder, with `/`. Needed for `external`. */
  readonly externalName?: string;
}

/** Readers of protobuf refuse a message of 2 GiB or more; external data has no such limit. */
export const largestMessage = 2 ** 31 - 1;

/** The file would be larger than `largestMessage`. Whoever catches it lays the model out with external weights. */
export class ModelTooLarge extends Error {
  override readonly name = "ModelTooLarge";
  constructor(readonly bytes: number) {
    super(`the model takes ${bytes} bytes, and an ONNX file can hold at most ${largestMessage}`);
  }
}

/** Field numbers of onnx.proto. */
const graphField = 7; // ModelProto.graph
const initializerField = 5; // GraphProto.initializer
const rawDataField = 9; // TensorProto.raw_data

/** A page of memory, so that a reader may map the file instead of copying it. */
const externalAlignment = 4096;

const bytesSegment = (parts: readonly Uint8Array[]): Segment => ({ kind: "bytes", bytes: join(parts) });
const lengthOf = (segment: Segment): number =>
  segment.kind === "bytes" ? segment.bytes.length : bytesOfWeight(segment.weight);
const total = (segments: readonly Segment[]): number => segments.reduce((sum, segment) => sum + lengthOf(segment), 0);
const asInput = (weight: Weight): ValueInfo => ({ name: weight.name, type: weight.type ?? "float32", shape: weight.shape });

/**
 * Divides a model into the segments of its file. The same model gives the same bytes everywhere.
 * Throws `ModelTooLarge` where embedded weights (or the graph alone) do not fit into one protobuf message.
 */
export function layOut(model: OnnxModel, options: LayOutOptions): OnnxLayout {
  const external = options.weights === "external" ? placeExternally(model.weights) : [];
  const initializers = [
    ...model.constants.map((constant) => initializer(encodeTensor(constantMessage(constant)))),
    ...(options.weights === "embedded" ? model.weights.flatMap(embeddedWeight) : []),
    ...external.map((place) => externalWeight(place, options.externalName)),
  ];
  const loose = options.weights === "none" ? model.weights.map(asInput) : [];

  const graph: readonly Segment[] = [
    bytesSegment([encodeGraph({ node: model.nodes.map(nodeMessage), name: model.name })]),
    ...initializers,
    bytesSegment([
      encodeGraph({
        input: [...model.inputs, ...loose].map(valueInfoMessage),
        output: model.outputs.map(valueInfoMessage),
        valueInfo: model.values.map(valueInfoMessage),
      }),
    ]),
  ];
  const segments = merged([
    bytesSegment([
      encodeModel({
        irVersion: model.irVersion,
        producerName: "segc",
        producerVersion: model.producerVersion,
        docString: model.doc,
      }),
      fieldHeader(graphField, total(graph)),
    ]),
    ...graph,
    bytesSegment([
      encodeModel({
        opsetImport: [{ domain: "", version: model.opset }],
        metadataProps: model.metadata.map(([key, value]) => ({ key, value })),
      }),
    ]),
  ]);

  const totalBytes = total(segments);
  if (totalBytes > largestMessage) throw new ModelTooLarge(totalBytes);
  const last = external.at(-1);
  return { segments, totalBytes, external, externalBytes: last === undefined ? 0 : last.offset + last.length };
}

const initializer = (tensor: Uint8Array): Segment => bytesSegment([fieldHeader(initializerField, tensor.length), tensor]);

/** initializer header | dims, type, name | raw_data header | the values, streamed later */
function embeddedWeight(weight: Weight): readonly Segment[] {
  const length = bytesOfWeight(weight);
  const head = join([encodeTensor(weightMessage(weight)), fieldHeader(rawDataField, length)]);
  return [bytesSegment([fieldHeader(initializerField, head.length + length), head]), { kind: "weight", weight }];
}

function placeExternally(weights: readonly Weight[]): readonly ExternalWeight[] {
  let end = 0;
  return weights.map((weight) => {
    const offset = Math.ceil(end / externalAlignment) * externalAlignment;
    const length = bytesOfWeight(weight);
    end = offset + length;
    return { weight, offset, length };
  });
}

function externalWeight({ weight, offset, length }: ExternalWeight, location: string | undefined): Segment {
  if (location === undefined) throw new Error("external weights need a file name");
  const entries = { location, offset: String(offset), length: String(length) };
  return initializer(
    encodeTensor({
      ...weightMessage(weight),
      externalData: Object.entries(entries).map(([key, value]) => ({ key, value })),
      dataLocation: 1,
    }),
  );
}

/** Neighbouring bytes become one segment: what is written between two weights is one piece. */
function merged(segments: readonly Segment[]): readonly Segment[] {
  const result: Segment[] = [];
  let bytes: Uint8Array[] = [];
  const flush = (): void => {
    if (bytes.length > 0) result.push(bytesSegment(bytes));
    bytes = [];
  };
  for (const segment of segments) {
    if (segment.kind === "bytes") bytes.push(segment.bytes);
    else {
      flush();
      result.push(segment);
    }
  }
  flush();
  return result;
}
