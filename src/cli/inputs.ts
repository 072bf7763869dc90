/** What a run has read as its input, so that no output takes its place. */
import { realpathSync } from "node:fs";

const read = new Set<string>();

export const noteInput = (path: string): void => void read.add(realpathSync(path));

/** Of a file that exists. */
export const isInput = (path: string): boolean => read.has(realpathSync(path));
