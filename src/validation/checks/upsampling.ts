import type { NetworkNode } from "../../network/network.js";
import type { OnnxModel } from "../../onnx/model.js";
import type { Pair } from "../../operators/parameters.js";
import { fillInitial } from "../../weights/initial-values.js";
import type { Check } from "../check.js";
import { brief, skipped } from "../result.js";
import { noise, type Subject } from "../subject.js";

const tolerance = 1e-5;
/** Height and width of the map that a step is tried on. */
const side = 8;

export const upsampling: Check = {
  name: "upsampling",
  title: "bilinear transposed convolutions interpolate, unpooling puts maxima back",
  page: `Each transposed convolution with \`init: bilinear\` is run on its own, on noise: inside the border it must equal bilinear interpolation on the grid that its stride and
padding say (half-pixel centres). Each pair of \`maxpool_indices\` and \`unpool\` is run on its own: pooling the unpooled map must give back every maximum, and all else must be 0.
A failure means that upsampled scores are blurred or displaced: a kernel that is not twice the stride, or weights that are not the bilinear ones.`,
  async run(subject) {
    const interpolating = subject.network.nodes.filter((node) => node.parameters.some(({ initial }) => initial.kind === "bilinear"));
    const unpooling = subject.onnx.nodes.filter(({ op }) => op === "MaxUnpool");
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
      const wrong = await unpooled(subject, node.inputs[1]!);
      if (wrong === undefined) continue;
      lost += wrong;
      if (wrong > 0) failures.push(`${node.name.replace(/^node /, "")}: ${wrong} maxima are not put back`);
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

/** Maxima that unpooling does not put back, plus other values that are not 0. */
async function unpooled(subject: Subject, indices: string): Promise<number | undefined> {
  const pool = subject.onnx.nodes.find((node) => node.op === "MaxPool" && node.outputs[1] === indices);
  if (pool === undefined) return undefined;
  const model: OnnxModel = {
    ...bare(subject.onnx),
    inputs: [{ name: "x", type: "float32", shape: [1, 2, side, side] }],
    outputs: [{ name: "y", type: "float32", shape: [1, 2, side, side] }, { name: "p", type: "float32", shape: [1, 2, "h", "w"] }],
    nodes: [
      { ...pool, inputs: ["x"], outputs: ["p", "i"] },
      { op: "MaxUnpool", name: "node unpool", inputs: ["p", "i", "shape"], outputs: ["y"], attributes: { kernel_shape: { kind: "ints", value: [1, 1] }, strides: { kind: "ints", value: [1, 1] } } },
    ],
    constants: [{ name: "shape", type: "int64", shape: [4], values: [1, 2, side, side] }],
    weights: [],
  };
  const session = await subject.session(`unpool ${JSON.stringify(pool.attributes)}`, model, subject.initial());
  const x = noise("float32", [1, 2, side, side], "unpool", 0);
  const { outputs } = await session.run({ x });
  const [source, values, maxima] = [x.data as Float32Array, outputs["y"]!.data as Float32Array, new Set(outputs["p"]!.data as Float32Array)];
  let wrong = 0;
  for (const [at, value] of values.entries()) if (value !== (maxima.has(source[at]!) ? source[at]! : 0)) wrong++;
  return wrong;
}

const bare = (model: OnnxModel): OnnxModel => ({ ...model, constants: [], values: [], metadata: [] });
