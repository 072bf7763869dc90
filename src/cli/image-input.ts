/** An image as what a network takes: read, brought to a legal size, made a tensor. */
import { statSync } from "node:fs";
import { nearestLegal } from "../analyses/alignment.js";
import type { CheckedModel } from "../compile.js";
import { shapeOf } from "../network/network.js";
import { type Dim, constantValue, evaluate, intersect, isEmpty, sizesOf, symbolsOf } from "../tensor/index.js";
import type { Image } from "../vision/image.js";
import { ImageProblem } from "../vision/image-problem.js";
import { readImage } from "../vision/read-image.js";
import { type Preparation, toTensor } from "../vision/to-tensor.js";
import { Failure, systemFailure } from "./failure.js";
import { noteInput } from "./inputs.js";
import type { Size } from "./options.js";
import { shownPath } from "./project.js";

export async function loadImage(path: string): Promise<Image> {
  try {
    if (!statSync(path).isFile()) throw new Failure(`${shownPath(path)} is no image: it is not a regular file`);
    const image = await readImage(path);
    noteInput(path);
    return image;
  } catch (error) {
    if (error instanceof ImageProblem) throw new Failure(`cannot read ${shownPath(path)}: ${error.message}`);
    throw systemFailure(`cannot read ${shownPath(path)}`, error);
  }
}

/** How the one image input of a network wants its pixels. */
export function preparationOf({ network }: CheckedModel): Preparation {
  const [input, ...others] = network.inputs;
  if (input === undefined || others.length > 0) throw new Failure(`${network.name} has ${network.inputs.length} inputs, and an image is one`);
  const shape = shapeOf(network, input.value);
  const channels = shape.length === 4 ? constantValue(shape[1]!) : undefined;
  if (channels !== 1 && channels !== 3) throw new Failure(`the input \`${input.name}\` of ${network.name} is no image: that has 4 axes, and 1 or 3 channels`);
  const { order, scale, mean, std } = input.image;
  return { channels, order, scale, mean, std };
}

/** The size nearest to the image's at which the network runs, and loses nothing where there is such a size. */
export function nearestSize({ network, analysis }: CheckedModel, image: Image): Size {
  const [, , height, width] = shapeOf(network, network.inputs[0]!.value) as readonly [Dim, Dim, Dim, Dim];
  const sizes: Record<string, number> = {};
  const wishes = [[height, image.height], [width, image.width]] as const;
  for (const symbol of new Set([...symbolsOf(height), ...symbolsOf(width)])) {
    // A symbol of both sides (a square) gets the side of the square of equal area.
    const wished = wishes.filter(([dim]) => symbolsOf(dim).includes(symbol)).map(([, wish]) => wish);
    const wish = Math.round(wished.length === 2 ? Math.sqrt(wished[0]! * wished[1]!) : wished[0]!);
    const legal = sizesOf(network.legal, symbol);
    const lossless = analysis.alignment.find((one) => one.symbol === symbol)?.set;
    const best = lossless && intersect(lossless, legal);
    const found = (best && !isEmpty(best) ? nearestLegal(best, wish) : undefined) ?? nearestLegal(legal, wish);
    if (found === undefined) throw new Failure(`no input size fits ${network.name}`);
    sizes[symbol] = found;
  }
  return { height: evaluate(height, sizes), width: evaluate(width, sizes) };
}

/** [batch, channels, H, W]; a batch that the spec fixes is filled with the same image. */
export function batchOf(image: Image, preparation: Preparation, batch: number): Float32Array {
  const one = toTensor(image, preparation);
  if (batch === 1) return one;
  const all = new Float32Array(one.length * batch);
  for (let n = 0; n < batch; n++) all.set(one, n * one.length);
  return all;
}
