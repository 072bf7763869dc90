/** From a node that ONNX Runtime names back to the author's words: `specs/unet.seg:12: maxpool(2)`. */
import type { OnnxModel, OnnxNode } from "../onnx/model.js";

/** Optimisation appends to names (`node a_token_1`, `node a/Conv_nchwc`): the longest name that the given one begins with counts. */
export function nodeNamed(model: OnnxModel, name: string): OnnxNode | undefined {
  let best: OnnxNode | undefined;
  for (const node of model.nodes) {
    if (!name.startsWith(node.name)) continue;
    // `node up.1` is no beginning of `node up.10`.
    if (/^[\w.]/.test(name.slice(node.name.length)) && !name.slice(node.name.length).startsWith("_")) continue;
    if (best === undefined || node.name.length > best.name.length) best = node;
  }
  return best;
}

export const specLine = (model: OnnxModel, name: string | undefined): string | undefined => (name === undefined ? undefined : nodeNamed(model, name)?.doc);
