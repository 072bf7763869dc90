/** How a tensor got its size: the steps that changed it, from the input on. */
import { type Place, showPlace } from "../source/source.js";
import { sameFunction, show } from "../tensor/index.js";
import { type NetworkNode, type NetworkValue, type ValueId, inputsOf } from "./network.js";

interface Graph {
  readonly values: readonly NetworkValue[];
  readonly nodes: readonly NetworkNode[];
}

export interface History {
  /** One line: `image H x W -> maxpool (unet.seg:9) H/2 x W/2`. */
  readonly text: string;
  /** The last step that changed the size. */
  readonly place: Place | undefined;
  readonly label: string;
}

const spatial = (value: NetworkValue): string =>
  value.type.shape.length === 4 ? `${show(value.type.shape[2]!)} x ${show(value.type.shape[3]!)}` : `[${value.type.shape.map((dim) => show(dim)).join(", ")}]`;

const differs = (a: NetworkValue, b: NetworkValue): boolean =>
  a.type.shape.length !== b.type.shape.length || a.type.shape.some((dim, axis) => axis !== 1 && !sameFunction(dim, b.type.shape[axis]!));

/** Walks back along the first tensor of each step. */
export function sizeHistory(graph: Graph, id: ValueId): History {
  const producer = new Map<ValueId, NetworkNode>();
  for (const node of graph.nodes) for (const output of node.outputs) producer.set(output, node);
  const steps: string[] = [];
  let place: Place | undefined;
  let at = id;
  for (let node = producer.get(at); node !== undefined; node = producer.get(at)) {
    const from = inputsOf(node)[0];
    if (from === undefined) break;
    const [before, after] = [graph.values[from]!, graph.values[at]!];
    if (differs(before, after)) {
      place ??= node.place;
      steps.push(`${node.operator} (${showPlace(node.place)}) ${spatial(after)}`);
    }
    at = from;
  }
  const first = graph.values[at]!;
  const value = graph.values[id]!;
  // Long ways are shown by their ends.
  const shown = steps.reverse();
  const kept = shown.length > 8 ? [...shown.slice(0, 4), `... ${shown.length - 7} more`, ...shown.slice(-3)] : shown;
  return {
    text: `\`${value.name}\` is ${[`${first.name} ${spatial(first)}`, ...kept].join(" -> ")}`,
    place,
    label: `this makes \`${value.name}\` ${spatial(value)}`,
  };
}
