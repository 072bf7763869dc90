/**
 * The few message encoders of `onnx-proto` that are used, with the types that we rely on. Its own typings lean on a
 * global `Long` and promise a named export that does not exist at run time, so they stop at this file.
 */
import onnxProto from "onnx-proto";

interface Encoder<Message> {
  encode(message: Message): { finish(): Uint8Array };
}

export interface AttributeMessage {
  readonly name: string;
  readonly type: number;
  readonly i?: number;
  readonly f?: number;
  readonly s?: Uint8Array;
  readonly ints?: readonly number[];
  readonly floats?: readonly number[];
}

export interface NodeMessage {
  readonly name: string;
  readonly opType: string;
  readonly input: readonly string[];
  readonly output: readonly string[];
  readonly attribute: readonly AttributeMessage[];
  readonly docString?: string;
}

export interface ValueInfoMessage {
  readonly name: string;
  readonly type: {
    readonly tensorType: {
      readonly elemType: number;
      readonly shape: { readonly dim: readonly ({ readonly dimValue: number } | { readonly dimParam: string })[] };
    };
  };
  readonly docString?: string;
}

export interface EntryMessage {
  readonly key: string;
  readonly value: string;
}

export interface TensorMessage {
  readonly name: string;
  readonly dataType: number;
  readonly dims: readonly number[];
  readonly rawData?: Uint8Array;
  readonly externalData?: readonly EntryMessage[];
  readonly dataLocation?: number;
}

export interface GraphMessage {
  readonly name?: string;
  readonly node?: readonly NodeMessage[];
  readonly input?: readonly ValueInfoMessage[];
  readonly output?: readonly ValueInfoMessage[];
  readonly valueInfo?: readonly ValueInfoMessage[];
}

export interface ModelMessage {
  readonly irVersion?: number;
  readonly producerName?: string;
  readonly producerVersion?: string;
  readonly docString?: string;
  readonly opsetImport?: readonly { readonly domain: string; readonly version: number }[];
  readonly metadataProps?: readonly EntryMessage[];
}

const { onnx } = onnxProto as unknown as {
  readonly onnx: {
    readonly ModelProto: Encoder<ModelMessage>;
    readonly GraphProto: Encoder<GraphMessage>;
    readonly TensorProto: Encoder<TensorMessage>;
  };
};

export const encodeModel = (message: ModelMessage): Uint8Array => onnx.ModelProto.encode(message).finish();
export const encodeGraph = (message: GraphMessage): Uint8Array => onnx.GraphProto.encode(message).finish();
export const encodeTensor = (message: TensorMessage): Uint8Array => onnx.TensorProto.encode(message).finish();
