/** Four tiles, stitched, against the whole image: where they differ, for the eye. */
import { elements } from "../network/network.js";
import type { Value } from "../runtime/session.js";
import { noise, type Sizes, type Subject, type Tensor } from "./subject.js";
import { type Part, type Runner, runnerFor } from "./tiles.js";

/** How one axis is tiled. */
export interface AxisTiles {
  /** Pixels of a tile, elements of its output, and those of them that see nothing but the tile. */
  readonly length: number;
  readonly count: number;
  readonly zone: { readonly first: number; readonly last: number };
  /** Pixels between elements of the output. */
  readonly stride: number;
}

export interface SeamMap {
  readonly height: number;
  readonly width: number;
  /** Largest difference over the channels, relative to the largest value, row-major. */
  readonly values: Float32Array;
  /** Largest of all. */
  readonly worst: number;
  /** Where the first tile ends and the second begins, as shares of height and width. */
  readonly cuts: readonly [number, number];
  /** Pixels between tiles. */
  readonly distances: readonly [number, number];
  /** What ran. */
  readonly what: string;
}

const mostPixels = 12_000_000;

/** Undefined where no legal image holds the tiles, or it would be large. */
export async function seamMap(subject: Subject, head: Tensor, tiles: readonly [AxisTiles, AxisTiles], distances: readonly [number, number]): Promise<SeamMap | undefined> {
  const [rows, columns] = tiles;
  const small = subject.sizes(rows.length, columns.length);
  const large = subject.sizes(rows.length + distances[0], columns.length + distances[1]);
  if (small === undefined || large === undefined) return undefined;
  const [, , ...tile] = subject.imageShape(small);
  const [, , ...whole] = subject.imageShape(large) as [number, number, number, number];
  if (tile[0] !== rows.length || tile[1] !== columns.length || whole[0] * whole[1] > mostPixels) return undefined;
  const plans = tiles.map((axis, at) => planOf(axis, distances[at]!, whole[at]!));
  if (plans.some((plan) => plan === undefined)) return undefined;
  const [py, px] = plans as [Plan, Plan];

  const runner = await runnerFor(subject, large);
  if (typeof runner === "string") return undefined;
  subject.say(`seams, four tiles every ${distances.join("x")}`);
  const image = noiseImage(runner.channels, Math.max(whole[0], rows.length + distances[0]), Math.max(whole[1], columns.length + distances[1]));
  const run = (sizes: Sizes, top: number, left: number): Promise<Part> => runAt(subject, runner, sizes, head, image, top, left);
  const all = await run(large, 0, 0);
  const parts: Part[] = [];
  for (const top of [0, distances[0]]) for (const left of [0, distances[1]]) parts.push(await run(small, top, left));

  const [height, width] = [Math.min(all.height, py.extent), Math.min(all.width, px.extent)];
  const differences = new Float32Array(height * width);
  let scale = 0;
  for (let y = 0; y < height; y++)
    for (let x = 0; x < width; x++) {
      const [below, right] = [y >= py.cut ? 1 : 0, x >= px.cut ? 1 : 0];
      const part = parts[2 * below + right]!;
      const [row, column] = [y - below * py.by, x - right * px.by];
      for (let c = 0; c < all.channels; c++) {
        const value = all.values[(c * all.height + y) * all.width + x]!;
        scale = Math.max(scale, Math.abs(value));
        differences[y * width + x] = Math.max(differences[y * width + x]!, Math.abs(value - part.values[(c * part.height + row) * part.width + column]!));
      }
    }
  // Nothing to compare with; or the probe's sums are beyond what its numbers hold.
  if (scale === 0 || !Number.isFinite(scale)) return undefined;
  const values = differences.map((value) => value / scale);
  return { height, width, values, worst: values.reduce((a, b) => Math.max(a, b), 0), cuts: [py.cut / height, px.cut / width], distances, what: runner.what };
}

interface Plan {
  /** Elements between tiles; the first that comes from the second tile; how many can be compared. */
  readonly by: number;
  readonly cut: number;
  readonly extent: number;
}

/** Undefined where the tiles' elements do not fall on those of the whole, or a gap is left between them. */
export function planOf({ length, count, zone, stride }: AxisTiles, distance: number, whole: number): Plan | undefined {
  const by = distance / stride;
  if (!Number.isInteger(by) || by > count) return undefined;
  // The first tile up to the middle of the overlap, the second from there on.
  const cut = Math.max(by, Math.min(count, Math.round((zone.last + 1 + zone.first + by) / 2)));
  // Where the whole image ends elsewhere than the second tile, that tile's own border does not count.
  return { by, cut, extent: whole === length + distance ? by + count : by + zone.last + 1 };
}

interface Picture {
  readonly channels: number;
  readonly height: number;
  readonly width: number;
  readonly data: Float32Array;
}

const noiseImage = (channels: number, height: number, width: number): Picture => ({ channels, height, width, data: noise("float32", [channels, height, width], "seams", 0).data as Float32Array });

async function runAt(subject: Subject, runner: Runner, sizes: Sizes, head: Tensor, image: Picture, top: number, left: number): Promise<Part> {
  const shape = [...subject.imageShape(sizes)];
  shape[1] = runner.channels;
  const [batch, channels, height, width] = shape as [number, number, number, number];
  const data = new Float32Array(elements(shape));
  for (let n = 0, at = 0; n < batch; n++)
    for (let c = 0; c < channels; c++)
      for (let y = 0; y < height; y++, at += width) {
        const from = (c * image.height + top + y) * image.width + left;
        data.set(image.data.subarray(from, from + width), at);
      }
  const value: Value = { type: "float32", shape, data };
  const { outputs } = await runner.session.run({ ...(runner.probe ? {} : subject.feeds(sizes)), [subject.imageName]: value }, { fetch: [head.name], data: [head.name], want: "shape" });
  const { shape: [, made = 1, h = 1, w = 1], data: result } = outputs[head.name]!;
  return { values: (result as Float32Array).subarray(0, made * h * w), channels: made, height: h, width: w };
}
