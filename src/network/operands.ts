import type { NetworkNode, ValueId } from "./network.js";

/** A node's arguments as an operator's rules want them: attributes as they are, tensors as `make` gives them. */
export function argumentsOf<T>(node: Pick<NetworkNode, "inputs" | "attributes">, make: (id: ValueId) => T): Record<string, unknown> {
  const a: Record<string, unknown> = { ...node.attributes };
  for (const [name, input] of Object.entries(node.inputs))
    a[name] = input === undefined ? undefined : typeof input === "number" ? make(input) : input.map(make);
  return a;
}
