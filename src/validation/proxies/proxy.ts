import type { Sizes, Subject } from "../subject.js";

/** A score of an untrained network that some paper found to go along with accuracy after training. One file each, and a line in index.ts. */
export interface Proxy {
  /** As a metric and in JSON. */
  readonly name: string;
  readonly title: string;
  /** What it is, and where it comes from: a paragraph of the check's page. */
  readonly page: string;
  /** At one height and width, with a batch that the proxy chooses itself; or why this network has none. */
  readonly score: (subject: Subject, sizes: Sizes, seed: number) => Promise<number | string>;
}

/** The sizes with another batch, or undefined where the network fixes it. */
export function withBatch(subject: Subject, sizes: Sizes, batch: number): Sizes | undefined {
  const batched = subject.batched(sizes, batch);
  return subject.imageShape(batched)[0] === batch ? batched : undefined;
}

export const fixedBatch = "the batch is fixed";
