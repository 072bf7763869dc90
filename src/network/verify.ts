/** Holds after elaboration and after each pass; a breach is a bug in segc, so it throws. */
import { type Network, inputsOf } from "./network.js";

export function verify(network: Network, after: string): Network {
  const fail = (what: string): never => {
    throw new Error(`internal error: after ${after}, ${what}`);
  };
  const known = new Set(network.inputs.map((input) => input.value));
  const paths = new Set<string>();
  const parameters = new Set<string>();
  for (const [id, value] of network.values.entries()) if (value.id !== id) fail(`value ${value.id} stands at ${id}`);
  for (const node of network.nodes) {
    for (const id of inputsOf(node)) if (!known.has(id)) fail(`${node.path} reads %${id} before it is made`);
    for (const id of node.outputs) {
      if (known.has(id)) fail(`%${id} is made twice`);
      if (network.values[id] === undefined) fail(`%${id} has no value`);
      known.add(id);
    }
    if (paths.has(node.path)) fail(`two nodes are named ${node.path}`);
    paths.add(node.path);
    for (const { name } of node.parameters) {
      if (parameters.has(name)) fail(`two parameters are named ${name}`);
      parameters.add(name);
    }
  }
  for (const output of network.outputs) if (!known.has(output.value)) fail(`output ${output.name} is never made`);
  return network;
}
