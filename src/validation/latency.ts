/** How long one image takes. Milliseconds belong to a machine. */
import type { DeviceName } from "../runtime/device-messages.js";
import type { Sizes, Subject } from "./subject.js";

/** After the first; two where one takes seconds. */
export const rounds = 7;

export interface LatencyFigures {
  readonly device: DeviceName;
  /** Height and width of the image. */
  readonly size: readonly [height: number, width: number];
  /** Milliseconds, as the others: of the rounds after the first. */
  readonly median: number;
  readonly least: number;
  readonly most: number;
  /** Each round, in the order in which they ran. */
  readonly times: readonly number[];
  /** The first run: shaders are compiled and memory is taken then. */
  readonly first: number;
  readonly loading: number;
  readonly macs: number;
}

export async function latencyOf(subject: Subject, device: DeviceName, sizes: Sizes): Promise<LatencyFigures> {
  const session = await subject.compiled({ device, fresh: "latency" });
  const feeds = subject.feeds(sizes);
  const [first = 0] = (await session.run(feeds, { want: "shape" })).times;
  const { times } = await session.run(feeds, { want: "shape", repeat: first > 5000 ? 2 : rounds });
  const sorted = [...times].sort((a, b) => a - b);
  const [, , height, width] = subject.imageShape(sizes);
  return {
    device, size: [height!, width!], median: sorted[Math.floor(sorted.length / 2)]!, least: sorted[0]!, most: sorted.at(-1)!, times, first, loading: session.milliseconds, macs: subject.macs(sizes),
  };
}

/** Half and a quarter of a size, where the network takes such images. */
export function smallerSizes(subject: Subject, sizes: Sizes): readonly Sizes[] {
  const shape = (of: Sizes): string => subject.imageShape(of).join();
  const [, , height = 1, width = 1] = subject.imageShape(sizes);
  const seen = new Set([shape(sizes)]);
  return [2, 4].flatMap((factor) => {
    const smaller = subject.sizes(Math.round(height / factor), Math.round(width / factor));
    if (smaller === undefined || seen.has(shape(smaller)) || subject.macs(smaller) > subject.macs(sizes)) return [];
    seen.add(shape(smaller));
    return [smaller];
  });
}
