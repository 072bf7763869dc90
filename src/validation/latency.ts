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

/** A run of one image of another size may take so many milliseconds, by its multiply-accumulates. */
const patience = 500;

/** A quarter, half and double of a size, where the network takes such images and they take no long time. */
export function otherSizes(subject: Subject, sizes: Sizes, { median, macs }: LatencyFigures): readonly Sizes[] {
  const shape = (of: Sizes): string => subject.imageShape(of).join();
  const [, , height = 1, width = 1] = subject.imageShape(sizes);
  const seen = new Set([shape(sizes)]);
  return [1 / 4, 1 / 2, 2].flatMap((factor) => {
    const other = subject.sizes(Math.round(height * factor), Math.round(width * factor));
    if (other === undefined || seen.has(shape(other)) || median * (subject.macs(other) / macs) > Math.max(patience, median)) return [];
    seen.add(shape(other));
    return [other];
  });
}
