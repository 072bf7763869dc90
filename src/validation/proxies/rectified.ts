/** The units behind rectified linear activations, of which a piecewise linear network's pieces are counted. */
import type { Value } from "../../runtime/session.js";
import type { Sizes, Subject } from "../subject.js";

const rectifiers = new Set(["Relu", "PRelu", "LeakyRelu", "Clip"]);

export const noUnits = "the network has no ReLUs";

/** Tensors whose elements are on or off. */
export function rectifiedOf(subject: Subject): readonly string[] {
  const tensors = new Set(subject.tensors.map(({ name }) => name));
  return subject.onnx.nodes.filter(({ op, outputs }) => rectifiers.has(op) && tensors.has(outputs[0]!)).map(({ outputs }) => outputs[0]!);
}

/** Most elements that are fetched at a time. */
const most = 2 ** 23;

/**
 * Runs a batch through the network with the initial weights of a seed, and gives each of the tensors, as [batch, units]. Tensors come in portions, as many
 * as memory should hold.
 */
export async function visitRectified(subject: Subject, names: readonly string[], feeds: Readonly<Record<string, Value>>, seed: number, sizes: Sizes, visit: (data: Float32Array) => void): Promise<void> {
  const wanted = new Set(names);
  const had = new Set(subject.onnx.outputs.map(({ name }) => name));
  const model = { ...subject.onnx, outputs: [...subject.onnx.outputs, ...subject.onnx.values.filter(({ name }) => wanted.has(name) && !had.has(name))], values: [] };
  await subject.once(model, subject.initial(subject.seed + seed), async (session) => {
    for (const portion of portions(subject, names, sizes)) {
      const { outputs } = await session.run(feeds, { fetch: portion });
      for (const name of portion) visit(outputs[name]!.data as Float32Array);
    }
  });
}

function portions(subject: Subject, names: readonly string[], sizes: Sizes): readonly (readonly string[])[] {
  const id = new Map(subject.tensors.map((tensor) => [tensor.name, tensor.id]));
  const found: string[][] = [];
  let room = 0;
  for (const name of names) {
    const count = subject.shape(id.get(name)!, sizes).reduce((a, b) => a * b, 1);
    if (found.length === 0 || count > room) [found[found.length], room] = [[], most];
    found.at(-1)!.push(name);
    room -= count;
  }
  return found;
}
