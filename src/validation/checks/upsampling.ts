import type { NetworkNode, ValueId } from "../../network/network.js";
import type { OnnxModel } from "../../onnx/model.js";
import type { Pair } from "../../operators/parameters.js";
import type { Value } from "../../runtime/session.js";
import { fillInitial } from "../../weights/initial-values.js";
import type { Check } from "../check.js";
import { cut } from "../cut.js";
import { brief, skipped } from "../result.js";
import { noise, type Subject } from "../subject.js";

const tolerance = 1e-5;
/** Height and width of the map that a step is tried on. */
const side = 8;

export const upsampling: Check = {
  name: "upsampling",
  title: "bilinear transposed convolutions interpolate, unpooling puts maxima back",
  measures: `Each transposed convolution with \`init: bilinear\` is run on its own, on noise: inside the border it must equal bilinear interpolation on the grid that its stride and
padding say (half-pixel centres). Each pair of \`maxpool_indices\` and \`unpool\` is run on its own: pooling the unpooled map must give back every maximum, and all else must be 0.`,
  threshold: `Failure where an interpolation differs by more than ${tolerance}, or one maximum is not put back.`,
  remedy: `Upsampled scores are blurred or displaced: give the kernel twice the stride (less its remainder by 2), padding half of what is left over, and the bilinear weights.`,
  async run(subject) {
    const interpolating = subject.network.nodes.filter((node) => node.parameters.some(({ initial }) => initial.kind === "bilinear"));
    const unpooling = subject.network.nodes.filter((node) => poolOf(subject, node) !== undefined);
    if (interpolating.length === 0 && unpooling.length === 0) return skipped("no bilinear transposed convolution and no unpooling");
    const failures: string[] = [];
    const shown: string[] = [];
    let worst = 0;
    const kinds = new Map(interpolating.map((node) => [JSON.stringify([node.attributes, node.parameters[0]!.shape.slice(2)]), node]));
    for (const node of kinds.values()) {
      const difference = await interpolation(subject, node);
      worst = Math.max(worst, difference);
      if (difference > tolerance) failures.push(`${node.path}: differs from bilinear interpolation by ${brief(difference)} of the values`);
    }
    if (kinds.size > 0) shown.push(`${interpolating.length} bilinear transposed convolutions differ from interpolation by at most ${brief(worst)}`);
    let lost = 0;
    for (const node of unpooling) {
      const wrong = await unpooled(subject, node);
      lost += wrong;
      if (wrong > 0) failures.push(`${node.path}: ${wrong} maxima are not put back`);
    }
    if (unpooling.length > 0) shown.push(`${unpooling.length} unpoolings put every maximum back`);
    return {
      status: failures.length > 0 ? "failure" : "pass",
      figure: failures.length > 0 ? `${failures.length} of ${kinds.size + unpooling.length} are wrong` : shown.join("; "),
      threshold: `<= ${tolerance}; 0 maxima lost`,
      details: failures.slice(0, 12),
      metrics: { largest_difference: worst, lost },
    };
  },
};

/** Largest difference from bilinear interpolation, where all taps are inside. */
async function interpolation(subject: Subject, node: NetworkNode): Promise<number> {
  const graph = subject.onnx.nodes.find(({ op, name }) => op === "ConvTranspose" && (name === `node ${node.path}` || name.startsWith(`node ${node.path}/`)));
  const weight = node.parameters.find(({ initial }) => initial.kind === "bilinear")!;
  if (graph === undefined) return 0;
  const [channels] = weight.shape as [number];
  const model: OnnxModel = {
    ...bare(subject.onnx),
    inputs: [{ name: "x", type: "float32", shape: [1, channels, side, side] }],
    outputs: [{ name: "y", type: "float32", shape: ["n", "c", "h", "w"] }],
    nodes: [{ ...graph, inputs: ["x", weight.name], outputs: ["y"] }],
    weights: [{ name: weight.name, shape: weight.shape }],
  };
  const session = await subject.session(`upconv ${node.path}`, model, () => ({ read: (target, offset) => fillInitial(target, weight.initial, weight.shape, weight.name, 0, offset) }));
  const x = noise("float32", [1, channels, side, side], "upconv", 0);
  const { outputs } = await session.run({ x });
  const { shape: [, , height = 0, width = 0], data } = outputs["y"]!;
  const [values, source] = [data as Float32Array, x.data as Float32Array];
  const stride = node.attributes["stride"] as Pair;
  const pads = graph.attributes["pads"]?.value as readonly number[];
  const kernel = weight.shape.slice(2) as [number, number];
  // Element j lies between source elements, at (j + pad - (kernel - 1) / 2) / stride.
  const at = (j: number, axis: 0 | 1): number => (j + pads[axis]! - (kernel[axis] - 1) / 2) / stride[axis];
  const pixel = (c: number, y: number, x0: number): number => source[(c * side + y) * side + x0]!;
  let worst = 0;
  for (let c = 0; c < Math.min(channels, 2); c++)
    for (let j = 0; j < height; j++)
      for (let i = 0; i < width; i++) {
        const [y, x0] = [at(j, 0), at(i, 1)];
        const [top, left] = [Math.floor(y), Math.floor(x0)];
        if (top < 0 || left < 0 || top + 1 >= side || left + 1 >= side) continue;
        const [fy, fx] = [y - top, x0 - left];
        const wanted = (1 - fy) * ((1 - fx) * pixel(c, top, left) + fx * pixel(c, top, left + 1)) + fy * ((1 - fx) * pixel(c, top + 1, left) + fx * pixel(c, top + 1, left + 1));
        worst = Math.max(worst, Math.abs(wanted - values[(c * height + j) * width + i]!));
      }
  return worst;
}

/** Maxima that unpooling does not put back, and values that are where no maximum was. Tried at sizes of the network, odd ones where it takes them. */
async function unpooled(subject: Subject, node: NetworkNode): Promise<number> {
  const pool = poolOf(subject, node);
  const sizes = subject.sizes(61, 45) ?? subject.smallest;
  if (pool === undefined || sizes === undefined) return 0;
  const nameOf = (id: ValueId): string => subject.tensors.find((tensor) => tensor.id === id)?.name ?? subject.network.inputs.find(({ value }) => value === id)!.name;
  const [source, x, pooled, out] = [pool.inputs["x"] as ValueId, node.inputs["x"] as ValueId, pool.outputs[0]!, node.outputs[0]!];
  const given = [...new Set([source, ...(x === pooled ? [] : [x]), ...(node.inputs["like"] === undefined ? [] : [node.inputs["like"] as ValueId])])];
  const part = cut(subject.onnx, given.map((id) => ({ name: nameOf(id), type: "float32", shape: subject.shape(id, sizes) })), [nameOf(out), nameOf(pooled)]);
  const session = await subject.session(`unpool ${node.path}`, part, subject.initial());
  const map = noise("float32", subject.shape(source, sizes), "unpool", 0);
  const feeds = { ...Object.fromEntries(given.map((id): [string, Value] => [nameOf(id), noise("float32", subject.shape(id, sizes), "unpool", 1)])), [nameOf(source)]: map };
  const used = Object.fromEntries(part.inputs.map(({ name }) => [name, feeds[name] ?? subject.feeds(sizes)[name]!]));
  // What is unpooled is what was pooled.
  const maxima = (await session.run(used)).outputs[nameOf(pooled)]!.data as Float32Array;
  const { outputs } = await session.run(x === pooled ? used : { ...used, [nameOf(x)]: { type: "float32", shape: subject.shape(x, sizes), data: maxima } });
  const values = outputs[nameOf(out)]!.data as Float32Array;
  const placed = new Set(values);
  const lost = [...new Set(maxima)].filter((value) => !placed.has(value)).length;
  return values.reduce((count, value, at) => count + (value === 0 || value === map.data[at] ? 0 : 1), lost);
}

/** Where the maxima are that an unpooling puts back; undefined for other steps. */
const poolOf = ({ network }: Subject, { inputs }: NetworkNode): NetworkNode | undefined => {
  const read = inputs["indices"] ?? inputs["pooled"];
  return read === undefined ? undefined : network.nodes.find(({ outputs }) => outputs.includes(read as ValueId));
};

const bare = (model: OnnxModel): OnnxModel => ({ ...model, constants: [], values: [], metadata: [] });
