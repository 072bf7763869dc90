import type { CompiledModel } from "../../src/compile.js";
import { layOut } from "../../src/onnx/encode.js";

/** The file of the graph, byte by byte, without what it says of the spec's own text and lines. */
export function graphBytes({ onnx }: CompiledModel): Uint8Array {
  const bare = { ...onnx, doc: "", metadata: [], nodes: onnx.nodes.map((node) => ({ ...node, doc: "" })) };
  return Buffer.concat(layOut(bare, { weights: "none" }).segments.flatMap((segment) => (segment.kind === "bytes" ? [segment.bytes] : [])));
}
