/** The network as text: for `--emit network`, snapshots and bug reports. */
import { showPlace } from "../source/source.js";
import { showShape } from "../tensor/index.js";
import { type Network, type NetworkNode, type ValueId, valueOf } from "./network.js";

const attribute = (value: unknown): string =>
  Array.isArray(value) ? `[${value.map((item) => (typeof item === "object" ? "size" : String(item))).join(", ")}]` : String(value);

export function printNetwork(network: Network): string {
  const ref = (id: ValueId): string => `%${id}`;
  const shape = (id: ValueId): string => showShape(valueOf(network, id).type.shape, network.legal);
  const line = (node: NetworkNode): string => {
    const args = [
      ...Object.entries(node.inputs).filter(([, input]) => input !== undefined).map(([name, input]) =>
        typeof input === "number" ? ref(input) : `${name}: [${input!.map(ref).join(", ")}]`),
      ...Object.entries(node.attributes).filter(([, value]) => value !== undefined).map(([name, value]) => `${name}: ${attribute(value)}`),
    ];
    const results = node.outputs.map((id) => `${ref(id)}: ${shape(id)}`).join(", ");
    return `  ${results} = ${node.operator}(${args.join(", ")})  # ${node.path} ${showPlace(node.place)}${node.role ? ` ${node.role}` : ""}`;
  };
  return [
    `network ${network.name} {`,
    ...network.inputs.map((input) => `  input ${ref(input.value)}: ${shape(input.value)} = ${input.name}`),
    ...network.nodes.map(line),
    ...network.outputs.map((output) => `  ${output.role} ${output.name} = ${ref(output.value)}`),
    "}",
    "",
  ].join("\n");
}
